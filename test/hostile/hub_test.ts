/** A Hub that means to hold a run up, or to write where it must not. */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { snapshot } from "../../data/hub/snapshot.ts";
import { boundedFetch } from "../../data/hub/bounded_fetch.ts";
import { makePipe } from "../support/made_files.ts";
import { inFolder } from "../support/in_folder.ts";
import { type FakeHub, type FakeRepo, namesOf, withHub } from "../support/fake_hub.ts";

const WEIGHTS = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7 % 251);
const MODEL: FakeRepo = {
  repo: "owner/tiny",
  type: "model",
  commit: "0123456789abcdef0123456789abcdef01234567",
  files: { "config.json": new TextEncoder().encode("{}"), "model.safetensors": WEIGHTS },
};
const QUICK = { attempts: 2, pause: 1, silence: 1000 };
const tiny = { repo: "owner/tiny", type: "model", patience: QUICK } as const;
const TREE = `/tree/${MODEL.commit}`;

/** Files outside of the cache that a test would see. */
async function besides(cache: string): Promise<string[]> {
  const around = Array.fromAsync(Deno.readDir(join(cache, "..")));
  return (await around).map(({ name }) => name).filter((name) => /evil/.test(name));
}

/** Answers requests for the list of files with these entries. */
function listing(hub: FakeHub, ...entries: readonly object[]): void {
  hub.twist = (request) =>
    new URL(request.url).pathname.endsWith(TREE) ? Response.json(entries) : undefined;
}

const file = (path: string, more: object = {}) => ({
  ...{ type: "file", path, size: 2, oid: "a".repeat(40) },
  ...more,
});

Deno.test("names that lead out of the cache, or are one file on many systems, are refused", async () => {
  await withHub(MODEL, async (hub, cache) => {
    for (
      const path of ["../../../../evil", "/tmp/evil", "a/../../evil", "C:\\evil", "a//b"]
    ) {
      listing(hub, file("config.json"), file(path));
      await assert.rejects(snapshot(tiny), /a path inside of the repository expected/);
    }
    listing(hub, file("config.json"), file("model.safetensors"), file("config.json"));
    await assert.rejects(
      snapshot(tiny),
      /"config\.json" and "config\.json", which are one/,
    );
    assert.deepEqual(await besides(cache), []);
  });
  const data: FakeRepo = { ...MODEL, type: "dataset", files: {} };
  await withHub(data, async (hub) => {
    listing(hub, file("data/Train.parquet"), file("data/train.parquet"));
    await assert.rejects(
      snapshot({ ...tiny, type: "dataset" }),
      /has "data\/Train\.parquet" and "data\/train\.parquet", which are one file on many/,
    );
  });
});

Deno.test("a list of files that does not end is refused", async () => {
  await withHub(MODEL, async (hub) => {
    hub.twist = (request) => {
      const { pathname, origin } = new URL(request.url);
      if (!pathname.endsWith(TREE)) return undefined;
      const link = `<${origin}${pathname}?cursor=1>; rel="next"`;
      return Response.json([file("x")], { headers: { link } });
    };
    const slow = { ...tiny, patience: { ...QUICK, silence: 20_000 } };
    await assert.rejects(snapshot(slow), {
      name: "InvalidData",
      message: /sends more than 300 pages of its list of files: check HF_ENDPOINT/,
    });
    const many = Array.from({ length: 100_001 }, (_, i) => file(`f${i}`));
    listing(hub, ...many);
    await assert.rejects(snapshot(slow), /owner\/tiny has more than 100000 files/);
  });
});

Deno.test("an answer has a size and a time", async () => {
  const answering = (body: ReadableStream<Uint8Array<ArrayBuffer>>) =>
    boundedFetch(() => Promise.resolve(new Response(body)), "hub", {
      bytes: 100,
      time: 50,
    });
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(60)),
  });
  await assert.rejects(answering(endless)("http://a"), {
    name: "InvalidData",
    message: /hub sends a list of files of more than 100 bytes/,
  });
  const silent = new ReadableStream({ pull: () => new Promise(() => {}) });
  await assert.rejects(answering(silent)("http://a"), {
    name: "NotConnected",
    message: /hub does not finish its answer within 0\.05 s/,
  });
  const whole = new Response("[1]").body!;
  assert.deepEqual(await (await answering(whole)("http://a")).json(), [1]);
});

Deno.test("a server that accepts and never answers counts as out of reach", async () => {
  await withHub(MODEL, async (hub, cache) => {
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const held: Deno.Conn[] = [];
    const accepting = (async () => {
      for await (const connection of listener) held.push(connection);
    })().catch(() => {});
    const before = Deno.env.get("HF_ENDPOINT")!;
    Deno.env.set("HF_ENDPOINT", `http://127.0.0.1:${listener.addr.port}`);
    try {
      await assert.rejects(snapshot(tiny), {
        name: "NotConnected",
        message: /cannot be reached \(.*\): check the network/,
      });
    } finally {
      Deno.env.set("HF_ENDPOINT", before);
      listener.close();
      await accepting;
      for (const connection of held) connection.close();
    }
    assert.equal(hub.requests.length, 0);
    assert.ok(cache !== "");
  });
});

Deno.test("a file of which a byte comes now and then counts as cut", async () => {
  await withHub(MODEL, async (hub) => {
    const timers = new Set<ReturnType<typeof setInterval>>();
    hub.twist = (request) => {
      if (!new URL(request.url).pathname.endsWith("/model.safetensors")) return undefined;
      let timer: ReturnType<typeof setInterval>;
      const body = new ReadableStream({
        start(controller) {
          timer = setInterval(() => controller.enqueue(Uint8Array.of(0)), 20);
          timers.add(timer);
        },
        cancel: () => clearInterval(timer),
      });
      return new Response(body, {
        status: 206,
        headers: { "content-range": `bytes 0-99999/${WEIGHTS.length}` },
      });
    };
    const start = performance.now();
    await assert.rejects(snapshot(tiny), {
      name: "NotConnected",
      message: /of 100000 of model\.safetensors \(almost no data arrives\): run the same/,
    });
    assert.ok(performance.now() - start < 10_000);
    for (const timer of timers) clearInterval(timer);
  });
});

Deno.test("addresses that lead in circles are refused at once", async () => {
  await withHub(MODEL, async (hub) => {
    hub.twist = (request) =>
      new URL(request.url).pathname.includes("/resolve/")
        ? new Response(null, { status: 302, headers: { location: request.url } })
        : undefined;
    await assert.rejects(snapshot(tiny), {
      name: "InvalidData",
      message: /redirects without end: check HF_ENDPOINT/,
    });
  });
});

Deno.test("a busy Hub says how long to wait, and is not believed", async () => {
  await withHub(MODEL, async (hub) => {
    hub.twist = () =>
      new Response("", { status: 429, headers: { "retry-after": "1000000000" } });
    const start = performance.now();
    await assert.rejects(
      snapshot(tiny),
      /answers 429 for the model owner\/tiny: try again/,
    );
    assert.ok(performance.now() - start < 3000);
    assert.equal(hub.requests.length, QUICK.attempts);
  });
});

Deno.test("what does not fit on the disk is not begun", async () => {
  await withHub(MODEL, async (hub) => {
    const oid = namesOf(MODEL.files["config.json"]!).gitSha1;
    listing(
      hub,
      file("config.json", { oid }),
      file("model.safetensors", { size: 2 ** 52 }),
    );
    await assert.rejects(snapshot(tiny), {
      name: "RangeError",
      message:
        /^owner\/tiny needs 4503599\.6 GB, and [\d.]+ GB are free at .*: make room/,
    });
    assert.ok(hub.requests.every((request) => !request.includes("/resolve/")));
  });
});

Deno.test("a link or a pipe in place of a partial file is neither followed nor removed", async () => {
  await withHub(MODEL, async (_, cache) => {
    await inFolder(async (folder) => {
      const blobs = join(cache, "models--owner--tiny", "blobs");
      await Deno.mkdir(blobs, { recursive: true });
      const partial = join(blobs, `${namesOf(WEIGHTS).sha256}.incomplete`);
      const mine = join(folder, "mine");
      await Deno.writeTextFile(mine, "x".repeat(200_000));
      await Deno.symlink(mine, partial);
      const message = new RegExp(
        `${basename(partial)} is not a file of an earlier download: remove it by hand`,
      );
      await assert.rejects(snapshot(tiny), { name: "TypeError", message });
      assert.equal((await Deno.stat(mine)).size, 200_000);
      assert.ok((await Deno.lstat(partial)).isSymlink);
      await Deno.remove(partial);
      await makePipe(partial);
      await assert.rejects(snapshot(tiny), { name: "TypeError", message });
      await Deno.remove(partial);
      await Deno.writeTextFile(partial, "not of this file");
      await snapshot(tiny); // its own, damaged: fetched anew
    });
  });
});
