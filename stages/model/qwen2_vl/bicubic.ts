import type { RgbImage } from "../../../data/pictures/image.ts";

/** Fractional bits of the fixed-point weights. */
const PRECISION = 22;
/** Catmull-Rom's parameter, and its reach in samples. */
const A = -0.5, SUPPORT = 2;

/**
 * Pillow's 8-bit bicubic resampling, bit for bit (up to its version 12: horizontal pass first).
 *
 * The filter is Catmull-Rom, widened by the scale if a side shrinks. Weights are normalised
 * in doubles and rounded, half away from zero, to 22-bit fixed point; each pass rounds and
 * clips to 0…255. A side that keeps its length is not filtered.
 *
 * Other resamplers place samples elsewhere when enlarging and would show the model an image
 * that it was not trained on.
 */
export function resizeBicubic(image: RgbImage, width: number, height: number): RgbImage {
  let { data } = image;
  if (image.width !== width) {
    data = filterRows(data, image.height, image.width, width);
  }
  if (image.height !== height) {
    data = filterColumns(data, width, image.height, height);
  }
  return { width, height, data };
}

/** Output sample i is Σₖ weights[i · reach + k] · input[first[i] + k], k < count[i]. */
interface Filter {
  readonly reach: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

function cubic(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return ((A + 2) * d - (A + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * A;
  return 0;
}

function filter(inputs: number, outputs: number): Filter {
  const scale = inputs / outputs;
  const widening = Math.max(scale, 1);
  const support = SUPPORT * widening;
  const reach = 2 * Math.ceil(support) + 1;
  const first = new Int32Array(outputs), count = new Int32Array(outputs);
  const weights = new Int32Array(outputs * reach);
  const exact = new Float64Array(reach);
  for (let i = 0; i < outputs; i++) {
    const center = (i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support + 0.5));
    const high = Math.min(inputs, Math.trunc(center + support + 0.5));
    let sum = 0;
    for (let k = 0; k < high - low; k++) {
      exact[k] = cubic((k + low - center + 0.5) * (1 / widening));
      sum += exact[k]!;
    }
    first[i] = low;
    count[i] = high - low;
    for (let k = 0; k < high - low; k++) {
      const w = exact[k]! / sum * (1 << PRECISION);
      weights[i * reach + k] = Math.trunc(w < 0 ? w - 0.5 : w + 0.5);
    }
  }
  return { reach, first, count, weights };
}

function toByte(sum: number): number {
  const value = (sum + (1 << (PRECISION - 1))) >> PRECISION;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** [height, inputs, 3] to [height, outputs, 3]. */
function filterRows(data: Uint8Array, height: number, inputs: number, outputs: number) {
  const { reach, first, count, weights } = filter(inputs, outputs);
  const out = new Uint8Array(height * outputs * 3);
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < outputs; x++, o += 3) {
      let r = 0, g = 0, b = 0;
      let w = x * reach, at = (y * inputs + first[x]!) * 3;
      for (const end = w + count[x]!; w < end; w++, at += 3) {
        const weight = weights[w]!;
        r += weight * data[at]!;
        g += weight * data[at + 1]!;
        b += weight * data[at + 2]!;
      }
      out[o] = toByte(r);
      out[o + 1] = toByte(g);
      out[o + 2] = toByte(b);
    }
  }
  return out;
}

/** [inputs, width, 3] to [outputs, width, 3]. */
function filterColumns(data: Uint8Array, width: number, inputs: number, outputs: number) {
  const { reach, first, count, weights } = filter(inputs, outputs);
  const row = width * 3;
  const out = new Uint8Array(outputs * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < outputs; y++) {
    sums.fill(0);
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * reach + k]!, at = (first[y]! + k) * row;
      for (let x = 0; x < row; x++) sums[x]! += weight * data[at + x]!;
    }
    for (let x = 0; x < row; x++) out[y * row + x] = toByte(sums[x]!);
  }
  return out;
}
