/** test/ mirrors the tree: test/a/b_test.ts tests a/b.ts. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Rooms of the mirror; others in test/ hold tests of the whole, or none. */
const MIRRORED = ["bench", "data", "stages", "pipeline", "exports", "tools"];
const OTHERS = [
  "browser",
  "cases",
  "crash",
  "docs",
  "fixtures",
  "hostile",
  "peers",
  "support",
  "system",
];

function* files(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, folder))) {
    if (isDirectory) yield* files(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(join(ROOT, path)).isFile;
  } catch {
    return false;
  }
}

const mirrored = MIRRORED
  .filter((room) =>
    [...Deno.readDirSync(join(ROOT, "test"))].some((e) => e.name === room)
  )
  .flatMap((room) => [...files(`test/${room}`)]);

Deno.test("each test in the mirror is named after a file that exists", () => {
  const tests = mirrored.filter((path) => path.endsWith("_test.ts"));
  assert.ok(tests.length > 100, `${tests.length} tests`);
  const subjects = tests.map((path) => path.slice("test/".length, -"_test.ts".length));
  const without = subjects.filter((path) =>
    !exists(`${path}.ts`) && !exists(`${path}.js`)
  );
  assert.deepEqual(
    without,
    [],
    "name the test after its subject, or move it to test/system",
  );
});

Deno.test("the mirror holds tests alone: helpers stand in test/support", () => {
  assert.deepEqual(mirrored.filter((path) => !path.endsWith("_test.ts")), []);
});

Deno.test("test/ has the rooms that are told here, and nothing loose", () => {
  const entries = [...Deno.readDirSync(join(ROOT, "test"))].map(({ name }) => name);
  const known = [...MIRRORED, ...OTHERS];
  assert.deepEqual(entries.filter((name) => !known.includes(name)), []);
});

Deno.test("test/support holds no test", () => {
  assert.deepEqual([...files("test/support")].filter((p) => p.endsWith("_test.ts")), []);
});
