/**
 * How long single operations take on wasm (with tfjs's own kernels and with ours) and on the
 * native engine: microseconds, the best of many runs, and GFLOPS for products.
 *
 * `deno run -A bench/operations.ts`
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { startBackend } from "../stages/engine/backend.ts";
import { installedEngine } from "../stages/engine/native_engine.ts";

/** One operation: makes its operands, then runs on them. */
interface Case {
  readonly name: string;
  readonly flops?: number;
  readonly make: () => () => tf.Tensor | tf.Tensor[];
}

const random = (...shape: number[]) => tf.randomNormal(shape);
const indices = (count: number, below: number) =>
  tf.tensor1d(Int32Array.from({ length: count }, (_, i) => (i * 7919) % below), "int32");

const CASES: readonly Case[] = [
  product("256 x 256 x 256", [256, 256], [256, 256]),
  product("1024 x 1024 x 1024", [1024, 1024], [1024, 1024]),
  product("layer", [2048, 128], [128, 512]),
  product("layer, weight transposed", [2048, 128], [512, 128], { transposeB: true }),
  product("layer's weight gradient", [2048, 512], [2048, 128], { transposeA: true }),
  product("one token a row", [8, 128], [512, 128], { transposeB: true }),
  product("attention scores", [128, 64, 32], [128, 64, 32], { transposeB: true }),
  product("attention values", [128, 64, 64], [128, 64, 32]),
  product("attention of one token", [16, 8, 32], [16, 32, 64]),
  one("add", () => [random(2048, 128), random(2048, 128)], ([a, b]) => tf.add(a!, b!)),
  one(
    "add, row spread",
    () => [random(2048, 128), random(128)],
    ([a, b]) => tf.add(a!, b!),
  ),
  one(
    "mul, column spread",
    () => [random(2048, 128), random(2048, 1)],
    ([a, b]) => tf.mul(a!, b!),
  ),
  one("softmax [8192, 64]", () => [random(8192, 64)], ([x]) => tf.softmax(x!)),
  one("logSumExp [256, 1024]", () => [random(256, 1024)], ([x]) => tf.logSumExp(x!, 1)),
  one("sigmoid", () => [random(2048, 128)], ([x]) => tf.sigmoid(x!)),
  one("exp", () => [random(2048, 128)], ([x]) => tf.exp(x!)),
  one("erf", () => [random(2048, 128)], ([x]) => tf.erf(x!)),
  one("sum over axis 0", () => [random(2048, 128)], ([x]) => tf.sum(x!, 0)),
  one("sum over axis 1", () => [random(2048, 128)], ([x]) => tf.sum(x!, 1)),
  one("sum of 1.4 million", () => [random(1_400_000)], ([x]) => tf.sum(x!)),
  one("transpose", () => [random(2048, 128)], ([x]) => tf.transpose(x!)),
  one(
    "transpose heads",
    () => [random(32, 64, 4, 32)],
    ([x]) => tf.transpose(x!, [0, 2, 1, 3]),
  ),
  one(
    "concat of columns",
    () => [random(2048, 64), random(2048, 64)],
    ([a, b]) => tf.concat([a!, b!], 1),
  ),
  one(
    "slice of rows",
    () => [random(2048, 128)],
    ([x]) => tf.slice(x!, [8, 0], [64, 128]),
  ),
  one(
    "slice of columns",
    () => [random(2048, 128)],
    ([x]) => tf.slice(x!, [0, 64], [2048, 64]),
  ),
  one("split in three", () => [random(2048, 384)], ([x]) => tf.split(x!, 3, 1)),
  one(
    "gather of rows",
    () => [random(1024, 128), indices(2048, 1024)],
    ([x, at]) => tf.gather(x!, at as tf.Tensor1D),
  ),
  one(
    "segment sum",
    () => [random(2048, 128), indices(2048, 1024)],
    ([x, at]) => tf.unsortedSegmentSum(x!, at as tf.Tensor1D, 1024),
  ),
  one("tile", () => [random(2048, 1)], ([x]) => tf.tile(x!, [1, 128])),
  one("where, mask spread", () => [random(2048, 128), tf.greater(random(2048, 1), 0)], (
    [x, mask],
  ) => tf.where(mask!, x!, x!)),
  one("add of 8 numbers", () => [random(8), random(8)], ([a, b]) => tf.add(a!, b!)),
  one("read 1 MB", () => [random(2048, 128), random(2048, 128)], ([a, b]) => {
    const sum = tf.add(a!, b!);
    sum.dataSync();
    return sum;
  }),
];

function one(
  name: string,
  operands: () => tf.Tensor[],
  run: (operands: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
): Case {
  return {
    name,
    make: () => {
      const made = operands();
      return () => run(made);
    },
  };
}

function product(
  name: string,
  a: number[],
  b: number[],
  { transposeA = false, transposeB = false } = {},
): Case {
  const columns = b.at(transposeB ? -2 : -1)!;
  return {
    name: `${name}, ${shape(a)}${transposeA ? "ᵀ" : ""} x ${shape(b)}${
      transposeB ? "ᵀ" : ""
    }`,
    flops: 2 * a.reduce((size, n) => size * n, 1) * columns,
    make: () => {
      const left = random(...a), right = random(...b);
      return () => tf.matMul(left, right, transposeA, transposeB);
    },
  };
}

function shape(dims: readonly number[]): string {
  return `[${dims.join(", ")}]`;
}

/** Microseconds of one run, the best over about a tenth of a second; NaN where it fails. */
function measure({ make }: Case): number {
  return tf.tidy(() => {
    try {
      const run = make();
      const once = () => tf.dispose(run());
      for (let i = 0; i < 3; i++) once();
      const started = performance.now();
      let best = Infinity;
      for (let i = 0; i < 3 || performance.now() - started < 100; i++) {
        const repeats = best < 0.2 ? 20 : 1; // the clock is too coarse for one
        const from = performance.now();
        for (let j = 0; j < repeats; j++) once();
        best = Math.min(best, (performance.now() - from) / repeats);
      }
      return best * 1000;
    } catch {
      return NaN;
    }
  });
}

if (import.meta.main) {
  const columns: { readonly title: string; readonly times: readonly number[] }[] = [];
  await tf.setBackend("wasm"); // as tfjs has it
  columns.push({ title: "tfjs wasm", times: CASES.map(measure) });
  await startBackend("wasm");
  columns.push({ title: "wasm", times: CASES.map(measure) });
  if (installedEngine() !== undefined) {
    const { description } = await startBackend("native");
    console.log(`${description}\n`);
    columns.push({ title: "native", times: CASES.map(measure) });
  }
  const cell = (text: string) => text.padStart(18);
  console.log("".padEnd(62) + columns.map(({ title }) => cell(title)).join(""));
  CASES.forEach(({ name, flops }, i) => {
    const cells = columns.map(({ times }) => {
      const time = times[i]!;
      if (Number.isNaN(time)) return cell("-");
      const speed = flops === undefined ? "" : ` ${(flops / time / 1000).toFixed(1)} GF`;
      return cell(`${time < 10 ? time.toFixed(1) : Math.round(time)} µs${speed}`);
    });
    console.log(name.padEnd(62) + cells.join(""));
  });
}
