import type { HostileCase } from "../case.ts";
import { ANNOTATIONS } from "./annotations.ts";
import { ARROW } from "./arrow.ts";
import { JSON_LINES } from "./json_lines.ts";
import { PARQUET } from "./parquet.ts";
import { ESCAPES, PICTURES } from "./pictures.ts";
import { PREDICTIONS } from "./predictions.ts";

/** Data from elsewhere that means to break a command. */
export const CASES: readonly HostileCase[] = [
  ...JSON_LINES,
  ...PICTURES,
  ...ESCAPES,
  ...PARQUET,
  ...ARROW,
  ...ANNOTATIONS,
  ...PREDICTIONS,
];
