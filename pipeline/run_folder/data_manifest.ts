import * as v from "npm:valibot@1.5.0";
import { canonicalHash, differingKeys } from "../../data/files/canonical_json.ts";
import { parseFileSpec } from "../../data/formats/file_spec.ts";
import { kindOfJson } from "../../data/formats/json_head.ts";
import { checkJson } from "../../data/files/check_json.ts";
import { JSON_DEPTH } from "../../data/files/json_shape.ts";
import { parseJson } from "../../data/files/read_json.ts";
import type { DataManifest } from "./manifest.ts";
import { manifestSchema } from "./manifest_schema.ts";
import type { QuestionSource } from "../../data/questions/question.ts";
import { readRegularFileSync, regularFileSync } from "../../data/files/regular_file.ts";

/** Largest manifest, in bytes: those of few shots list their questions. */
const LIMIT = 2 ** 26;

const schema = v.pipe(
  manifestSchema,
  v.forward(
    v.check(({ data }) => !isManifestPath(data), "a specification, not a path"),
    ["data"],
  ),
);

/** The manifest of sources that are open. */
export function dataManifest(
  { data, seed, testData }: Pick<DataManifest, "data" | "seed" | "testData">,
  sources: { readonly train: QuestionSource; readonly heldOut: QuestionSource },
): DataManifest {
  const train = sources.train.manifest, heldOut = sources.heldOut.manifest;
  const sha256 = { train: canonicalHash(train), heldOut: canonicalHash(heldOut) };
  return {
    data,
    seed,
    ...testData !== undefined && { testData },
    train,
    heldOut,
    sha256,
  };
}

/** Whether the option `data` names a manifest's file, and not a specification or other data's file. */
export function isManifestPath(data: string): boolean {
  return data.endsWith(".json") && parseFileSpec(data).kind === undefined &&
    !isOtherData(data);
}

/** Whether a JSON file begins as LISA's, COCO's and LVIS's do. */
function isOtherData(path: string): boolean {
  try {
    regularFileSync(path);
    using file = Deno.openSync(path);
    const head = new Uint8Array(256);
    const length = file.readSync(head) ?? 0;
    return kindOfJson(new TextDecoder().decode(head.subarray(0, length))) !== undefined;
  } catch {
    return false; // as a manifest it gives an error that names it
  }
}

/**
 * Reads the file of a manifest.
 *
 * @throws {Error} If it cannot be read.
 * @throws {SyntaxError} If it is no manifest: names file, place and remedy.
 */
export function readDataManifest(path: string): DataManifest {
  const place = `data ${path}`;
  const remedy = "option data takes the manifest.json of a run's folder";
  let bytes: Uint8Array;
  try {
    bytes = readRegularFileSync(path, LIMIT);
  } catch (error) {
    const isRefused = error instanceof RangeError || error instanceof TypeError;
    const reason = isRefused ? ` (${error.message})` : "";
    throw new Error(`${place} cannot be read${reason}: ${remedy}`);
  }
  const json = parseJson(bytes, place, { depth: JSON_DEPTH, remedy });
  return checkJson(schema, json, place, { remedy });
}

/**
 * Makes sure that sources are the ones that a manifest was made of.
 *
 * @throws {RangeError} If they are not, with the keys of their manifests that differ.
 */
export function checkSameData(path: string, wanted: DataManifest, found: DataManifest) {
  for (const split of ["train", "heldOut"] as const) {
    if (wanted.sha256[split] === found.sha256[split]) continue;
    const keys = differingKeys(wanted[split], found[split]);
    throw new RangeError(
      `data ${path} does not give the same questions again: ${split}.` +
        `${
          keys.join(`, ${split}.`) || "sha256"
        } differs; the manifest was edited, or made ` +
        "with other prompts or by another version",
    );
  }
}
