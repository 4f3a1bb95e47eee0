/** All kinds of servers that are compared. */

import type { ServerKind } from "../load/pair.ts";
import { INSPIRCD, NGIRCD } from "./irc.ts";
import { mosquitto } from "./mqtt.ts";
import { PARLEY, PARLEY_COMPILED } from "./parley.ts";
import { PLAIN_RELAY } from "./relay.ts";

export { PARLEY, PARLEY_COMPILED, PLAIN_RELAY };

/** In the order of the tables. */
export const KINDS: readonly ServerKind[] = [
  PARLEY,
  PARLEY_COMPILED,
  PLAIN_RELAY,
  NGIRCD,
  INSPIRCD,
  mosquitto(0),
  mosquitto(1),
];
