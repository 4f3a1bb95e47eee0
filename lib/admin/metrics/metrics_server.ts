/**
 * Serves /metrics and /healthz over HTTP, on loopback only: whoever may open a connection there may
 * read them. What they hold is not known here.
 */

import { AdminError } from "../out.ts";

/** What is served. */
export interface Pages {
  /** The media type of the metrics. */
  readonly contentType: string;
  metrics(): Promise<string>;
  /** What keeps the server from its work; undefined when it is well. */
  problem(): string | undefined;
}

const HOST = "127.0.0.1";

/** A running server of the two pages. */
export class MetricsServer {
  readonly #stopping: AbortController;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /**
   * Binds `port` of loopback; 0 takes any free one.
   *
   * @throws {AdminError}
   */
  constructor(port: number, pages: Pages) {
    this.#stopping = new AbortController();
    try {
      this.#server = Deno.serve({
        hostname: HOST,
        port,
        signal: this.#stopping.signal,
        // Deno would tell on standard output that it listens.
        onListen: () => {},
      }, (request) => answer(request, pages));
    } catch (error) {
      const place = `TCP port ${port} of ${HOST}`;
      if (error instanceof Deno.errors.AddrInUse) {
        throw new AdminError(
          `${place} is in use; stop what uses it, or give another --metrics-port`,
        );
      }
      if (error instanceof Deno.errors.PermissionDenied) {
        throw new AdminError(
          `cannot listen on ${place}: ${error.message}; give another --metrics-port`,
        );
      }
      throw error;
    }
  }

  /** Where the pages are, without a path. */
  get url(): string {
    return `http://${HOST}:${this.#server.addr.port}`;
  }

  /** Ends all connections; resolves when there is none left. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#server.finished;
  }
}

async function answer(request: Request, pages: Pages): Promise<Response> {
  // Undefined for a host that there cannot be, which whoever asks may name.
  const pathname = URL.parse(request.url)?.pathname;
  if (request.method !== "GET" && request.method !== "HEAD") return text("not found", 404);
  if (pathname === "/metrics") return text(await pages.metrics(), 200, pages.contentType);
  if (pathname !== "/healthz") return text("not found", 404);
  const problem = pages.problem();
  return problem === undefined ? text("ok", 200) : text(problem, 503);
}

function text(body: string, status: number, type = "text/plain; charset=utf-8"): Response {
  const end = body.endsWith("\n") ? "" : "\n";
  return new Response(body + end, { status, headers: { "content-type": type } });
}
