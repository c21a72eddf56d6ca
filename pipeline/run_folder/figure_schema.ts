import * as v from "npm:valibot@1.5.0";

/** A figure as JSON has it: a number, or null for NaN, which JSON has no word for. */
export const figureSchema = v.pipe(
  v.nullable(v.number("a number")),
  v.transform((value) => value ?? NaN),
);
