/** `parley-server check`. */

import type { Out } from "./out.ts";

export function check(_args: readonly string[], _out: Out): Promise<number> {
  throw new Error("to be written");
}
