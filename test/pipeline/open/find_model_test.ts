import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { main } from "../../../pipeline/cli/main.ts";
import { findAdapter, findModel } from "../../../pipeline/open/find_model.ts";
import { inFolder } from "../../support/in_folder.ts";
import { type FakeRepo, namesOf, refused, withHub } from "../../support/fake_hub.ts";

const text = (content: string) => new TextEncoder().encode(content);
const WEIGHTS = new Uint8Array(1000).fill(7);
const MODEL: FakeRepo = {
  repo: "owner/tiny",
  type: "model",
  commit: "0123456789abcdef0123456789abcdef01234567",
  files: { "config.json": text("{}"), "model.safetensors": WEIGHTS },
};
const ADAPTER: FakeRepo = {
  ...MODEL,
  repo: "owner/adapter",
  files: {
    "adapter_config.json": text("{}"),
    "adapter_model.safetensors": WEIGHTS,
    "optimizer.pt": text("not needed"),
  },
};

Deno.test("a local folder wins over a name on the Hub", async () => {
  await withHub(MODEL, async (hub, cache) => {
    const before = Deno.cwd();
    Deno.chdir(cache);
    try {
      await Deno.mkdir("owner/tiny", { recursive: true });
      assert.equal(await findModel("owner/tiny"), "owner/tiny");
      assert.deepEqual(hub.requests, []);
      await Deno.remove("owner", { recursive: true });
      const folder = await findModel("owner/tiny@v1");
      assert.ok(folder.endsWith(join("snapshots", MODEL.commit)), folder);
    } finally {
      Deno.chdir(before);
    }
  });
});

Deno.test("a model whose successor never came is found between the two renames", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(join(folder, ".old-model"));
    assert.equal(await findModel(join(folder, "model")), join(folder, ".old-model"));
    await Deno.mkdir(join(folder, "model"));
    assert.equal(await findModel(join(folder, "model")), join(folder, "model"));
  }));

Deno.test("an adapter's two files come from the Hub", async () => {
  await withHub(ADAPTER, async () => {
    const folder = await findAdapter("owner/adapter");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "adapter_config.json",
      "adapter_model.safetensors",
    ]);
    await assert.rejects(
      findModel("owner/adapter"),
      /adapter: give its model in option model/,
    );
  });
});

Deno.test("findModel() says what it has tried", async () => {
  await assert.rejects(
    findModel("no/such/model"),
    /Error: model no\/such\/model: there is no such folder, and it is no name on the Hub/,
  );
  await assert.rejects(
    findAdapter("./none"),
    /option adapter takes a folder with adapter_config/,
  );
  await withHub(MODEL, async () => {
    await assert.rejects(
      findModel("owner/none"),
      /model owner\/none: there is no such folder; on the Hub: .* has no model owner\/none/,
    );
  });
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "adapter_config.json"), "{}");
    await assert.rejects(
      findModel(folder),
      /is an adapter, not a model: .* in option adapter/,
    );
  });
});

Deno.test("on the command line each failure of the Hub is one sentence and exit code 2", async () => {
  const cases: [string, string, Response | undefined, RegExp][] = [
    [
      "owner/tiny",
      "revision/",
      refused(401, "RepoNotFound"),
      /\(401\), or it is private/,
    ],
    ["owner/tiny", "resolve/", refused(403, "GatedRepo"), /is gated: accept/],
    ["owner/none", "", undefined, /no model owner\/none \(404\)/],
    ["owner/tiny@v9", "", undefined, /has no revision "v9"/],
    ["owner/tiny", "/model.safetensors", new Response("short"), /has 5 bytes or more/],
  ];
  for (const [model, where, answer, message] of cases) {
    await withHub(MODEL, async (hub) => {
      hub.twist = ({ url }) => url.includes(where) ? answer?.clone() : undefined;
      const { code, said } = await evaluate(model);
      assert.match(said.at(-1)!, message);
      const others = said.slice(0, -1).filter((line) => !line.startsWith("fetching "));
      assert.deepEqual(others, []);
      assert.equal(code, 2);
    });
  }
  await withHub(MODEL, async () => {
    process.env.HF_HUB_OFFLINE = "1";
    const { code, said } = await evaluate("owner/tiny");
    assert.match(
      said.join(),
      /HF_HUB_OFFLINE is set, and owner\/tiny@main is not in the cache/,
    );
    assert.equal(code, 2);
  });
});

Deno.test("Ctrl-C ends a download with 130; what has come stays", async () => {
  await withHub(MODEL, async (hub, cache) => {
    hub.twist = ({ url }) =>
      url.endsWith("/model.safetensors") && !url.includes("resolve")
        ? new Response(
          new ReadableStream({ start: (body) => body.enqueue(WEIGHTS.slice(0, 300)) }),
        )
        : undefined;
    const cli = fileURLToPath(new URL("../../../pipeline/cli/main.ts", import.meta.url));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", "--no-check", cli, "train", "--model", "owner/tiny"],
      cwd: cache,
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const blobs = join(cache, "models--owner--tiny/blobs");
    const partial = join(blobs, `${namesOf(WEIGHTS).sha256}.incomplete`);
    let said = "", killed = false;
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (killed || !said.includes("fetching owner/tiny: model.safetensors")) continue;
      killed = true;
      while (Deno.statSync(partial).size < 300) {
        await new Promise((go) => setTimeout(go, 5));
      }
      child.kill("SIGINT");
    }
    const { code } = await child.status;
    assert.equal(code, 130, said);
    assert.match(
      said,
      /Stopped before the first step: run the same command to start again/,
    );
    assert.equal(Deno.statSync(partial).size, 300);
    assert.throws(() => Deno.statSync(join(cache, "runs")), Deno.errors.NotFound);
  });
});

/** Runs the command, and gives its exit code and what it says on standard error. */
async function evaluate(model: string) {
  const { error } = console;
  const said: string[] = [];
  console.error = (line: string) => void said.push(line);
  try {
    return { code: await main(["evaluate", "--model", model]), said };
  } finally {
    console.error = error;
  }
}
