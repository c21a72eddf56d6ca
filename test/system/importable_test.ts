import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// Each program starts with an empty cache and takes a while: `deno task test:importable`.
const ignore = Deno.env.get("IMPORTABLE") === undefined;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RXJS: string =
  JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))).imports.rxjs;

/** Opens data, scores an answer, and trains one step with two held-out questions. */
const program = (entry: (name: string) => string, rxjs: string) => `
import { train, type MetricsRecord } from "${entry("mod.ts")}";
import { openData } from "${entry("exports/data.ts")}";
import { loadRewards, parseAnswer, rewardsFor } from "${entry("exports/rewards.ts")}";
import { averagePrecision } from "${entry("exports/evaluate.ts")}";
import { normaliseGroups } from "${entry("exports/stages.ts")}";
import { lastValueFrom, toArray } from "${rxjs}";

const { heldOut } = await openData("emoji:grounding", { seed: 0, prompts: "short" });
const { images: [image], target } = await heldOut.question(0);
const { accuracy } = rewardsFor("hardened", "classification");
const answer = parseAnswer("<think>It barks.</think><answer>dog</answer>");
const own = await loadRewards(["own.ts"], {}, { timeout: 60 });
await own.close();
const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
const cat = { image: 1, category: "cat", box };
const records: MetricsRecord[] = await lastValueFrom(
  train({ steps: 1, batchSize: 2, backend: "wasm", evalSamples: 2, out: "run" }).pipe(toArray()),
);
console.log(JSON.stringify({
  image: image!.data.length / image!.width / image!.height,
  kind: target.kind,
  accuracy: accuracy!(answer, { kind: "classification", label: "dog" }),
  own: Object.keys(own.rewards),
  map: averagePrecision([{ ...cat, score: 0.9 }], [cat]).map,
  operator: typeof normaliseGroups({ numGenerations: 2 }),
  records: records.map(({ type }) => type).join(),
}));
`;

const EXPECTED = {
  image: 3,
  kind: "grounding",
  accuracy: 1,
  own: ["brief"],
  map: 1,
  operator: "function",
  records: "config,evaluation,step,evaluation,done",
};

/**
 * Runs the program in a folder of its own and checks all that it prints: nothing may stand
 * beside its result, such as kernels that are registered twice.
 */
async function runs(
  program: string,
  config: Readonly<Record<string, unknown>> | undefined,
  check: "--check" | "--no-check" = "--check",
) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "program.ts"), program);
    await Deno.writeTextFile(join(folder, "own.ts"), "export const brief = () => 1;\n");
    if (config !== undefined) {
      await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify(config));
    }
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", check, "program.ts"],
      cwd: folder,
      env: { XDG_CACHE_HOME: CACHE, DENO_DIR, NO_COLOR: "1" },
    }).output();
    const said = new TextDecoder().decode(stderr), out = new TextDecoder().decode(stdout);
    assert.equal(code, 0, said);
    assert.doesNotMatch(said + out, /already (registered|been set)/);
    assert.deepEqual(JSON.parse(out), EXPECTED);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The project's cache: empty for the first program, which draws and fetches everything. */
const CACHE = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(CACHE, { recursive: true }));

/** Deno's own cache, which does not move with XDG_CACHE_HOME here. */
const DENO_DIR = await denoDir();

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

const byPath = (name: string) => pathToFileURL(join(ROOT, name)).href;

Deno.test("a folder without a config imports by path", { ignore }, async () => {
  await runs(program(byPath, RXJS), undefined);
});

Deno.test(
  "a folder with an import map of its own imports by path",
  { ignore },
  async () => {
    // It gives names that this project uses to something else.
    const imports = { rxjs: RXJS, valibot: "./none.ts", sharp: "./none.ts" };
    await runs(program(byPath, "rxjs"), { imports }, "--no-check");
  },
);

Deno.test("a linked package is imported by name", { ignore }, async () => {
  const entry = (name: string) =>
    `@visual-rft/visual-rft${name.replace(/mod\.ts|exports(\/.*)\.ts/, "$1")}`;
  await runs(program(entry, "rxjs"), {
    links: [ROOT],
    imports: {
      rxjs: RXJS,
      "@visual-rft/visual-rft": "jsr:@visual-rft/visual-rft@*",
      "@visual-rft/visual-rft/": "jsr:/@visual-rft/visual-rft@*/",
    },
  });
});

Deno.test("a program imports by address", { ignore }, async () => {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async ({ url }) => {
      const path = decodeURIComponent(new URL(url).pathname);
      const body = await Deno.readFile(join(ROOT, path)).catch(() => undefined);
      const type = TYPES[path.replace(/^.*\./, "")] ?? "application/octet-stream";
      return body === undefined
        ? new Response(null, { status: 404 })
        : new Response(body, { headers: { "content-type": type } });
    },
  );
  try {
    const origin = `http://127.0.0.1:${server.addr.port}`;
    await runs(program((name) => `${origin}/${name}`, RXJS), undefined, "--no-check");
  } finally {
    await server.shutdown();
  }
});

const TYPES: Readonly<Record<string, string>> = {
  ts: "application/typescript",
  js: "text/javascript",
  json: "application/json",
};
