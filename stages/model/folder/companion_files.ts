import { COMPANION_FILES } from "../../../data/hub/companion_files.ts";
import { regularFile } from "../../../data/files/regular_file.ts";
import { readBounded, unreadable } from "../../../data/files/read_bounded.ts";

/** Most bytes of the largest, tokenizer.json; Qwen2-VL's has 7 million. */
export const MAX_COMPANION_BYTES = 64 * 2 ** 20;

const REMEDY = "fetch the model's whole folder again, or remove the file";

/**
 * Checks that the companion files that exist can be copied, so that a run does not fail at its
 * end.
 *
 * @throws {TypeError} If one is not a regular file.
 * @throws {RangeError} If one is larger than {@linkcode MAX_COMPANION_BYTES}.
 */
export async function checkCompanionFiles(folder: string): Promise<void> {
  await Promise.all(COMPANION_FILES.map(async (name) => {
    const path = `${folder}/${name}`;
    const size = await regularFile(path).then(({ size }) => size, (cause) => {
      return absent(unreadable(path, cause, REMEDY));
    });
    if (size === undefined || size <= MAX_COMPANION_BYTES) return;
    throw new RangeError(
      `${path} has ${size} bytes, more than the ${MAX_COMPANION_BYTES} that such a file ` +
        `may have: ${REMEDY}`,
    );
  }));
}

/**
 * Copies a model folder's companion files.
 *
 * @param target An existing folder.
 * @throws As {@linkcode checkCompanionFiles} does.
 */
export async function copyCompanionFiles(source: string, target: string): Promise<void> {
  for (const name of COMPANION_FILES) {
    const bytes = await readBounded(`${source}/${name}`, REMEDY, MAX_COMPANION_BYTES)
      .catch(absent);
    // Read and written, not copied: a copy would keep a read-only mode.
    if (bytes !== undefined) await Deno.writeFile(`${target}/${name}`, bytes);
  }
}

function absent(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
