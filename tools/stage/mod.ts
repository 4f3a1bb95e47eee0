/** The stage's public face: real servers and clients, for tests, scenarios and the demo. */

export { ROOT } from "../build/programs.ts";
export { Chat, chatInVain, logOff, logOn, recall } from "./acts.ts";
export { Actor, type Told, type Watch } from "./actor.ts";
export { commandOf, COMPILED, type Launch, launchOf, type Task } from "./launch.ts";
export { Lines, StageError } from "./lines.ts";
export { freePort, isFree, quietPort, USUAL_PORT } from "./port.ts";
export { Program, run } from "./program.ts";
export { Server } from "./server.ts";
export { untilInterrupted } from "./signals.ts";
export { Stage } from "./stage.ts";
