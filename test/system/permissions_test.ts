import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import deno from "../../deno.json" with { type: "json" };
import { loadedWith } from "../support/sources.ts";
import { namesHub } from "../../pipeline/cli/least_permission.ts";
import { resolveSettings, type SettingsInput } from "../../pipeline/settings/settings.ts";
import { nativeFolder, readNativeManifest } from "../../stages/engine/native_engine.ts";
import { inFolder } from "../support/in_folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const QUICK = [
  ...["--steps", "1", "--eval-samples", "2", "--batch-size", "2"],
  ...["--max-completion-length", "8"],
];
const TWO_EACH = ["--num-generations", "2"];
const WASM = ["--backend", "wasm"];

/** Runs a task as deno.json has it, permissions and all. */
async function task(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

async function succeeds(...args: readonly string[]) {
  const { code, stdout, stderr } = await task(args);
  assert.equal(code, 0, `deno task ${args.join(" ")}\n${stdout}\n${stderr}`);
}

/** A reward module that tries what a reward has no business with, and says what came of it. */
function spy(port: number): string {
  return `
const tried = {
  fetch: () => fetch("http://127.0.0.1:${port}/"),
  connect: () =>
    Deno.connect({ hostname: "127.0.0.1", port: ${port} }).then((socket) => socket.close()),
  node: () => import("node:net").then(({ connect }) => new Promise((opened, failed) => {
    const socket = connect(${port}, "127.0.0.1", () => opened(socket.destroy()));
    socket.on("error", failed);
  })),
  worker: () => new Promise((opened, failed) => {
    const code = "fetch('http://127.0.0.1:${port}/').then(" +
      "() => postMessage('reached'), ({ name }) => postMessage(name))";
    const worker = new Worker("data:application/javascript," + code, { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      data === "reached" ? opened() : failed({ name: data });
    };
  }),
  remote: () => import("http://127.0.0.1:${port}/" + "x.ts"),
  run: async () => await new Deno.Command(Deno.execPath(), { args: ["--version"] }).output(),
  library: async () => Deno.dlopen("node_modules/none.so", {}),
  environ: () => Deno.readTextFile("/proc/self/environ"),
  code: () => Deno.writeTextFile("deno.json", ""),
};
const came = { token: Deno.env.get("HF_TOKEN"), home: Deno.env.get("SECRET") };
for (const [name, act] of Object.entries(tried)) {
  came[name] = await act().then(() => "reached", (error) => error.name);
}
console.error("SPY " + JSON.stringify(came));
if (import.meta.main) Deno.exit(0);
export const one = () => 1;
`;
}

interface Hits {
  readonly port: number;
  count(): number;
}

/** A server that knows nothing and counts who asks. */
async function counting(test: (hits: Hits) => Promise<void>): Promise<void> {
  let count = 0;
  const stop = new AbortController();
  const options = { hostname: "127.0.0.1", port: 0, signal: stop.signal, onListen() {} };
  const server = Deno.serve(options, () => {
    count++;
    return new Response(null, { status: 404 });
  });
  try {
    await test({ port: server.addr.port, count: () => count });
  } finally {
    stop.abort();
    await server.finished;
  }
}

function found(stderr: string): Record<string, string> {
  const line = stderr.split("\n").find((line) => line.startsWith("SPY "));
  assert.ok(line, stderr);
  return JSON.parse(line.slice(4));
}

const DENIED = "NotCapable";

Deno.test("every task but those of tests, checks and benches asks for a set of permissions", () => {
  const free = /^(bench|test|doc|check|ok)(:|$)/;
  for (const [name, { command }] of Object.entries(deno.tasks)) {
    if (free.test(name) || !command.includes("deno run")) continue;
    assert.doesNotMatch(command, / -A|--allow-all/, name);
    if (!command.includes("pipeline/cli/main.ts")) continue; // writes pages or counts files
    const set = / --no-prompt --no-remote --node-modules-dir=manual -P=(\S+) /.exec(
      command,
    )?.[1];
    assert.ok(set !== undefined && Object.hasOwn(deno.permissions, set), name);
  }
});

Deno.test("every set that may write everywhere spares the project's own code", () => {
  const { deny } = deno.permissions.train.write;
  assert.ok(deny.includes("node_modules") && deny.includes("pipeline"));
  for (const [name, set] of Object.entries(deno.permissions)) {
    if (!("write" in set) || Array.isArray(set.write)) continue;
    assert.deepEqual(set.write, { allow: true, deny }, name);
  }
});

Deno.test("a run of an experiment has the permissions of deno task train", async () => {
  const { command } = deno.tasks.train;
  const source = await Deno.readTextFile(join(ROOT, "pipeline/experiment/run_job.ts"));
  const [, run] = command.split("&& deno run ");
  const flags = run!.match(/--?[a-zA-Z][^ =]*(=[^ ,]*)?/g)!.slice(0, 6);
  const [ffi] = flags.splice(5);
  const same = [
    "-q",
    "--no-prompt",
    "--no-remote",
    "--node-modules-dir=manual",
    "-P=train",
  ];
  assert.deepEqual(flags, same);
  for (const flag of flags) assert.ok(source.includes(`"${flag}"`), flag);
  assert.equal(ffi, "--allow-ffi=node_modules");
  assert.match(
    source,
    /"\.\.\/\.\.\/node_modules"[^]*--allow-ffi=\$\{\w+\},\$\{cacheFolder\(\)\}/,
  );
});

Deno.test("no set has programs and network both, and only two have programs", () => {
  const sets = Object.entries(deno.permissions);
  const having = (kind: string) =>
    sets.filter(([, set]) => kind in set).map(([name]) => name).sort();
  assert.deepEqual(having("run"), ["experiment", "native"]);
  for (const name of having("net")) assert.ok(!having("run").includes(name), name);
  for (const [name, set] of sets) assert.equal(set.env.ignore, true, name);
});

Deno.test("train, sft, merge, report and evaluate need no more than their tasks ask for", async () => {
  await inFolder(async (folder) => {
    const [trained, tuned] = [join(folder, "train"), join(folder, "sft")];
    await succeeds("train", ...QUICK, ...TWO_EACH, ...WASM, "--out", trained);
    const board = ["--tensorboard", join(folder, "board")];
    const lora = ["--lora-r", "2"];
    await succeeds("sft", ...QUICK, ...WASM, ...lora, ...board, "--out", tuned);
    await succeeds("report", trained, tuned, "--out", join(folder, "report.html"));
    const merged = join(folder, "merged");
    const adapter = join(tuned, "model");
    await succeeds("merge", "--model", "emoji", "--adapter", adapter, "--out", merged);
    await succeeds("evaluate", "--eval-samples", "2", "--model", merged, ...WASM);
  });
});

Deno.test("init, check-data, audit and training on files need no more either", async () => {
  await inFolder(async (folder) => {
    const own = join(folder, "own task");
    await succeeds("init", own);
    const data = ["--data", `jsonl:${own}/train.jsonl`];
    await succeeds("check-data", ...data, "--out", join(folder, "drawn"));
    await succeeds("audit", "--questions", "20", "--runs", "0");
    const out = ["--out", join(folder, "run")];
    await succeeds("train", ...QUICK, ...TWO_EACH, ...WASM, ...data, ...out);
  });
});

Deno.test("a watched run may serve its page, and nobody gives up the Hub who names it", async () => {
  await inFolder(async (folder) => {
    const watched = ["--watch", "--watch-port", "0", "--out", join(folder, "run")];
    await succeeds("train", ...QUICK, ...TWO_EACH, ...WASM, ...watched);
  });
  await counting(async ({ port, count }) => {
    const env = { HF_ENDPOINT: `http://127.0.0.1:${port}`, HF_HUB_OFFLINE: "" };
    const { code, stderr } = await task(["evaluate", "--model", "no-such/model"], env);
    assert.equal(code, 2);
    assert.match(stderr, /no-such\/model/);
    assert.ok(count() > 0, stderr);
  });
});

for (const backend of ["wasm", "native"] as const) {
  Deno.test({
    name: `a reward reaches nothing from a run that asks nobody, on ${backend}`,
    ignore: backend === "native" && readNativeManifest(nativeFolder(false)) === undefined,
    async fn() {
      await inFolder(async (folder) => {
        await counting(async ({ port, count }) => {
          const reward = join(folder, "spy.ts");
          await Deno.writeTextFile(reward, spy(port));
          const { code, stderr } = await task([
            ...["train", ...QUICK, ...TWO_EACH, "--backend", backend],
            ...["--reward", reward, "--out", join(folder, "run")],
          ], { HF_TOKEN: "secret", SECRET: "secret" });
          const { remote, ...came } = found(stderr);
          assert.deepEqual(came, {
            fetch: DENIED,
            connect: DENIED,
            node: DENIED,
            worker: DENIED,
            run: DENIED,
            library: DENIED,
            environ: DENIED,
            code: DENIED,
          }); // HF_TOKEN and SECRET are undefined
          assert.notEqual(remote, "reached");
          assert.equal(count(), 0);
          assert.equal(code, 0, stderr); // and the run goes on
        });
      });
    },
  });
}

Deno.test("the spy reaches what it tries where everything is allowed", async () => {
  await inFolder(async (folder) => {
    await counting(async ({ port, count }) => {
      const reward = join(folder, "spy.ts");
      await Deno.writeTextFile(reward, spy(port).replace('"deno.json"', '"/dev/null"'));
      const { stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "-q", "--no-lock", reward],
        env: { HF_TOKEN: "secret" },
        cwd: folder,
      }).output();
      const { fetch, connect, node, worker, run, token } = found(
        new TextDecoder().decode(stderr),
      );
      assert.deepEqual([fetch, connect, node, worker, run], Array(5).fill("reached"));
      assert.equal(token, "secret");
      assert.ok(count() > 0);
    });
  });
});

Deno.test("what is lacking is told in one sentence, and never asked for", async () => {
  await inFolder(async (folder) => {
    const run = join(folder, "run");
    await succeeds("train", ...QUICK, ...TWO_EACH, ...WASM, "--out", run);
    const { code, stderr } = await task(["report", run, "--out", "pipeline/report.html"]);
    assert.equal(code, 2);
    assert.match(stderr, /Requires write access .* --allow-write flag .*permissions\.md/);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  });
});

Deno.test("settings name the Hub where they name a repository that is no folder here", async () => {
  const names = (settings: SettingsInput) => namesHub(resolveSettings(settings));
  assert.equal(names({}), false);
  assert.equal(names({ model: "owner/model" }), true);
  assert.equal(names({ adapter: "owner/adapter@v1" }), true);
  assert.equal(names({ data: "owner/data" }), true);
  assert.equal(names({ data: "parquet:owner/data,part=test" }), true);
  assert.equal(names({ testData: "owner/data" }), true);
  assert.equal(names({ probe: ["known=owner/data"] }), true);
  assert.equal(names({ probe: ["known=emoji:detection"] }), false);
  assert.equal(names({ model: "./owner/model", data: "jsonl:a/b.jsonl" }), false);
  assert.equal(names({ model: "owner/model", predictions: "a.json" }), false);
  await inFolder(async (folder) => {
    const manifest = join(folder, "manifest.json");
    const hash = "0".repeat(64), hashes = { train: hash, heldOut: hash };
    const fields = { seed: 0, train: {}, heldOut: {}, sha256: hashes };
    await Deno.writeTextFile(
      manifest,
      JSON.stringify({ data: "owner/data", ...fields }),
    );
    assert.equal(names({ data: manifest }), true);
    await Deno.writeTextFile(manifest, JSON.stringify({ data: "emoji:x", ...fields }));
    assert.equal(names({ data: manifest }), false);
  });
});

Deno.test("a run gives up permissions before it loads packages for tensors, texts or images", () => {
  const late = /tensorflow|sharp|tokenizers|jinja|iconify|compressors/;
  for (const file of ["cli/train", "cli/evaluate", "train/start_run"]) {
    const packages = [...loadedWith(`pipeline/${file}.ts`).packages];
    assert.ok(packages.some((name) => name.startsWith("npm:valibot")), "it looks");
    assert.deepEqual(packages.filter((name) => late.test(name)), [], file);
  }
  assert.ok(
    [...loadedWith("stages/policy/open_policy.ts").packages].some((name) =>
      late.test(name)
    ),
    "it would find them",
  );
});
