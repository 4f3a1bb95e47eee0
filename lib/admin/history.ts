/** `parley-server history`. */

import type { Out } from "./out.ts";

export function history(_args: readonly string[], _out: Out): Promise<number> {
  throw new Error("to be written");
}
