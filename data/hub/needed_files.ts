import { quoted } from "../short_text.ts";
import { COMPANION_FILES } from "./companion_files.ts";

const SHARD = /^model-\d+-of-\d+\.safetensors$/;
const INDEX = "model.safetensors.index.json";
/** Parquet files at the top or in data/, which is where they are read from. */
const PARQUET = /^(data\/)?[^/]+\.parquet$/;

/**
 * The files of a repository that a run reads: of a model what a model folder holds, of a data
 * set its parquet files, at the top or in data/.
 *
 * @param paths Of all files.
 * @param what The repository, for messages.
 * @throws {SyntaxError} If there is no such file: says what is there, and the remedy.
 */
export function neededFiles(
  type: "model" | "dataset",
  paths: readonly string[],
  what: string,
): string[] {
  const needed = type === "model" ? modelFiles(paths, what) : dataFiles(paths, what);
  checkNames(needed, what);
  return needed;
}

/** Names that differ in nothing but case are one file on many systems, and one replaces the other. */
function checkNames(paths: readonly string[], what: string): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const form = path.normalize("NFC").toLowerCase();
    const twin = seen.get(form);
    if (twin !== undefined) {
      throw new SyntaxError(
        `${what} has ${quoted(twin)} and ${quoted(path)}, which are one file on many ` +
          "systems: fetch them by hand under other names, and give their folder",
      );
    }
    seen.set(form, path);
  }
}

function modelFiles(paths: readonly string[], what: string): string[] {
  if (!paths.includes("config.json")) {
    const remedy = paths.includes("adapter_config.json")
      ? "it is an adapter: give its model in option model and this in option adapter"
      : "take a model in the layout of transformers";
    throw new SyntaxError(`${what} has no config.json, but ${some(paths)}: ${remedy}`);
  }
  const single = paths.includes("model.safetensors");
  const weights = paths.filter((path) =>
    single ? path === "model.safetensors" : path === INDEX || SHARD.test(path)
  );
  if (weights.length === 0) {
    throw new SyntaxError(
      `${what} has no model.safetensors and no shards, but ${some(paths)}: ` +
        "take a repository with weights in safetensors",
    );
  }
  return [...paths.filter((path) => COMPANION_FILES.includes(path)), ...weights];
}

function dataFiles(paths: readonly string[], what: string): string[] {
  const parquet = paths.filter((path) => PARQUET.test(path));
  if (parquet.length > 0) return parquet;
  throw new SyntaxError(
    `${what} has no parquet files at its top or in data/, but ${some(paths)}: ` +
      "fetch it by hand and give its folder and kind in option data",
  );
}

function some(paths: readonly string[]): string {
  if (paths.length === 0) return "nothing";
  const more = paths.length - 4;
  return paths.slice(0, 4).map((path) => path.slice(0, 100)).join(", ") +
    (more > 0 ? ` and ${more} more` : "");
}
