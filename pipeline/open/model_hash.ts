import { createHash } from "node:crypto";
import { join } from "node:path";
import { regularFile } from "../../data/files/regular_file.ts";
import { sha256 } from "../../data/files/sha256.ts";

const COUNTS = /^[^.].*\.(?:json|safetensors|jinja|txt)$/;

/**
 * SHA-256 over the names and bytes of a model's files: weights and the configuration of model,
 * tokenizer, images and chat. Other files, such as a README, do not count.
 *
 * @param folders The model's, and the adapter's that training starts from.
 */
export async function modelHash(...folders: readonly string[]): Promise<string> {
  const all = createHash("sha256");
  for (const folder of folders) {
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory && COUNTS.test(name)) names.push(name);
    }
    for (const name of names.sort()) {
      const path = join(folder, name);
      const { size } = await regularFile(path);
      all.update(`${name} ${size} ${await sha256(path)}\n`);
    }
    all.update("\n");
  }
  return all.digest("hex");
}
