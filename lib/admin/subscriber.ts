/** `parley-server subscriber`. */

import type { Out } from "./out.ts";

export function subscriber(_args: readonly string[], _out: Out): Promise<number> {
  throw new Error("to be written");
}
