import { adamW } from "./adam_w.ts";
import { gather } from "./gather.ts";
import { identity } from "./identity.ts";
import { addKernel, replaceKernel } from "./kernel.ts";
import { batchMatMul, fusedMatMul } from "./mat_mul.ts";
import { unsortedSegmentSum } from "./segment_sum.ts";
import { slice, split } from "./slice.ts";
import { softmax } from "./softmax.ts";
import { mean, sum } from "./sum.ts";
import { sumOfSquares } from "./sum_of_squares.ts";
import { tile } from "./tile.ts";
import { transpose } from "./transpose.ts";

let isDone = false;

/**
 * Replaces the kernels of tfjs's wasm backend that are 5 to 100 times slower than they need to
 * be, and adds those that are missing. `deno task bench` measures both.
 *
 * Call it before the backend starts; a second call does nothing.
 */
export function registerWasmKernels(): void {
  if (isDone) return;
  isDone = true;
  replaceKernel("BatchMatMul", batchMatMul);
  replaceKernel("_FusedMatMul", fusedMatMul);
  replaceKernel("Transpose", transpose);
  replaceKernel("Slice", slice);
  replaceKernel("SplitV", split);
  replaceKernel("GatherV2", gather);
  replaceKernel("Identity", identity);
  replaceKernel("UnsortedSegmentSum", unsortedSegmentSum);
  replaceKernel("Softmax", softmax);
  replaceKernel("Sum", sum);
  replaceKernel("Mean", mean);
  replaceKernel("Tile", tile);
  addKernel("AdamW", adamW);
  addKernel("SumOfSquares", sumOfSquares);
}
