import assert from "node:assert/strict";
import type { Rendered } from "../../../pipeline/watch/rendered.ts";
import {
  MOST_PAGES,
  serveWatch,
  type WatchServer,
} from "../../../pipeline/watch/serve_watch.ts";
import { eventsOf } from "../../support/events.ts";

const summary = (html: string, version: number): Rendered => ({
  version,
  sections: [
    { id: "summary", html, version },
    { id: "alarms", html: "none", version: 1 },
  ],
});

async function serving(test: (server: WatchServer) => Promise<void>): Promise<void> {
  const server = serveWatch(0, () => Promise.resolve(summary("<h1>one</h1>", 1)));
  try {
    await test(server);
  } finally {
    await server.close();
  }
}

async function status(url: string, method = "GET"): Promise<number> {
  const response = await fetch(url, { method });
  await response.body?.cancel();
  return response.status;
}

/** Opens a connection and asks, byte for byte: fetch writes a Host of its own. */
async function asking(url: string, path: string, host: string): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  return connection;
}

async function untilWatched({ watchers }: WatchServer): Promise<void> {
  while (watchers() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

Deno.test("the page is served whole, and lets itself do nothing but listen to its server", async () => {
  await serving(async ({ url }) => {
    const response = await fetch(url);
    const page = await response.text();
    assert.match(page, /<section id="summary"><h1>one<\/h1><\/section>/);
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    assert.match(policy, /^default-src &#39;none&#39;; .*connect-src &#39;self&#39;/);
    assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
    assert.equal(response.headers.get("access-control-allow-origin"), null);
  });
});

Deno.test("only requests for 127.0.0.1 or localhost with its port are answered", async () => {
  await serving(async ({ url }) => {
    const { port } = new URL(url);
    const asked = async (host: string, path = "/") => {
      using connection = await asking(url, path, host);
      const head = new Uint8Array(12);
      await connection.read(head);
      return new TextDecoder().decode(head);
    };
    assert.equal(await asked(`localhost:${port}`), "HTTP/1.1 200");
    for (const host of [`evil.example:${port}`, "127.0.0.1", "localhost:1", "[::1]:1"]) {
      assert.equal(await asked(host), "HTTP/1.1 403", host);
      assert.equal(await asked(host, "/events"), "HTTP/1.1 403", host);
    }
  });
});

Deno.test("GET alone is answered, and what is not there is not", async () => {
  await serving(async ({ url }) => {
    for (const method of ["POST", "HEAD", "OPTIONS", "DELETE"]) {
      assert.equal(await status(url, method), 405, method);
    }
    assert.equal(await status(`${url}..%2f..%2fetc/passwd`), 404);
    assert.equal(await status(`${url}favicon.ico`), 204);
  });
});

Deno.test("a page gets every section at first, and then those that changed", async () => {
  await serving(async ({ url, publish }) => {
    const seen: string[] = [];
    for await (const { event, data, id } of eventsOf(url)) {
      if (event) seen.push(`${event} ${data}`);
      if (id?.endsWith(".1")) publish(summary("two\nlines", 2));
      if (id?.endsWith(".2")) break;
    }
    assert.deepEqual(seen, [
      "summary <h1>one</h1>",
      "alarms none",
      "summary two\nlines",
    ]);
  });
});

Deno.test("a page that comes back gets what it has not, and everything of another run", async () => {
  await serving(async ({ url, publish }) => {
    const token = /data-seen="([^"]+)"/.exec(await (await fetch(url)).text())![1]!;
    publish(summary("two", 2));
    const told = async (id: string) => {
      const seen: string[] = [];
      for await (const { event, id: now } of eventsOf(url, { "last-event-id": id })) {
        if (event) seen.push(event);
        if (now) break;
      }
      return seen;
    };
    assert.deepEqual(await told(token), ["summary"]);
    assert.deepEqual(await told("another.9"), ["summary", "alarms"]);
    assert.deepEqual(await told("nonsense"), ["summary", "alarms"]);
  });
});

Deno.test("a page that does not read is not waited for, and gets the newest when it does", async () => {
  await serving(async (server) => {
    const { url, publish } = server;
    using connection = await asking(url, "/events", new URL(url).host);
    await untilWatched(server);
    const megabyte = "x".repeat(2 ** 20);
    for (let version = 2; version <= 60; version++) {
      publish(summary(`${megabyte} version ${version}.`, version));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    let text = "", length = 0;
    const decoder = new TextDecoder(), chunk = new Uint8Array(2 ** 16);
    while (!text.includes("version 60.")) {
      const read = await connection.read(chunk);
      assert.ok(read !== null, "the newest never came");
      length += read;
      text = text.slice(-100) + decoder.decode(chunk.subarray(0, read), { stream: true });
    }
    assert.ok(length < 40 * 2 ** 20, `${length} bytes of 59 MB came`);
  });
});

Deno.test("so many pages may listen, whether they read or not, and others are told", async () => {
  await serving(async (server) => {
    const { url, watchers, publish } = server;
    const { host } = new URL(url);
    const all = await Promise.all(
      Array.from({ length: MOST_PAGES + 40 }, () => asking(url, "/events", host)),
    );
    try {
      const heads = await Promise.all(all.map(async (connection) => {
        const chunk = new Uint8Array(64);
        return new TextDecoder().decode(
          chunk.subarray(0, await connection.read(chunk) ?? 0),
        );
      }));
      const answered = (status: number) =>
        heads.filter((head) => head.startsWith(`HTTP/1.1 ${status}`)).length;
      assert.deepEqual([answered(200), answered(503)], [MOST_PAGES, 40]);
      assert.equal(watchers(), MOST_PAGES);
      const began = performance.now();
      for (let version = 2; version <= 50; version++) {
        publish(summary("x".repeat(2 ** 20), version)); // whom nobody reads
      }
      assert.ok(performance.now() - began < 1000, "a run waits for nobody");
      assert.equal(await status(url), 200);
    } finally {
      for (const connection of all) connection.close();
    }
    while (watchers() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await status(`${url}events`), 200); // room again
  });
});

Deno.test("a page that hangs up is forgotten", async () => {
  await serving(async ({ url, watchers }) => {
    for await (const { id } of eventsOf(url)) {
      if (!id) continue;
      assert.equal(watchers(), 1);
      break;
    }
    while (watchers() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

Deno.test("an end reaches the pages that listen, and none that does not read holds it up", async () => {
  const server = serveWatch(0, () => Promise.resolve(summary("one", 1)));
  using _ = await asking(server.url, "/events", new URL(server.url).host);
  await untilWatched(server);
  server.publish(summary("x".repeat(2 ** 25), 2)); // more than fits on the way
  await new Promise((resolve) => setTimeout(resolve, 20));
  server.publish(summary("two", 3));
  let last = "";
  for await (const { event, data, id } of eventsOf(server.url)) {
    if (event === "summary") last = data;
    if (id?.endsWith(".3")) {
      server.publish(summary("the end", 4));
      void server.close();
    }
  }
  assert.equal(last, "the end");
  await server.close();
  await assert.rejects(fetch(server.url), TypeError);
});

Deno.test("a port that is in use, or none, is told with a remedy", async () => {
  await serving(({ url }) => {
    const port = Number(new URL(url).port);
    const current = () => Promise.reject(new Error("never asked"));
    assert.throws(
      () => serveWatch(port, current),
      {
        message:
          `Port ${port} of 127.0.0.1 is in use: give another one, as in watchPort ${
            port + 1
          }`,
      },
    );
    assert.throws(() => serveWatch(70000, current), {
      name: "RangeError",
      message: "watchPort must be a port from 0 to 65535: it is 70000",
    });
    return Promise.resolve();
  });
});
