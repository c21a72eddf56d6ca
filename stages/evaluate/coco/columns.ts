/** True objects, one a row. */
export interface TruthColumns {
  readonly image: Uint32Array;
  readonly category: Uint32Array;
  /** In pixels. */
  readonly area: Float64Array;
  /** 1: takes any number of detections. */
  readonly crowd: Uint8Array;
  /** 1: need not be found, and a detection that finds it does not count. */
  readonly ignored: Uint8Array;
  /** 1: takes a detection away from the others, which yet counts as a miss. */
  readonly nameless: Uint8Array;
}

/** Detections, one a row. */
export interface DetectedColumns {
  readonly image: Uint32Array;
  readonly category: Uint32Array;
  readonly score: Float64Array;
  /** In pixels. */
  readonly area: Float64Array;
  /** 1: does not count if it finds nothing. */
  readonly excused: Uint8Array;
}

/**
 * What an evaluation works on: columns of numbers, since a set may have millions of rows.
 *
 * Images and categories are numbered from 0. The order of images decides between equal scores.
 */
export interface Columns {
  readonly images: number;
  readonly categories: number;
  readonly truth: TruthColumns;
  readonly detected: DetectedColumns;
  /** How well a detection fits a true object, in [0, 1]; both by their rows. */
  readonly overlap: (detection: number, truth: number) => number;
}

/** Columns of `rows` rows, all 0. */
export function truthColumns(rows: number): TruthColumns {
  return {
    image: new Uint32Array(rows),
    category: new Uint32Array(rows),
    area: new Float64Array(rows),
    crowd: new Uint8Array(rows),
    ignored: new Uint8Array(rows),
    nameless: new Uint8Array(rows),
  };
}

/** Columns of `rows` rows, all 0. */
export function detectedColumns(rows: number): DetectedColumns {
  return {
    image: new Uint32Array(rows),
    category: new Uint32Array(rows),
    score: new Float64Array(rows),
    area: new Float64Array(rows),
    excused: new Uint8Array(rows),
  };
}
