/**
 * `deno task rehearse`: goes from nothing to two people chatting, as somebody does who has neither
 * Node nor Deno, and prints all that they type and see.
 *
 * The steps are the README's, with the archives that `deno task compile` leads to and a host of their
 * own. The commands see a PATH with nothing in it but themselves; the programs see no environment.
 *
 * Exit codes: 0, they chatted; 1, they did not.
 */

import { join } from "@std/path";
import { archiveName, pack, writeChecksums } from "./build/archive.ts";
import { runCommand } from "./build/command.ts";
import { DIST, type Program as Build, PROGRAMS } from "./build/programs.ts";
import { OWN_TARGET, type Target } from "./build/targets.ts";
import { isFree, Program, StageError, USUAL_PORT } from "./stage/mod.ts";

const [SERVER, CLIENT] = PROGRAMS as readonly [Build, Build];
const CHECK = Deno.build.os === "darwin" ? "shasum -a 256" : "sha256sum";
/** All the commands that the steps need, and what those start themselves. */
const COMMANDS = ["curl", CHECK.split(" ")[0]!, "tar", "gzip"];
/** Who does something, as wide as the longest. */
const WHO = 8;

async function main(): Promise<number> {
  if (OWN_TARGET === undefined || Deno.build.os === "windows") {
    console.error("rehearse: the steps are those for Linux and macOS.");
    return 1;
  }
  const folder = await Deno.makeTempDir({ prefix: "parley-rehearsal-" });
  try {
    const [site, home, path] = ["site", "home", "path"].map((name) => join(folder, name));
    for (const name of [site!, home!, path!]) await Deno.mkdir(name);
    await publish(OWN_TARGET, site!);
    for (const command of COMMANDS) {
      const found = await runCommand("which", [command], { folder });
      await Deno.symlink(await Deno.realPath(found.trim()), join(path!, command));
    }
    await using host = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => serve(site!, request),
    );
    await install(OWN_TARGET, `http://127.0.0.1:${host.addr.port}`, home!, path!);
    await chat(OWN_TARGET, home!);
    console.log("\nTwo people have chatted, from nothing.");
    return 0;
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    console.error(`rehearse: ${error.message}`);
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Puts both archives for `target`, and their checksums, into `site`. */
async function publish(target: Target, site: string): Promise<void> {
  const archives = await Promise.all(
    PROGRAMS.map((program) => pack(program, target, join(DIST, program.name), site)),
  );
  await writeChecksums(site, archives);
}

/** A file of `site`. */
async function serve(site: string, request: Request): Promise<Response> {
  const file = await Deno.open(join(site, new URL(request.url).pathname));
  return new Response(file.readable);
}

/** Downloads, checks and unpacks. */
async function install(target: Target, site: string, home: string, path: string): Promise<void> {
  const archives = PROGRAMS.map((program) => `${archiveName(program, target)}.tar.gz`);
  const steps = [
    ...[...archives, "SHA256SUMS"].map((file) => `curl -fsSLO ${site}/${file}`),
    `${CHECK} --check --ignore-missing SHA256SUMS`,
    ...archives.map((archive) => `tar -xzf ${archive}`),
  ];
  for (const step of steps) {
    tell("", "$", step);
    const [command, ...args] = step.split(" ");
    const { success, stdout, stderr } = await new Deno.Command(join(path, command!), {
      args,
      cwd: home,
      clearEnv: true,
      env: { PATH: path },
    }).output();
    const output = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
    for (const line of output.split("\n").filter((line) => line !== "")) tell("", " ", line);
    if (!success) throw new StageError(`${command} failed`);
  }
}

/** Starts a server and two clients, who chat. */
async function chat(target: Target, home: string): Promise<void> {
  const serverFlags = isFree(USUAL_PORT) ? [] : ["--port", "0"];
  await using server = start(
    "server",
    SERVER,
    join(home, archiveName(SERVER, target)),
    serverFlags,
  );
  await sees(server, /^Parley server listening on /);
  await sees(server, /^10 subscribers /);
  // What it says is what they do.
  const joining = await sees(server, /^To join: parley alice --server \S+$/);
  const flags = joining.split(" ").slice(-2);
  const clients = join(home, archiveName(CLIENT, target));
  await using alice = start("alice", CLIENT, clients, ["alice", ...flags]);
  await using bob = start("bob", CLIENT, clients, ["bob", ...flags]);
  for (const person of [alice, bob]) {
    await types(person, "Log on");
    await sees(person, /^Connected$/);
  }
  await types(alice, "Chat bob");
  await sees(alice, /^Chat started with bob$/);
  await sees(bob, /^Chat started with alice$/);
  await types(alice, "Hello, Bob! No Node, no Deno, just this.");
  await sees(bob, /^alice: Hello, Bob!/);
  await types(bob, "Hello, Alice!");
  await sees(alice, /^bob: Hello, Alice!$/);
  await types(alice, "End chat");
  await sees(alice, /^Chat ended with bob$/);
  await sees(bob, /^Chat ended with alice$/);
  await types(bob, "History alice");
  await sees(bob, /^<1> <from: alice> /);
  await sees(bob, /^<1> <from: bob> /);
  await sees(bob, /^2 messages with alice$/);
  for (const person of [alice, bob]) {
    await types(person, "Quit");
    await sees(person, /^Logged off$/);
    await ends(person);
  }
  tell("server", " ", "(Ctrl-C)");
  server.program.kill("SIGINT");
  await sees(server, /^Stopping$/);
  await ends(server);
}

/** Somebody with a program in front of them. */
interface Person extends AsyncDisposable {
  readonly name: string;
  readonly program: Program;
}

function start(name: string, build: Build, folder: string, args: string[]): Person {
  tell(name, "$", [`./${build.name}`, ...args].join(" "));
  const launch = { command: join(folder, build.name), args: [], cwd: folder, env: {} };
  const program = new Program(build === SERVER ? "server" : "client", { name, args, launch });
  return { name, program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

async function types({ name, program }: Person, text: string): Promise<void> {
  tell(name, ">", text);
  await program.type(text);
}

async function sees({ name, program }: Person, wanted: RegExp): Promise<string> {
  const line = await program.screen.expect(wanted);
  tell(name, " ", line);
  return line;
}

/** The program has ended well. */
async function ends({ name, program }: Person): Promise<void> {
  const code = await program.exit();
  if (code !== 0) throw new StageError(`the program of ${name} ended with ${code}`);
}

function tell(who: string, mark: string, text: string): void {
  console.log(`${who.padEnd(WHO)}${mark} ${text}`);
}

if (import.meta.main) Deno.exit(await main());
