import { canonicalHash } from "../files/canonical_json.ts";
import { joinSpec, readOptions, splitSpec } from "./spec.ts";
import type { QuestionSource } from "./question.ts";
import { splitByPicture } from "./split.ts";

/** Which half of the held-out questions is asked: one to choose settings by, one to report. */
export type HeldOutPart = "validation" | "test";

/**
 * Takes the option `part=validation|test`, which every specification of data may have, out of one.
 *
 * @returns The rest of the specification, and the part if one is named.
 * @throws {RangeError} If the part is neither of the two, or is named twice.
 *
 * @example
 * ```ts
 * import { parsePart } from "./held_out_part.ts";
 *
 * parsePart("emoji:detection,part=test,shots=4");
 * // { rest: "emoji:detection,shots=4", part: "test" }
 * ```
 */
export function parsePart(
  spec: string,
): { readonly rest: string; readonly part?: HeldOutPart } {
  const { head, options } = splitSpec(spec);
  const parts = options.filter(([name]) => name === "part");
  if (parts.length === 0) return { rest: spec };
  const part = readOptions(spec, parts, ["part"]).oneOf("part", ["validation", "test"]);
  return {
    rest: joinSpec({ head, options: options.filter(([name]) => name !== "part") }),
    part,
  };
}

/**
 * One half of a source's questions, by the hash of their images' names: questions about one
 * image are in the same half, and no image is in both.
 *
 * @param source Is read once from end to end if it has no method `picture`.
 */
export async function heldOutPart(
  source: QuestionSource,
  part: HeldOutPart,
): Promise<QuestionSource> {
  const pictures: string[] = [];
  for (let index = 0; index < source.size; index++) {
    pictures.push(source.picture?.(index) ?? await nameOfPicture(source, index));
  }
  const { train, heldOut } = splitByPicture(pictures, 0.5);
  const places = part === "validation" ? heldOut : train;
  const name = `${source.name}/${part}`;
  const placeOf = (index: number): number => {
    const place = places[index];
    if (place !== undefined) return place;
    throw new RangeError(`${name} has questions 0 to ${places.length - 1}, not ${index}`);
  };
  const { questionUnlessBad } = source;
  return {
    name,
    size: places.length,
    manifest: {
      ...source.manifest,
      part,
      questions: places.length,
      pictures: canonicalHash(places.map((place) => pictures[place])),
    },
    ...source.ownKinds && { ownKinds: source.ownKinds },
    question: async (index) => await source.question(placeOf(index)),
    ...questionUnlessBad && {
      questionUnlessBad: async (index: number) => await questionUnlessBad(placeOf(index)),
    },
  };
}

async function nameOfPicture(source: QuestionSource, index: number): Promise<string> {
  const { id, imageId = id } = await source.question(index);
  return imageId;
}
