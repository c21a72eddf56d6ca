import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = Deno.env.get("FIXTURES");
const root = folder === undefined
  ? new URL("../fixtures/", import.meta.url)
  : new URL(`${pathToFileURL(resolve(folder))}/`);

/**
 * A file of the reference values, for instance `fixture("qwen2_vl/meta.json")`.
 *
 * They lie in the folder that the environment variable FIXTURES names, by default in
 * test/fixtures.
 */
export function fixture(path: string): URL {
  return new URL(path, root);
}

/** A fixture's path in the file system. */
export function fixturePath(path: string): string {
  return fileURLToPath(fixture(path));
}

/** A fixture's JSON; the caller states its form. */
export function readFixture<T>(path: string): T {
  return JSON.parse(Deno.readTextFileSync(fixture(path)));
}
