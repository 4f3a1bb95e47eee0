/**
 * `parley setup`: asks for what a profile holds, tries it, and keeps it.
 *
 * How questions are put to a person is not known here.
 */

import { ChatClient, LogOnError } from "../../client/mod.ts";
import { type ClientId, isClientId } from "../../codec/mod.ts";
import { UsageError } from "../../terminal/mod.ts";
import type { Endpoint } from "../../transport/mod.ts";
import type { Asker } from "./asker.ts";
import type { Out } from "./out.ts";
import { flawOfSecret, ID_FORM, type Profile } from "./profile_text.ts";
import { isReserved, type Profiles, SETUP } from "./profiles.ts";
import { DEFAULT_HOST, formatServer, readServer } from "./server_address.ts";

/** Logs on and off again. @throws {LogOnError} */
export type Attempt = (profile: Profile & { readonly secret: string }) => Promise<void>;

/** Somebody wants to be asked no more. */
class Enough extends Error {}

/**
 * Asks, tries and writes; resolves with whether a profile was kept.
 *
 * @throws {StartError} where it cannot be written
 */
export async function setUp(
  profiles: Profiles,
  asker: Asker,
  out: Out,
  attempt: Attempt = logOnAndOff,
): Promise<boolean> {
  // Before anything is asked, so that nobody types in vain.
  profiles.path(SETUP);
  try {
    out.say(
      'A profile keeps a server, a client-ID and its secret, so that "parley NAME" is enough.',
    );
    let profile = askProfile(asker, out);
    const name = askName(profile.id, profiles, asker, out);
    out.say(`${profiles.path(name)} will hold:\n${summaryOf(profile)}`);
    let result = await tried(profile, out, attempt);
    while (result === "refused") {
      const secret = askSecret(
        `Secret of ${profile.id} again (not shown; empty: no other)`,
        asker,
        out,
      );
      if (secret === undefined) break;
      profile = { ...profile, secret };
      result = await tried(profile, out, attempt);
    }
    if (result !== "works" && !asker.confirm("Keep it all the same?")) throw new Enough();
    profiles.write(name, profile);
    out.say(`Kept. To chat, type: parley ${name}`);
    return true;
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
    out.say("Nothing was kept.");
    return false;
  }
}

function askProfile(asker: Asker, out: Out): Profile {
  const server = askServer(asker, out);
  const id = askId(asker, out);
  const question = `Secret of ${id} (not shown; empty: to be asked for each time)`;
  return { server, id, secret: askSecret(question, asker, out) };
}

/** Undefined where none is given. */
function askSecret(question: string, asker: Asker, out: Out): string | undefined {
  const flaw = (answer: string): string | undefined =>
    answer === "" ? undefined : flawOfSecret(answer);
  return askUntil(() => asker.askSecret(question), flaw, out) || undefined;
}

function askServer(asker: Asker, out: Out): Endpoint {
  const answer = askUntil(() => asker.ask("Server", DEFAULT_HOST), flawOfServer, out);
  return readServer("the server", answer);
}

function askId(asker: Asker, out: Out): ClientId {
  const flaw = (answer: string): string | undefined =>
    isClientId(answer) ? undefined : `a client-ID is ${ID_FORM}`;
  return askUntil(() => asker.ask("Your client-ID"), flaw, out) as ClientId;
}

function askName(id: ClientId, profiles: Profiles, asker: Asker, out: Out): string {
  const free = profiles.names();
  for (;;) {
    const name = askUntil(() => asker.ask("Name of the profile", id), flawOfName, out);
    if (!free.includes(name)) return name;
    if (asker.confirm(`There is a profile ${name} already. Replace it?`)) return name;
  }
}

function askUntil(
  ask: () => string | undefined,
  flawOf: (answer: string) => string | undefined,
  out: Out,
): string {
  for (;;) {
    const answer = ask();
    if (answer === undefined) throw new Enough();
    const flaw = flawOf(answer);
    if (flaw === undefined) return answer;
    out.say(`  ${flaw}.`);
  }
}

function flawOfServer(answer: string): string | undefined {
  try {
    readServer("the server", answer);
    return undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
}

function flawOfName(answer: string): string | undefined {
  if (!isClientId(answer)) return `a name is ${ID_FORM}`;
  if (!isReserved(answer)) return undefined;
  return `"parley ${answer}" means something else; take another name`;
}

function summaryOf({ server, id, secret }: Profile): string {
  const kept = secret === undefined ? "no secret" : "secret = (not shown)";
  return [`server = "${formatServer(server)}"`, `id = "${id}"`, kept]
    .map((line) => `  ${line}`).join("\n");
}

/** What the server makes of the profile, as far as it can be tried. */
async function tried(
  { secret, ...profile }: Profile,
  out: Out,
  attempt: Attempt,
): Promise<"works" | "refused" | "failed"> {
  if (secret === undefined) return "works";
  out.say("Trying to log on ...");
  try {
    await attempt({ ...profile, secret });
  } catch (error) {
    if (!(error instanceof LogOnError)) throw error;
    out.say(`Log on failed: ${error.message}.`);
    return error.why === "refused" ? "refused" : "failed";
  }
  out.say("Connected, and logged off again: this works.");
  return "works";
}

async function logOnAndOff({ server, id, secret }: Parameters<Attempt>[0]): Promise<void> {
  await using client = new ChatClient({
    server,
    clientId: id,
    secret: new TextEncoder().encode(secret),
  });
  await client.logOn();
}
