import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../files/cache_folder.ts";
import { isThere } from "../files/is_there.ts";
import { writeFolder } from "../files/write_folder.ts";

/** The files of the embedded model by name, each with the SHA-256 of its bytes in hex. */
export const MODEL_FILES: Readonly<Record<string, string>> = {
  "chat_template.json":
    "cc6cbd4acf17d93137b73cc000a321603f5a8823a2d3f1f74413afd43219dfb4",
  "config.json": "7d969e472ddd3669894b0d08d73996a4417179766b47dcc2d35e0991b1ed25d0",
  "generation_config.json":
    "6e6ea78de1363d071bd6cd888a74abb435cfedf6e4b32eaf659f3a26f90edeb5",
  "merges.txt": "215a6aba00d27bcd42b8ad1dccc4b4d23f40decc150bdbf0d5ce6bb2410708df",
  "model.safetensors": "e9694458ecee309140bcd52250e78079bae4bd52a3188f699607f54da9c310c5",
  "preprocessor_config.json":
    "6148ee43000fc1644abbebf54a6ba6131cf4080f7d12ff46574233fbdd216d85",
  "tokenizer.json": "6fb6cb29524089847c9ec440c824342e8cf8571bc68ef2c18d9f24163a83f9be",
  "tokenizer_config.json":
    "0ad60b88c789763627cfeac0d920455215a80b018b7a22a67bd8eca587c2529a",
  "visual_rft.json": "e4bdaa2f587036331208f8d259f628d5eb8730d17b5290a5aac9b7136dd36022",
  "vocab.json": "bf6f501696f504c1e889b740477b578e6cd4fa15aa73bef2da5d1c146ea9871b",
};

/**
 * The folder of the embedded model, in the published Qwen2-VL layout.
 *
 * It lies beside this file. If this file came over http, the model (6 MB) is downloaded from
 * there once, checked against {@linkcode MODEL_FILES} and kept in {@linkcode cacheFolder}.
 *
 * @param source Address of the model's folder, with a slash at its end; default: `./model/`.
 * @param cache Folder that a download is kept in.
 * @throws {Error} If a file cannot be downloaded, or has another hash.
 */
export async function embeddedModel(
  source: URL = new URL("./model/", import.meta.url),
  cache: string = cacheFolder(),
): Promise<string> {
  if (source.protocol === "file:") return fileURLToPath(source).replace(/[/\\]$/, "");
  const version = sha256(JSON.stringify(MODEL_FILES)).slice(0, 16);
  const folder = join(cache, `emoji-model-${version}`);
  if (await isThere(folder)) return folder;
  await writeFolder(folder, async (temporary) => {
    for (const [name, hash] of Object.entries(MODEL_FILES)) {
      await Deno.writeFile(
        join(temporary, name),
        await download(new URL(name, source), hash),
      );
    }
  });
  return folder;
}

async function download(url: URL, hash: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(
      `Cannot download the embedded model: ${url} answers ${response.status}; ` +
        "import the package from a local folder, or set the option model to a folder",
    );
  }
  const bytes = await response.bytes();
  if (sha256(bytes) !== hash) {
    throw new Error(
      `${url} is not a file of this version's embedded model: import mod.ts of the same ` +
        "version again with --reload, or set the option model to a folder",
    );
  }
  return bytes;
}

function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
