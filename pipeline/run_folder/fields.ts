/**
 * Fields that several files of a run have in common. A schema's messages say what should be
 * there; its descriptions become the documentation of the type and of the JSON schema.
 *
 * @module
 */
import * as v from "npm:valibot@1.5.0";
import type { Box } from "../../data/geometry/box.ts";
import type { CoordinateFrame } from "../../data/geometry/frame.ts";
import type { Rle } from "../../data/geometry/mask/rle.ts";
import type { Target } from "../../data/questions/question.ts";

/** A field with what it means. */
export function about<const S extends v.GenericSchema>(schema: S, meaning: string) {
  return v.pipe(schema, v.description(meaning));
}

/** A field whose type has a name of its own in the code, as in `Settings`. */
export function named<const S extends v.GenericSchema>(schema: S, type: string) {
  return v.pipe(schema, v.metadata({ type }));
}

/** A text. */
export const text = v.string("a text");

/** A number. */
export const number = v.number("a number");

/** A number of at least 0. */
export const positive = v.pipe(number, v.minValue(0, "a number of at least 0"));

/** A whole number of at least 0. */
export const count = v.pipe(
  v.number("a count"),
  v.safeInteger("a count"),
  v.minValue(0, "a count"),
);

/** A whole number. */
export const integer = v.pipe(
  v.number("a whole number"),
  v.safeInteger("a whole number"),
);

/** A SHA-256. */
export const hash = v.pipe(text, v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"));

/** An object whose keys are not this format's to say. */
export const anything = named(
  v.record(v.string(), v.unknown(), "an object"),
  "Readonly<Record<string, unknown>>",
);

/** A figure as JSON has it: a number, or null for NaN, which JSON has no word for. */
export const figure = v.pipe(v.nullable(number), v.transform((value) => value ?? NaN));

/** Numbers by name. */
export const figures = named(v.record(text, number, "figures by name"), "Figures");

/** Rewards by name. */
export const rewards = v.record(text, figure, "rewards by name");

const finite = v.pipe(v.number("a finite number"), v.finite("a finite number"));
const box: v.GenericSchema<unknown, Box> = v.object(
  { x1: finite, y1: finite, x2: finite, y2: finite },
  "a box with x1, y1, x2 and y2",
);
const mask: v.GenericSchema<unknown, Rle> = v.object({
  size: v.tuple([count, count], "height and width"),
  counts: v.array(count, "a list of run lengths"),
}, "a mask with size and counts");
const anyTarget: v.GenericSchema<unknown, Target> = v.variant(
  "kind",
  [
    v.object({
      kind: v.literal("detection"),
      category: text,
      boxes: v.array(box, "a list of boxes"),
    }),
    v.object({
      kind: v.literal("classification"),
      label: text,
      aliases: v.optional(v.array(text, "a list of names")),
    }),
    v.object({ kind: v.literal("grounding"), box }),
    v.object({ kind: v.literal("number"), value: finite, tolerance: v.optional(finite) }),
    v.object({ kind: v.literal("text"), text }),
    v.object({
      kind: v.literal("choice"),
      choice: text,
      options: v.optional(v.array(text, "a list of texts")),
    }),
    v.object({ kind: v.literal("point"), box, mask: v.optional(mask) }),
    v.object({
      kind: v.literal("own"),
      name: text,
      truth: v.unknown(),
      category: v.optional(text),
      title: v.optional(text),
    }),
  ],
  "a kind of target: detection, classification, grounding, number, text, choice, point or own",
);

/** What an answer is checked against. */
export const target = named(anyTarget, "Target");

const side = v.pipe(finite, v.gtValue(0, "a size above 0"));
const anyFrame: v.GenericSchema<unknown, CoordinateFrame> = v.variant("kind", [
  v.object({ kind: v.literal("per mille") }),
  v.object({ kind: v.literal("unit") }),
  v.object({ kind: v.literal("pixels"), width: side, height: side }),
], '"per mille", "unit" or "pixels"');

/** A frame of coordinates. */
export const frame = named(anyFrame, "CoordinateFrame");
