/**
 * What is shown in the pictures of docs/: what people type, and what they wait for.
 *
 * Every scene is played by real programs; nothing in a picture is written here but what is typed.
 */

import { join } from "@std/path";
import { ChatClient, parseClientId } from "../../lib/client/mod.ts";
import { sampleSecret } from "../../lib/server/mod.ts";
import type { Tmux } from "../stage/tmux.ts";
import type { Place } from "./place.ts";

/** A scene. What is photographed last is its picture. */
export interface Scene {
  readonly name: string;
  /** Whether it is shown as a film as well, under this name. */
  readonly film?: string;
  play(place: Place): Promise<void>;
}

const HALF = { columns: 56, rows: 20 };
/** As wide as two of these, with what is between them. */
const WHOLE = { columns: 116, rows: 11 };

async function shell(
  { studio, shell, folder }: Place,
  title: string,
  size: { columns: number; rows: number; below?: boolean },
): Promise<Tmux> {
  const tmux = await studio.open({ title, command: shell, folder, ...size });
  await tmux.until((screen) => screen.includes("$"));
  return tmux;
}

/** A server that listens, a window below the others. */
async function server(place: Place): Promise<Tmux> {
  const tmux = await shell(place, "the server", { ...WHOLE, below: true });
  await place.studio.type(tmux, "parley-server", "To join:");
  return tmux;
}

/** alice and bob, side by side, in a chat. */
async function chat({ studio }: Place, alice: Tmux, bob: Tmux): Promise<void> {
  await studio.type(alice, "parley alice", "alice (offline)>");
  await studio.type(bob, "parley bob", "bob (offline)>");
  await studio.type(alice, "Log on", "Connected");
  await studio.type(bob, "Log on", "Connected");
  await studio.type(alice, "Chat bob", "Chat started");
}

const CHAT: Scene = {
  name: "chat",
  film: "demo",
  async play(place): Promise<void> {
    const { studio } = place;
    const alice = await shell(place, "alice", HALF);
    const bob = await shell(place, "bob", HALF);
    await server(place);
    await chat(place, alice, bob);
    await studio.type(alice, "Hello, Bob! Lunch at noon?", "noon? ✓");
    await alice.send("I know a pl");
    await studio.shoot();
    await studio.type(bob, "Gladly 🍜 Where?", "Where? ✓");
    await studio.type(alice, "ace by the river.", "river. ✓");
    await studio.type(bob, "See you there.", "there. ✓");
    await studio.type(alice, "End chat", "Chat ended");
    await studio.type(alice, "History bob", "4 messages with bob");
    await studio.type(bob, "Staus", "Did you mean");
    await studio.type(bob, "Status", "Encryption");
    await studio.type(alice, "Log off", "Logged off");
    await studio.shoot(4);
  },
};

const RECONNECT: Scene = {
  name: "reconnect",
  async play(place): Promise<void> {
    const { studio, folder } = place;
    const alice = await shell(place, "alice", HALF);
    const bob = await shell(place, "bob", HALF);
    const machine = await shell(place, "the server", { ...WHOLE, below: true });
    await studio.type(machine, "parley-server &", "To join:");
    await chat(place, alice, bob);
    await studio.type(alice, "The server is fine.", "fine. ✓");
    await studio.type(machine, "kill -STOP %1; sleep 0.2; jobs", "Stopped");
    await studio.type(alice, "Is it?", "(1 on their way)");
    await studio.type(machine, "kill -KILL %1");
    await alice.until((screen) => screen.includes("reconnecting"));
    await machine.type("clear", "Enter");
    await studio.type(machine, "parley-server", "To join:");
    await alice.until((screen) => (screen.match(/^Connected/gm) ?? []).length === 2);
    await bob.until((screen) => (screen.match(/^Connected/gm) ?? []).length === 2);
    await studio.type(alice, "Chat bob", "not delivered");
    await studio.type(alice, "Send again", "Is it? ✓");
    await Deno.remove(join(folder, "history.db-lock")).catch(() => {});
  },
};

const HISTORY: Scene = {
  name: "history",
  async play(place): Promise<void> {
    const { studio } = place;
    const alice = await shell(place, "alice", { columns: 72, rows: 16 });
    const machine = await shell(place, "the server", { columns: 72, rows: 5, below: true });
    await studio.type(machine, "parley-server 2>/dev/null", "To join:");
    await converse(60);
    await studio.type(alice, "parley alice --log-on", "Connected");
    await studio.type(alice, "History bob", "q leaves");
    await alice.type("PageUp");
    await alice.until((screen) => screen.includes("number 35"));
    await studio.shoot();
  },
};

const SERVER: Scene = {
  name: "server",
  async play(place): Promise<void> {
    const { studio } = place;
    const admin = await shell(place, "the admin", { columns: 64, rows: 16 });
    const bob = await shell(place, "bob", { columns: 48, rows: 16 });
    const machine = await shell(place, "the server", { columns: 116, rows: 12, below: true });
    await studio.type(machine, "parley-server", "To join:");
    await studio.type(bob, "parley bob --log-on", "Connected");
    await studio.type(admin, "parley-server subscriber remove bob", "bob");
    await bob.until((screen) => screen.includes("Logged off by the server"));
    await studio.type(admin, "echo '[dave' >> subscribers.toml");
    await machine.until((screen) => screen.includes("did not reload"));
    await studio.type(admin, "parley-server check", "subscribers.toml:");
    await studio.type(admin, "sed -i '$d' subscribers.toml");
    await machine.until((screen) => /reloaded[^]*reloaded/.test(screen));
    await studio.type(admin, "parley-server subscriber list", "judy");
    await studio.shoot();
  },
};

const SETUP: Scene = {
  name: "setup",
  async play(place): Promise<void> {
    const { studio, folder } = place;
    await Deno.remove(join(folder, "subscribers.toml"));
    const admin = await shell(place, "the admin", { columns: 84, rows: 16 });
    await studio.type(admin, "parley-server subscriber add zoe", "@HOST");
    const secret =
      /[0-9a-f]{64}/.exec(await Deno.readTextFile(join(folder, "subscribers.toml")))![0];
    await studio.type(admin, "parley-server 2>/dev/null &", "To join:");
    const zoe = await shell(place, "zoe", { columns: 84, rows: 16, below: true });
    await studio.type(zoe, "parley setup", "Server");
    await studio.type(zoe, "127.0.0.1", "Your client-ID");
    await studio.type(zoe, "zoe", "(not shown");
    await zoe.send(secret);
    await studio.type(zoe, "", "Name of the profile");
    await studio.type(zoe, "", "Kept.");
    await studio.type(zoe, "parley", "zoe>");
    await studio.type(zoe, "Help History", "overwritten");
    await admin.type("kill %1", "Enter");
    await admin.until((screen) => screen.includes("Stopping"));
  },
};

/** All scenes. */
export const SCENES: readonly Scene[] = [CHAT, RECONNECT, HISTORY, SERVER, SETUP];

/** So many messages between the sample's alice and bob, at the server of the usual port. */
async function converse(messages: number): Promise<void> {
  const [alice, bob] = ["alice", "bob"].map((id) => {
    const clientId = parseClientId(id);
    const secret = new TextEncoder().encode(sampleSecret(clientId));
    return new ChatClient({ server: { host: "127.0.0.1", port: 4390 }, clientId, secret });
  });
  await alice!.logOn();
  await bob!.logOn();
  await alice!.chat(parseClientId("bob"));
  for (let i = 1; i <= messages; i++) {
    await (i % 2 === 1 ? alice! : bob!).send(`This is message number ${i}`);
  }
  await alice!.logOff();
  await bob!.logOff();
}
