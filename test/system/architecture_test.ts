import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LAYERS = ["data", "stages", "pipeline"] as const;

/** An import or re-export as it stands in a file; examples in comments do not count. */
interface Import {
  readonly file: string;
  /** A path from the root, or a package's name. */
  readonly of: string;
}

function* sources(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, folder))) {
    if (isDirectory) yield* sources(join(folder, name));
    else if (name.endsWith(".ts")) yield join(folder, name);
  }
}

function importsOf(file: string): Import[] {
  const text = Deno.readTextFileSync(join(ROOT, file))
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "");
  const found = text.matchAll(
    /(?:^(?:import|export)\b[^;"]*?\bfrom|\bimport\s*\(?)\s*"([^"]+)"/gm,
  );
  return [...found].map(([, of]) => ({
    file,
    of: of!.startsWith(".") ? relative(ROOT, join(ROOT, dirname(file), of!)) : of!,
  }));
}

/** Files of re-exports that programs import, see "exports" in deno.json. */
const ENTRIES = ["mod.ts", ...sources("exports")];

const imports = [...LAYERS.flatMap((layer) => [...sources(layer)]), ...ENTRIES]
  .flatMap(importsOf);

function offenders(isWrong: (one: Import) => boolean): string[] {
  return imports.filter(isWrong).map(({ file, of }) => `${file} imports ${of}`);
}

Deno.test("imports are found at all", () => {
  assert.ok(imports.length > 100);
  assert.ok(
    imports.some(({ of }) => of === "stages/policy/open_policy.ts"),
    "dynamic ones",
  );
  assert.ok(
    imports.some(({ file, of }) =>
      file === "exports/data.ts" && of === "data/geometry/box.ts"
    ),
  );
});

Deno.test("dependencies point data <- stages <- pipeline <- exports and mod.ts", () => {
  const rank = (path: string) =>
    LAYERS.findIndex((layer) => path.startsWith(layer + "/"));
  assert.deepEqual(
    offenders(({ file, of }) =>
      !ENTRIES.includes(file) && (rank(of) > rank(file) || ENTRIES.includes(of))
    ),
    [],
  );
});

Deno.test("RxJS lives in stages and pipeline only, tensors in policy, gradient and pretraining", () => {
  assert.deepEqual(
    offenders(({ file, of }) => of.startsWith("npm:rxjs") && file.startsWith("data/")),
    [],
  );
  const tensors =
    /^stages\/(engine|model|adapter|policy|gradient)\/|^pipeline\/(pretrain|native)\//;
  assert.deepEqual(
    offenders(({ file, of }) => of.startsWith("npm:@tensorflow/") && !tensors.test(file)),
    [],
  );
});

Deno.test("the policy and the rewards know nothing of each other", () => {
  const between = (from: RegExp, to: RegExp) =>
    offenders(({ file, of }) => from.test(file) && to.test(of));
  assert.deepEqual(
    between(
      /^stages\/(engine|model|adapter|policy)\//,
      /^stages\/(reward|parse|advantage)\//,
    ),
    [],
  );
  assert.deepEqual(
    between(/^stages\/(reward|parse)\//, /^stages\/(model|adapter|policy|gradient)\//),
    [],
  );
});

Deno.test("a package is named with npm: and the version of the import map", () => {
  // Bare names need this project's import map, which a program that imports mod.ts has not.
  const { imports: map } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json")));
  const known = (of: string) =>
    Object.values<string>(map).some((name) => of === name || of.startsWith(name + "/"));
  const local = (of: string) =>
    /^(data|stages|pipeline|exports)\/|^(deno\.json|mod\.ts)$/.test(of);
  assert.deepEqual(
    offenders(({ of }) => !of.startsWith("node:") && !local(of) && !known(of)),
    [],
  );
});

for (const entry of ENTRIES) {
  Deno.test(`${entry} holds re-exports and nothing else`, () => {
    const text = Deno.readTextFileSync(join(ROOT, entry))
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/^\s*\/\/.*$/gm, "");
    const rest = text
      .replace(/export ((type )?\{[^}]*\}|\*) from "[^"]+";/g, "")
      .trim();
    assert.equal(rest, "");
  });
}

Deno.test("the entry points of deno.json are mod.ts and the files in exports/", () => {
  const { exports } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json")));
  const files = Object.values<string>(exports).map((path) => path.slice("./".length));
  assert.deepEqual(files.sort(), [...ENTRIES].sort());
});
