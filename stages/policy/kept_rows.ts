import { isCompiling } from "../engine/compiled/compiled.ts";

/** Rows below which a decoding step on an engine that compiles reads weights more than it computes. */
const MANY = 64;

/**
 * The rows with which decoding continues, once enough of them have ended.
 *
 * Elsewhere than on an engine that compiles, the time of a step is proportional to its rows: those
 * that go on are kept alone as soon as half have ended. There each number of rows is a function to
 * compile: a quarter of many rows is kept, filled up with ended ones.
 *
 * @param goOn Rows that have not ended, in [0, rows).
 * @param isFewShapes Whether numbers of rows are to be few. Default: if the engine compiles.
 * @returns Rows to keep, those that go on first; `undefined` if all are.
 */
export function keptRows(
  goOn: readonly number[],
  rows: number,
  isFewShapes: boolean = isCompiling(),
): number[] | undefined {
  if (!isFewShapes) return goOn.length <= rows / 2 ? [...goOn] : undefined;
  const quarter = Math.ceil(rows / 4);
  if (rows < MANY || goOn.length > quarter) return undefined;
  const running = new Set(goOn);
  const kept = [...goOn];
  for (let row = 0; kept.length < quarter; row++) {
    if (!running.has(row)) kept.push(row);
  }
  return kept;
}
