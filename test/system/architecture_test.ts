import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { flagOf } from "../../pipeline/cli/options_as_flags.ts";
import { SETTINGS } from "../../pipeline/settings/table.ts";
import { circles, type Graph, graphOf } from "../support/circles.ts";
import { countsOf } from "../support/house.ts";
import {
  codeOf,
  type Import,
  importsOf,
  LAYERS,
  ROOT,
  sources,
  sourcesIn,
} from "../support/sources.ts";

/** Files of re-exports that programs import, see "exports" in deno.json. */
const ENTRIES = ["mod.ts", ...sourcesIn("exports")];

const imports = [...sources(), ...ENTRIES].flatMap(importsOf);

function offenders(isWrong: (one: Import) => boolean): string[] {
  return imports.filter(isWrong).map(({ file, of }) => `${file} imports ${of}`);
}

const isIn = (path: string, folder: string) => path.startsWith(folder + "/");

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
  const rank = (path: string) => LAYERS.findIndex((layer) => isIn(path, layer));
  assert.deepEqual(
    offenders(({ file, of }) =>
      !ENTRIES.includes(file) &&
      (rank(of) > rank(file) || ENTRIES.includes(of))
    ),
    [],
  );
});

Deno.test("no import leads in a circle from file to file", () => {
  const arrows = imports.map(({ file, of }) => [file, of] as const);
  assert.deepEqual(circles(graphOf(arrows)), []);
});

Deno.test("no import leads in a circle from room to room", () => {
  // A folder and the folders in it count as one: only those that lie side by side are compared.
  const parents = new Set(sources().flatMap((file) => [...above(dirname(file))]));
  for (const parent of parents) {
    assert.deepEqual(
      circles(roomsIn(parent)),
      [],
      `side by side in ${parent || "the root"}`,
    );
  }
});

/** A folder's path and those of all folders above it. */
function* above(folder: string): Generator<string> {
  for (let at = folder; at !== "."; at = dirname(at)) yield at;
  yield "";
}

/** The imports between the folders of a folder, each with all that lies below it. */
function roomsIn(parent: string): Graph {
  const depth = parent === "" ? 0 : parent.split("/").length;
  const roomOf = (path: string) => {
    if (parent !== "" && !isIn(path, parent)) return undefined;
    const parts = path.split("/");
    return parts.length > depth + 1 ? parts.slice(0, depth + 1).join("/") : undefined;
  };
  return graphOf(imports.flatMap(({ file, of }) => {
    const from = roomOf(file), to = roomOf(of);
    return from === undefined || to === undefined ? [] : [[from, to] as const];
  }));
}

Deno.test("circles of files and rooms are found where there are some", () => {
  const graph = graphOf([["a", "b"], ["b", "c"], ["c", "a"], ["c", "d"], ["d", "d"]]);
  assert.deepEqual(circles(graph), ["a -> b -> c -> a"]);
  assert.deepEqual(circles(graphOf([["a", "b"], ["b", "c"], ["a", "c"]])), []);
  const rooms = roomsIn("pipeline");
  assert.ok(rooms.get("pipeline/train")?.has("pipeline/run"));
  assert.ok(roomsIn("stages/model").get("stages/model/qwen2_vl"));
});

/** Each of these is used by many rooms and fits in none. */
const LOOSE = [
  "data/nearest_name.ts",
  "data/random.ts",
  "data/short_text.ts",
  "data/statistics.ts",
  "stages/from_abortable.ts",
  "stages/records.ts",
  "stages/within_time.ts",
  "stages/worker_module.ts",
];

Deno.test("each file lies in a room", () => {
  const loose = LAYERS.flatMap((layer) => countsOf(layer).loose);
  assert.deepEqual(loose.filter((file) => !LOOSE.includes(file)), []);
  assert.deepEqual(loose.filter((file) => isIn(file, "pipeline")), []);
});

Deno.test("only the command line imports the command line", () => {
  assert.deepEqual(
    offenders(({ file, of }) => isIn(of, "pipeline/cli") && !isIn(file, "pipeline/cli")),
    [],
  );
});

/** Files that write commands: those that people run, and those that an experiment starts. */
const WRITE_COMMANDS = [
  "pipeline/experiment/run_job.ts",
  "pipeline/init/init_task.ts",
  "pipeline/init/readme_from.ts",
  "pipeline/run/resume_command.ts",
];

Deno.test("only the command line names flags", () => {
  const flags = Object.keys(SETTINGS).map(flagOf).join("|");
  const named = new RegExp(`(?<![\\w-])(${flags})(?![\\w-])`);
  const files = sources().filter((file) =>
    !isIn(file, "pipeline/cli") && named.test(codeOf(file))
  );
  assert.deepEqual(
    files.filter((file) => !WRITE_COMMANDS.includes(file)),
    [],
  );
});

Deno.test("a run knows no onlookers", () => {
  const onlookers = ["pipeline/watch", "pipeline/tensorboard", "pipeline/train"];
  assert.deepEqual(
    offenders(({ file, of }) =>
      !isIn(file, "pipeline/train") && !isIn(file, "pipeline/cli") &&
      !ENTRIES.includes(file) &&
      onlookers.some((room) => isIn(of, room) && !isIn(file, room))
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
    const rest = codeOf(entry)
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
