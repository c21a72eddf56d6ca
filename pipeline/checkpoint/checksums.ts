import { join } from "node:path";
import * as v from "npm:valibot@1.5.0";
import { readRegularFile } from "../../data/files/regular_file.ts";
import { sha256 } from "../../data/files/sha256.ts";

/** The file that holds a folder's checksums; written last. */
export const CHECKSUMS = "checksums.json";

const LIMIT = 1 << 20;
const schema = v.object({
  files: v.record(
    v.pipe(v.string(), v.regex(/^[^/\\]+$/, "a file's name")),
    v.object({
      bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits")),
    }),
  ),
});

/** Writes the sizes and SHA-256 of all files of a folder into its {@linkcode CHECKSUMS}. */
export async function writeChecksums(folder: string): Promise<void> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) if (isFile) names.push(name);
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const name of names.sort()) {
    const path = join(folder, name);
    files[name] = { bytes: (await Deno.stat(path)).size, sha256: await sha256(path) };
  }
  const text = JSON.stringify({ files }, null, 2) + "\n";
  await Deno.writeTextFile(join(folder, CHECKSUMS), text, { createNew: true });
}

/**
 * What is wrong with a folder, by the checksums that it was written with.
 *
 * @returns A sentence that names the file and its damage; `undefined` if all is as it was.
 */
export async function damageOf(folder: string): Promise<string | undefined> {
  const path = join(folder, CHECKSUMS);
  let files: v.InferOutput<typeof schema>["files"];
  try {
    const text = new TextDecoder().decode(await readRegularFile(path, LIMIT));
    ({ files } = v.parse(schema, JSON.parse(text)));
  } catch (error) {
    return error instanceof Deno.errors.NotFound
      ? `${path} is missing`
      : `${path} is damaged (${(error as Error).message})`;
  }
  for (const [name, wanted] of Object.entries(files)) {
    const file = join(folder, name);
    const info = await Deno.lstat(file).catch(() => undefined);
    if (info === undefined) return `${file} is missing`;
    if (!info.isFile) return `${file} is not a file`;
    if (info.size !== wanted.bytes) {
      return `${file} has ${info.size} bytes, and had ${wanted.bytes}`;
    }
    if (await sha256(file) !== wanted.sha256) {
      return `${file} has other bytes than it was written with`;
    }
  }
  return undefined;
}
