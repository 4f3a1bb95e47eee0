/** V8's profiler at another process, over the Chrome DevTools Protocol, as far as a profile needs. */

/** A function of a profile, as V8 tells of it. */
export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** What a profile holds: which function was at work at each sample, and for how many µs. */
export interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Between two samples, in microseconds. */
const INTERVAL = 200;

/** Profiles the process whose inspector listens on `port`, while `during` lasts. */
export async function profileWhile(port: number, during: () => Promise<void>): Promise<Profile> {
  const list = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [{ webSocketDebuggerUrl }] = await list.json() as [{ webSocketDebuggerUrl: string }];
  const socket = new WebSocket(webSocketDebuggerUrl);
  const opened = Promise.withResolvers<void>();
  socket.onopen = (): void => opened.resolve();
  socket.onerror = (): void => opened.reject(new Error(`no inspector on port ${port}`));
  await opened.promise;
  const waiting = new Map<number, (result: unknown) => void>();
  let asked = 0;
  socket.onmessage = ({ data }): void => {
    const { id, result } = JSON.parse(data) as { id: number; result: unknown };
    waiting.get(id)?.(result);
  };
  const ask = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      waiting.set(++asked, resolve);
      socket.send(JSON.stringify({ id: asked, method, params }));
    });
  try {
    await ask("Profiler.enable");
    await ask("Profiler.setSamplingInterval", { interval: INTERVAL });
    await ask("Profiler.start");
    await during();
    const { profile } = await ask("Profiler.stop") as { profile: Profile };
    return profile;
  } finally {
    socket.close();
  }
}
