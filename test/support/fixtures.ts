/**
 * Reference values: what the Python implementations computed, and the files they did it with.
 *
 * The project's own set in test/fixtures is the material of any test. The tests that
 * `deno task test:reference` runs compare with the set in the folder that the environment
 * variable FIXTURES names, by default the same; test/fixtures/README.md describes its form. A
 * set may lack files: tests that need a missing one are ignored, by name.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder of a set of reference values. */
export type FixtureSet = URL;

/** The project's own set. */
export const OWN: FixtureSet = new URL("../fixtures/", import.meta.url);

const chosen = Deno.env.get("FIXTURES");

/** The set to compare with. */
export const REFERENCE: FixtureSet = chosen === undefined
  ? OWN
  : new URL(`${pathToFileURL(resolve(chosen))}/`);

/** What a set may consist of. */
const PARTS = ["qwen2_vl", "qwen2_5_vl", "grpo", "rewards", "coco"];

if (
  chosen !== undefined && !PARTS.some((part) => holdsJson(fixturePath(part, REFERENCE)))
) {
  throw new Error(
    `FIXTURES is ${
      JSON.stringify(chosen)
    }, which holds no reference values: name a folder ` +
      `that has at least one of ${PARTS.join(", ")}, as test/fixtures/README.md says`,
  );
}

function holdsJson(folder: string): boolean {
  try {
    return [...Deno.readDirSync(folder)].some(({ name, isDirectory }) =>
      isDirectory ? holdsJson(join(folder, name)) : /\.jsonl?$/.test(name)
    );
  } catch {
    return false;
  }
}

/** A file of a set, for instance `fixture("qwen2_vl/meta.json")`. */
export function fixture(path: string, set: FixtureSet = OWN): URL {
  return new URL(path, set);
}

/** A file's path in the file system. */
export function fixturePath(path: string, set: FixtureSet = OWN): string {
  return fileURLToPath(fixture(path, set));
}

/** A file's JSON; the caller states its form. */
export function readFixture<T>(path: string, set: FixtureSet = OWN): T {
  return JSON.parse(Deno.readTextFileSync(fixture(path, set)));
}

/** Whether the set to compare with has a file or folder. */
export function hasReference(path: string): boolean {
  try {
    Deno.statSync(fixture(path, REFERENCE));
    return true;
  } catch {
    return false;
  }
}

/** Names of the folders in a folder of the set to compare with, sorted; none if it is missing. */
export function referenceFolders(path: string): string[] {
  if (!hasReference(path)) return [];
  return [...Deno.readDirSync(fixture(path, REFERENCE))]
    .flatMap(({ name, isDirectory }) => isDirectory ? [name] : []).sort();
}

/**
 * Registers a test that compares with these files of the set. A set without one of them shows
 * the test as ignored; the project's own set must have them all.
 */
export function referenceTest(
  name: string,
  files: readonly string[],
  test: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const lacks = chosen !== undefined && !files.every(hasReference);
  Deno.test({ name, ignore: lacks, fn: test });
}
