import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { snapshot, type SnapshotProgress } from "../../../data/hub/snapshot.ts";
import { cut, type FakeRepo, namesOf, refused, withHub } from "../../support/fake_hub.ts";

const text = (content: string) => new TextEncoder().encode(content);
const WEIGHTS = Uint8Array.from({ length: 5000 }, (_, i) => i * 7 % 251);
const MODEL: FakeRepo = {
  repo: "owner/tiny",
  type: "model",
  commit: "0123456789abcdef0123456789abcdef01234567",
  files: {
    "config.json": text("{}"),
    "tokenizer.json": text("{ }"),
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": text("not needed"),
    "README.md": text("not needed"),
    "onnx/model.safetensors": text("not needed"),
  },
};
const NEEDED = ["config.json", "model.safetensors", "tokenizer.json"];
const tiny = {
  repo: "owner/tiny",
  type: "model",
  patience: { attempts: 2, pause: 1 },
} as const;
const LARGE = "/model.safetensors";

const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("snapshot() lays the needed files out as Python's huggingface_hub does", async () => {
  await withHub(MODEL, async (hub, cache) => {
    const seen: SnapshotProgress[] = [];
    const folder = await snapshot({ ...tiny, onProgress: (p) => seen.push(p) });
    const repo = join(cache, "models--owner--tiny");
    assert.equal(folder, join(repo, "snapshots", MODEL.commit));
    assert.deepEqual(names(folder), NEEDED);
    for (const name of NEEDED) {
      const { gitSha1, sha256, large } = namesOf(MODEL.files[name]!);
      const blob = large ? sha256 : gitSha1;
      assert.equal(Deno.readLinkSync(join(folder, name)), `../../blobs/${blob}`);
      assert.deepEqual(Deno.readFileSync(join(folder, name)), MODEL.files[name]);
    }
    assert.equal(names(join(repo, "blobs")).length, 3, "nothing half-done is left");
    assert.equal(Deno.readTextFileSync(join(repo, "refs/main")), MODEL.commit);
    assert.deepEqual(seen.at(-1), {
      repo: "owner/tiny",
      file: "model.safetensors",
      done: 5005,
      total: 5005,
    });

    hub.requests.length = 0;
    assert.equal(await snapshot(tiny), folder);
    assert.deepEqual(hub.requests, ["GET /api/models/owner/tiny/revision/main"]);
    hub.requests.length = 0;
    assert.equal(await snapshot({ ...tiny, revision: MODEL.commit }), folder);
    assert.deepEqual(hub.requests, [], "a commit never changes");
  });
});

Deno.test("snapshot() of a data set takes its parquet files, in their folders", async () => {
  const files = { "data/train 1.parquet": WEIGHTS, "README.md": text("card") };
  await withHub(
    { ...MODEL, repo: "owner/set", type: "dataset", files },
    async (_, cache) => {
      const folder = await snapshot({
        repo: "owner/set",
        type: "dataset",
        revision: "v1",
      });
      assert.ok(folder.startsWith(join(cache, "datasets--owner--set")));
      assert.deepEqual(names(folder), ["data"]);
      assert.deepEqual(Deno.readFileSync(join(folder, "data/train 1.parquet")), WEIGHTS);
      const card = await snapshot({
        repo: "owner/set",
        type: "dataset",
        files: (path) => path === "README.md",
      });
      assert.equal(card, folder);
      assert.deepEqual(names(folder), ["README.md", "data"]);
    },
  );
});

Deno.test("snapshot() goes on by itself where the connection was cut", async () => {
  await withHub(MODEL, async (hub) => {
    let cuts = 3; // more than the attempts that may get nowhere
    hub.twist = (request) =>
      request.url.endsWith(LARGE) && !request.url.includes("resolve") && cuts-- > 0
        ? cut(request, WEIGHTS, 1000)
        : undefined;
    const folder = await snapshot(tiny);
    assert.deepEqual(Deno.readFileSync(join(folder, "model.safetensors")), WEIGHTS);
    const ranges = hub.requests.filter((line) => line.startsWith(`GET ${LARGE}`))
      .map((line) => line.split(" ")[2]);
    assert.deepEqual(ranges, ["bytes=0-", "bytes=1000-", "bytes=2000-", "bytes=3000-"]);
  });
});

Deno.test("snapshot() gives up where the connection breaks again and again", async () => {
  await withHub(MODEL, async (hub) => {
    let cuts = 0;
    hub.twist = (request) =>
      request.url.endsWith(LARGE) && !request.url.includes("resolve")
        ? cut(request, WEIGHTS, cuts++ === 0 ? 10 : 0)
        : undefined;
    await assert.rejects(snapshot(tiny), (error: Error) => {
      assert.ok(error instanceof Deno.errors.NotConnected, error.stack);
      assert.match(
        error.message,
        /broke at byte 10 of 5000 of model\.safetensors .*to resume/,
      );
      return true;
    });
    assert.equal(cuts, 2);
  });
});

Deno.test("a later snapshot() goes on where an earlier one gave up", async () => {
  await withHub(MODEL, async (hub, cache) => {
    let first = true;
    hub.twist = (request) => {
      if (!request.url.endsWith(LARGE) || request.url.includes("resolve")) {
        return undefined;
      }
      if (!first) return new Response(null, { status: 503 });
      first = false;
      return cut(request, WEIGHTS, 1234);
    };
    await assert.rejects(snapshot(tiny), (error: Error) => {
      assert.ok(error instanceof Deno.errors.NotConnected, error.stack);
      assert.match(
        error.message,
        /answers 503 for the model owner\/tiny: try again later/,
      );
      return true;
    });
    const { sha256 } = namesOf(WEIGHTS);
    const blobs = join(cache, "models--owner--tiny/blobs");
    const partial = join(blobs, `${sha256}.incomplete`);
    assert.deepEqual(Deno.readFileSync(partial), WEIGHTS.slice(0, 1234));
    assert.throws(
      () =>
        Deno.statSync(join(cache, "models--owner--tiny/snapshots", MODEL.commit, LARGE)),
      Deno.errors.NotFound,
      "half a file has no name",
    );
    hub.twist = () => undefined;
    hub.requests.length = 0;
    const folder = await snapshot(tiny);
    assert.deepEqual(Deno.readFileSync(join(folder, "model.safetensors")), WEIGHTS);
    assert.ok(hub.requests.includes(`GET ${LARGE} bytes=1234-`), hub.requests.join("\n"));
    assert.throws(() => Deno.statSync(partial), Deno.errors.NotFound);
  });
});

Deno.test("a partial file that is another's is fetched anew; the checksum tells", async () => {
  await withHub(MODEL, async (hub, cache) => {
    const { sha256 } = namesOf(WEIGHTS);
    const blobs = join(cache, "models--owner--tiny/blobs");
    for (const length of [10, 5000, 6000]) {
      await Deno.mkdir(blobs, { recursive: true });
      Deno.writeFileSync(join(blobs, `${sha256}.incomplete`), new Uint8Array(length));
      const folder = await snapshot(tiny);
      assert.deepEqual(Deno.readFileSync(join(folder, "model.safetensors")), WEIGHTS);
      assert.ok(hub.requests.includes(`GET ${LARGE} bytes=0-`));
      Deno.removeSync(join(blobs, sha256));
    }
  });
});

Deno.test("a blob of another size is fetched anew", async () => {
  await withHub(MODEL, async () => {
    const folder = await snapshot(tiny);
    Deno.truncateSync(Deno.realPathSync(join(folder, "model.safetensors")), 100);
    assert.equal(await snapshot(tiny), folder);
    assert.deepEqual(Deno.readFileSync(join(folder, "model.safetensors")), WEIGHTS);
  });
});

Deno.test("snapshot() keeps nothing of a wrong size or checksum, and says so", async () => {
  const wrong: [Uint8Array<ArrayBuffer>, RegExp][] = [
    [
      WEIGHTS.slice(1),
      /model\.safetensors has 4999 bytes .* the Hub says 5000: try/,
    ],
    [new Uint8Array(5001), /has 5001 bytes or more/],
    [
      new Uint8Array(5000),
      /model\.safetensors was downloaded with sha256 \w{64}, .* says \w{64}/,
    ],
  ];
  for (const announced of [true, false]) {
    for (const [content, message] of wrong) {
      if (!announced && content.length < 5000) continue; // then it is a cut
      await withHub(MODEL, async (hub, cache) => {
        hub.twist = (request) => {
          if (!request.url.endsWith(LARGE) || request.url.includes("resolve")) {
            return undefined;
          }
          return new Response(announced ? content : new Blob([content]).stream());
        };
        await assert.rejects(snapshot(tiny), (error: Error) => {
          assert.ok(error instanceof Deno.errors.InvalidData, error.stack);
          assert.match(error.message, message);
          return true;
        });
        const blobs = names(join(cache, "models--owner--tiny/blobs"));
        assert.equal(
          blobs.some((name) => name.startsWith(namesOf(WEIGHTS).sha256)),
          false,
        );
      });
    }
  }
});

Deno.test("snapshot() says what a refusal means and what to do", async () => {
  type Case = [string, Response, RegExp, token?: string];
  const cases: Case[] = [
    [
      "revision/",
      refused(401, "RepoNotFound"),
      /no model owner\/tiny \(401\), or it is private: check the name, and set HF_TOKEN/,
    ],
    [
      "revision/",
      refused(404, "RepoNotFound"),
      /no model owner\/tiny \(404\).*that HF_TOKEN may read it/,
      "hf_x",
    ],
    [
      "revision/",
      refused(401, "", "Invalid credentials in Authorization header"),
      /HF_TOKEN is not valid \(401\): make a new token/,
      "hf_x",
    ],
    [
      "resolve/",
      refused(401, "GatedRepo"),
      /owner\/tiny is gated: accept its conditions on http.*\/owner\/tiny and set HF_TOKEN/,
    ],
    [
      "resolve/",
      refused(403, "GatedRepo"),
      /is gated: .* see that HF_TOKEN is of the account/,
      "hf_x",
    ],
    ["resolve/", refused(403, ""), /refuses the model owner\/tiny \(403\): set HF_TOKEN/],
    [
      "resolve/",
      refused(404, "EntryNotFound"),
      /A file of the model owner\/tiny is not there any more/,
    ],
    ["tree/", new Response(null, { status: 500 }), /answers 500 .*try again later/],
    [
      "revision/",
      new Response("<html>"),
      /does not answer as the Hub does .*check HF_ENDPOINT/,
    ],
    ["revision/", Response.json({ id: 1 }), /does not answer as the Hub does \(sha/],
    [
      "tree/",
      Response.json([{ type: "file", path: "../up", size: 1, oid: "0".repeat(40) }]),
      /path: a path inside/,
    ],
    [
      "tree/",
      Response.json([{ type: "file", path: "a", size: -1, oid: "0".repeat(40) }]),
      /\(size/,
    ],
    [
      "tree/",
      Response.json([{ type: "file", path: "a", size: 1, oid: "../../x" }]),
      /\(oid/,
    ],
  ];
  for (const [where, answer, message, token] of cases) {
    await withHub(MODEL, async (hub) => {
      if (token) process.env.HF_TOKEN = token;
      hub.twist = (request) => request.url.includes(where) ? answer.clone() : undefined;
      await assert.rejects(snapshot(tiny), message);
    });
  }
  await withHub(MODEL, async () => {
    await assert.rejects(
      snapshot({ ...tiny, revision: "v9" }),
      /owner\/tiny has no revision "v9": .*\/tree\/main lists/,
    );
    await assert.rejects(
      snapshot({ ...tiny, repo: "owner/none" }),
      /no model owner\/none \(404\)/,
    );
  });
});

Deno.test("snapshot() says what a repository holds in place of what is needed", async () => {
  const cases: [string[], RegExp][] = [
    [
      ["a.gguf", "b"],
      /owner\/tiny@main has no config\.json, but a\.gguf, b: take a model/,
    ],
    [["adapter_config.json"], /it is an adapter: give its model in option model/],
    [
      ["config.json", "pytorch_model.bin"],
      /no model\.safetensors and no shards, but config\.json/,
    ],
  ];
  for (const [paths, message] of cases) {
    const files = Object.fromEntries(paths.map((path) => [path, text("x")]));
    await withHub({ ...MODEL, files }, async () => {
      await assert.rejects(snapshot(tiny), message);
    });
  }
});

Deno.test("snapshot() takes the shards where there is no single file", async () => {
  const index = "model.safetensors.index.json";
  const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  const paths = ["config.json", index, ...shards, "consolidated.safetensors"];
  const files = Object.fromEntries(paths.map((path) => [path, text(path)]));
  await withHub({ ...MODEL, files }, async () => {
    assert.deepEqual(
      names(await snapshot(tiny)),
      ["config.json", ...shards, index].sort(),
    );
  });
});

Deno.test("the token goes to the Hub and to nobody else", async () => {
  await withHub(MODEL, async (hub) => {
    process.env.HF_TOKEN = "hf_secret";
    await snapshot(tiny);
    assert.deepEqual([...hub.tokens.hub], ["Bearer hf_secret"]);
    assert.deepEqual([...hub.tokens.storage], ["none"]);
  });
});

Deno.test("offline, snapshot() takes what is whole in the cache and asks nobody", async () => {
  await withHub(MODEL, async (hub, cache) => {
    process.env.HF_HUB_OFFLINE = "1";
    await assert.rejects(
      snapshot(tiny),
      /HF_HUB_OFFLINE is set, and owner\/tiny@main is not in the cache .*: unset it, or fetch/,
    );
    delete process.env.HF_HUB_OFFLINE;
    const folder = await snapshot(tiny);
    hub.requests.length = 0;
    process.env.HF_HUB_OFFLINE = "yes";
    assert.equal(await snapshot(tiny), folder);
    assert.equal(await snapshot({ ...tiny, revision: MODEL.commit }), folder);
    await assert.rejects(
      snapshot({ ...tiny, revision: "v1" }),
      /owner\/tiny@v1 is not in/,
    );
    // As older tools leave it: without a list of the files.
    await Deno.remove(join(cache, "models--owner--tiny/trees"), { recursive: true });
    assert.equal(await snapshot(tiny), folder);
    await Deno.remove(join(folder, "config.json"));
    await assert.rejects(snapshot(tiny), /has no config\.json/);
    assert.deepEqual(hub.requests, []);
  });
});

Deno.test("offline, a snapshot that lacks a file is refused by the file's name", async () => {
  await withHub(MODEL, async () => {
    const folder = await snapshot(tiny);
    process.env.HF_HUB_OFFLINE = "1";
    Deno.truncateSync(Deno.realPathSync(join(folder, "model.safetensors")), 10);
    await assert.rejects(snapshot(tiny), /lacks model\.safetensors of owner\/tiny@main/);
    await Deno.remove(join(folder, "config.json"));
    await assert.rejects(snapshot(tiny), /lacks config\.json/);
  });
});

Deno.test("snapshot() makes do with the cache where the Hub is away", async () => {
  await withHub(MODEL, async (hub) => {
    hub.twist = () => new Response(null, { status: 502 });
    await assert.rejects(snapshot(tiny), /answers 502 for the model owner\/tiny/);
    hub.twist = () => undefined;
    const folder = await snapshot(tiny);
    process.env.HF_ENDPOINT = "http://127.0.0.1:1";
    const notices: string[] = [];
    assert.equal(await snapshot({ ...tiny, onNotice: (m) => notices.push(m) }), folder);
    assert.match(
      notices.join(),
      /127\.0\.0\.1:1 cannot be reached.*taken from the cache/,
    );
    await assert.rejects(
      snapshot({ ...tiny, repo: "owner/none" }),
      /http:\/\/127\.0\.0\.1:1 cannot be reached .*check the network/,
    );
  });
});

Deno.test("an aborted snapshot() keeps what it has and goes on later", async () => {
  await withHub(MODEL, async (hub, cache) => {
    const stop = new AbortController();
    hub.twist = (request) =>
      request.url.endsWith(LARGE) && !request.url.includes("resolve")
        ? new Response(
          new ReadableStream({ start: (body) => body.enqueue(WEIGHTS.slice(0, 500)) }),
        )
        : undefined;
    const onProgress = ({ done }: SnapshotProgress) => {
      if (done >= 500) stop.abort(new Error("enough"));
    };
    await assert.rejects(
      snapshot({ ...tiny, signal: stop.signal, onProgress }),
      /enough/,
    );
    const partial = join(
      cache,
      "models--owner--tiny/blobs",
      `${namesOf(WEIGHTS).sha256}.incomplete`,
    );
    assert.equal(Deno.statSync(partial).size, 500);
    hub.twist = () => undefined;
    await snapshot(tiny);
    assert.ok(hub.requests.includes(`GET ${LARGE} bytes=500-`));
  });
});

Deno.test("two snapshots at once fetch every file once", async () => {
  await withHub(MODEL, async (hub) => {
    const [a, b] = await Promise.all([snapshot(tiny), snapshot(tiny)]);
    assert.equal(a, b);
    assert.equal(
      hub.requests.filter((line) => line.startsWith(`GET ${LARGE}`)).length,
      1,
    );
  });
});
