/** Standard output that nothing can be written to, as on a full disk. */

import { announcer, type Serving } from "../../lib/admin/announce.ts";
import { Log } from "../../lib/admin/logging.ts";
import { parseSubscribers } from "../../lib/subscribers/mod.ts";
import { withServer } from "../server/rig.ts";

const FULL = "No space left on device (os error 28)";

function fail(): never {
  throw new Error(FULL);
}

Deno.test("a server starts and stops in order, though nobody can be told", async () => {
  await withServer(({ server }) => {
    using log = new Log({ format: "text", colour: false, trace: false, write: () => {} });
    const announce = announcer("text", log, { say: fail, complain: fail });
    const serving: Serving = {
      server,
      subscribers: parseSubscribers('alice.secret = "secret of alice 1"', "subscribers.toml"),
      file: "subscribers.toml",
      historyFile: "history.db",
      metrics: undefined,
      version: "1.2.3",
    };
    announce.started(serving);
    announce.stopping();
    announce.stopped();
    return Promise.resolve();
  });
});
