import assert from "node:assert/strict";
import { dirname, join, normalize } from "node:path";
import {
  anchors,
  codeSpans,
  type Page,
  readPage,
  readPages,
  ROOT,
} from "../support/pages.ts";

const pages = readPages();
const byPath = new Map(pages.map((page) => [page.path, page]));

function exists(path: string): boolean {
  try {
    Deno.statSync(join(ROOT, path));
    return true;
  } catch {
    return false;
  }
}

/** Where a page's links and images lead, but for those to other sites. */
function targets({ prose }: Page): string[] {
  const inline = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to!);
  const referred = [...prose.matchAll(/^\[[^\]]+\]: +(\S+)$/gm)].map(([, to]) => to!);
  return [...inline, ...referred].filter((to) => !/^[a-z]+:/.test(to));
}

function brokenLinks(page: Page): string[] {
  return targets(page).filter((to) => {
    const [path, anchor] = to.split("#");
    const file = path === "" ? page.path : normalize(join(dirname(page.path), path!));
    if (!exists(file)) return true;
    if (anchor === undefined) return false;
    const other = byPath.get(file);
    return other === undefined || !anchors(other).has(anchor);
  });
}

Deno.test("broken links and anchors are found", () => {
  const page = readPage(
    "docs/x.md",
    "[a](none.md) [b](data.md#formats) [c](data.md#none)",
  );
  assert.deepEqual(brokenLinks(page), ["none.md", "data.md#none"]);
});

for (const page of pages) {
  Deno.test(`${page.path}: relative links and anchors lead somewhere`, () => {
    assert.deepEqual(brokenLinks(page), []);
  });
}

const PLACE =
  /^(?:\.ci|bench|data|docs|examples|exports|pipeline|stages|test|tools)\/[\w./-]*$|^(?:mod\.ts|deno\.(?:json|lock))$/;

/** The names of all test files, for those that a page names without a folder. */
function testFiles(folder = "test"): string[] {
  return [...Deno.readDirSync(join(ROOT, folder))].flatMap(({ name, isDirectory }) =>
    isDirectory ? testFiles(join(folder, name)) : [name]
  );
}

function missingPaths(page: Page): string[] {
  const tests = new Set(testFiles());
  return codeSpans(page).flatMap((code) => code.split(" ")).filter((word) =>
    PLACE.test(word) && !exists(word) || /^\w+_test\.ts$/.test(word) && !tests.has(word)
  );
}

Deno.test("paths that are not there are found", () => {
  const page = readPage(
    "docs/x.md",
    "`data/none.ts`, `mod.ts`, `deno test test/no` `a_test.ts`",
  );
  assert.deepEqual(missingPaths(page), ["data/none.ts", "test/no", "a_test.ts"]);
});

for (const page of pages) {
  // What has changed has gone: the changes name files of their time.
  if (page.path === "CHANGELOG.md") continue;
  Deno.test(`${page.path}: every path of the project that it names is there`, () => {
    assert.deepEqual(missingPaths(page), []);
  });
}

const architecture = byPath.get("docs/architecture.md")!;

for (const layer of ["data", "stages", "pipeline"]) {
  Deno.test(`docs/architecture.md has a line for each room of ${layer}/`, () => {
    const table = architecture.prose.split(`| \`${layer}/\``)[1]!.split("\n\n")[0]!;
    const told = [...table.matchAll(/^\| `([\w]+)` /gm)].map(([, name]) => name);
    const rooms = [...Deno.readDirSync(join(ROOT, layer))]
      .filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
    assert.deepEqual(told.toSorted(), rooms.sort());
  });
}

Deno.test("docs/architecture.md says where ten things are, each by a path", () => {
  const walk = architecture.prose.split("## Where is …?")[1]!;
  const rows = [...walk.matchAll(/^\| ([^|]+?) +\| `([^`|]+)` +\|/gm)];
  assert.equal(rows.length, 10);
  for (const [, question, path] of rows) assert.ok(exists(path!), `${question}: ${path}`);
});
