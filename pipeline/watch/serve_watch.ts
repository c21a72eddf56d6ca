import type { Rendered, RenderedSection } from "./rendered.ts";
import { watchPage } from "./watch_page.ts";

/** A live page that is being served. */
export interface WatchServer {
  /** The address, as in http://127.0.0.1:8421/. */
  readonly url: string;
  /** How many pages are open and listening. */
  watchers(): number;
  /**
   * Sends each listening page the sections that are new to it. Nothing waits for a page that
   * reads slowly: it gets the newest state when it is ready, and skips those in between.
   */
  publish(rendered: Rendered): void;
  /** Stops serving, after pages got what was published: within a second. */
  close(): Promise<void>;
}

/** Milliseconds until a browser reconnects, and that closing may take. */
const RETRY = 1000, PATIENCE = 1000;

/** Pages that may listen at a time: each one that reads slowly keeps its last update in memory. */
export const MOST_PAGES = 32;

const HEADERS = {
  "cache-control": "no-store, no-transform",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/**
 * Serves a live page on 127.0.0.1: `/` is the page, `/events` a stream of server-sent events,
 * one a section, named after it.
 *
 * Only GET requests for 127.0.0.1 or localhost are answered: the Host header keeps out a site
 * whose own name resolves to this machine. At most {@linkcode MOST_PAGES} pages may listen.
 *
 * @param port 0 takes any free port.
 * @param current The sections as they are now; called for every page that is opened.
 * @throws {RangeError} If `port` is not a port.
 * @throws {Error} If it is in use, or may not be served.
 */
export function serveWatch(
  port: number,
  current: () => Promise<Rendered>,
): WatchServer {
  const id = crypto.randomUUID();
  const pages = new Set<() => void>(); // wakes each
  let newest: Rendered = { version: 0, sections: [] };
  let ends = false;
  let closed: Promise<void> | undefined;

  function publish(rendered: Rendered): void {
    if (rendered.version <= newest.version) return;
    newest = rendered;
    for (const wake of pages) wake();
  }

  const tokenOf = (version: number) => `${id}.${version}`;

  /** The version of this run that a page has; 0 for a page of another run. */
  function versionOf(token: string): number {
    const [of, version] = token.split(".");
    return of === id ? Number(version) || 0 : 0;
  }

  function events(seen: number): ReadableStream<Uint8Array> {
    let wake = () => {};
    const onNews = () => wake();
    return new ReadableStream({
      start(controller) {
        pages.add(onNews);
        controller.enqueue(encode(`retry: ${RETRY}\n\n`));
      },
      async pull(controller) {
        while (newest.version <= seen && !ends && pages.has(onNews)) {
          await new Promise<void>((resolve) => wake = resolve);
        }
        if (!pages.has(onNews)) return;
        if (newest.version > seen) {
          const news = newest.sections.filter(({ version }) => version > seen);
          seen = newest.version;
          controller.enqueue(encode(news.map(eventOf).join("") + idOf(tokenOf(seen))));
        } else {
          pages.delete(onNews);
          controller.close();
        }
      },
      cancel() {
        pages.delete(onNews);
        wake();
      },
    }, { highWaterMark: 0 });
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (!isOurs(request.headers.get("host"))) {
      return refusal(403, `This page is served at ${url} only\n`);
    }
    if (request.method !== "GET") {
      return refusal(405, "Only GET is allowed\n", { allow: "GET" });
    }
    if (pathname === "/") {
      const rendered = await current();
      publish(rendered);
      return new Response(watchPage(rendered, tokenOf(rendered.version)), {
        headers: { ...HEADERS, "content-type": "text/html; charset=utf-8" },
      });
    }
    if (pathname === "/events") {
      const token = request.headers.get("last-event-id") ?? searchParams.get("seen");
      publish(await current());
      if (pages.size >= MOST_PAGES) {
        const text = `${MOST_PAGES} pages of this run are open: close one and reload\n`;
        return refusal(503, text);
      }
      return new Response(events(versionOf(token ?? "")), {
        headers: { ...HEADERS, "content-type": "text/event-stream" },
      });
    }
    if (pathname === "/favicon.ico") return new Response(null, { status: 204 });
    return refusal(404, "Not found\n");
  }

  const stop = new AbortController();
  const answering = new Set<Promise<void>>();
  const server = listen(port, stop.signal, (request, { completed }) => {
    const sent = completed.catch(() => {}).finally(() => answering.delete(sent));
    answering.add(sent);
    return answer(request);
  });
  const { port: own } = server.addr;
  const url = `http://127.0.0.1:${own}/`;
  const isOurs = (host: string | null) =>
    host === `127.0.0.1:${own}` || host === `localhost:${own}` ||
    own === 80 && (host === "127.0.0.1" || host === "localhost");

  return {
    url,
    watchers: () => pages.size,
    publish,
    close: () => closed ??= close(),
  };

  async function close(): Promise<void> {
    ends = true;
    for (const wake of pages) wake();
    let timer: ReturnType<typeof setTimeout>;
    const patience = new Promise((resolve) => timer = setTimeout(resolve, PATIENCE));
    await Promise.race([Promise.allSettled(answering), patience]);
    clearTimeout(timer!);
    // Not a graceful shutdown, which would wait for pages that do not read.
    stop.abort();
    await server.finished;
  }
}

function listen(
  port: number,
  signal: AbortSignal,
  answer: Deno.ServeHandler,
): Deno.HttpServer<Deno.NetAddr> {
  if (port > 65535) {
    throw new RangeError(`watchPort must be a port from 0 to 65535: it is ${port}`);
  }
  const onError = () => refusal(500, "The page cannot be made\n");
  try {
    return Deno.serve(
      { hostname: "127.0.0.1", port, signal, onListen() {}, onError },
      answer,
    );
  } catch (error) {
    if (
      !(error instanceof Deno.errors.AddrInUse ||
        error instanceof Deno.errors.PermissionDenied)
    ) throw error;
    const isUsed = error instanceof Deno.errors.AddrInUse;
    throw new Error(
      `Port ${port} of 127.0.0.1 ${isUsed ? "is in use" : "may not be served"}: give ` +
        `another one, as in watchPort ${port < 1024 ? 8421 : port + 1}`,
      { cause: error },
    );
  }
}

function refusal(status: number, text: string, headers = {}): Response {
  return new Response(text, {
    status,
    headers: { ...HEADERS, ...headers, "content-type": "text/plain; charset=utf-8" },
  });
}

/** A section as a server-sent event, with one `data:` line for each of its lines. */
function eventOf({ id, html }: RenderedSection): string {
  const lines = html.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `event: ${id}\n${lines.join("")}\n`;
}

/** The id that the browser sends when it reconnects. */
function idOf(token: string): string {
  return `id: ${token}\n\n`;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
