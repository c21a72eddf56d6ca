import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import { startBackend } from "../../../../stages/engine/backend.ts";

/** Plain data of a tensor, so that it can go from one backend to another. */
interface Data {
  readonly shape: number[];
  readonly values: Float32Array;
}

const dims = (min: number, max: number, top = 6) =>
  fc.array(fc.integer({ min: 1, max: top }), { minLength: min, maxLength: max });

/** Values that are exact in sums of a few products. */
function data(shape: number[], seed: number): Data {
  const size = shape.reduce((product, n) => product * n, 1);
  const values = Float32Array.from(
    { length: size },
    (_, i) => ((i * 7919 + seed * 104729) % 64) / 8 - 4,
  );
  return { shape, values };
}

/** Asserts that wasm computes what plain JavaScript does, and keeps no tensor. */
async function agree(compute: (make: (data: Data) => tf.Tensor) => tf.Tensor) {
  const results: { shape: number[]; values: number[] }[] = [];
  for (const name of ["cpu", "wasm"] as const) {
    await startBackend(name);
    const before = tf.memory().numTensors, dataBefore = tf.backend().numDataIds();
    results.push(tf.tidy(() => {
      const out = compute(({ shape, values }) => tf.tensor(values, shape));
      return { shape: out.shape, values: [...out.dataSync()] };
    }));
    assert.equal(tf.memory().numTensors, before);
    assert.equal(tf.backend().numDataIds(), dataBefore, `data left on ${name}`);
  }
  const [expected, found] = results as [typeof results[0], typeof results[0]];
  assert.deepEqual(found!.shape, expected!.shape);
  found!.values.forEach((x, i) => {
    const y = expected!.values[i]!;
    assert.ok(Math.abs(x - y) <= 1e-4 * (1 + Math.abs(y)), `${i}: ${x} is not ${y}`);
  });
}

Deno.test("products of any shape, batch and transposition equal plain JavaScript's", async () => {
  const sizes = fc.constantFrom(1, 3, 17, 40, 64);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        batch: dims(0, 2, 3),
        m: sizes,
        k: sizes,
        n: sizes,
        transposeA: fc.boolean(),
        transposeB: fc.boolean(),
        shared: fc.constantFrom("a", "b", "none"),
        seed: fc.nat(99),
      }),
      async ({ batch, m, k, n, transposeA, transposeB, shared, seed }) => {
        const batchA = shared === "a" ? batch.map(() => 1) : batch;
        const batchB = shared === "b" ? batch.map(() => 1) : batch;
        const a = data([...batchA, ...(transposeA ? [k, m] : [m, k])], seed);
        const b = data([...batchB, ...(transposeB ? [n, k] : [k, n])], seed + 1);
        await agree((make) => tf.matMul(make(a), make(b), transposeA, transposeB));
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("a weight multiplied with again, changed in shape, and disposed of", async () => {
  await startBackend("wasm");
  const dataBefore = tf.backend().numDataIds();
  const weight = tf.tensor2d(data([40, 64], 1).values, [40, 64]);
  const x = tf.tensor2d(data([16, 64], 2).values, [16, 64]);
  const first = tf.matMul(x, weight, false, true),
    again = tf.matMul(x, weight, false, true);
  assert.deepEqual(again.dataSync(), first.dataSync());
  const seen = tf.reshape(weight, [64, 40]) as tf.Tensor2D; // the same data
  const y = tf.tensor2d(data([16, 40], 3).values, [16, 40]);
  const other = tf.matMul(y, seen, false, true);
  const flipped = tf.transpose(seen), explicit = tf.matMul(y, flipped);
  assert.deepEqual(other.dataSync(), explicit.dataSync());
  const third = tf.matMul(x, weight, false, true);
  assert.deepEqual(third.dataSync(), first.dataSync());
  tf.disposeVariables();
  tf.dispose([weight, x, first, again, seen, y, other, explicit, third]);
  assert.ok(
    tf.backend().numDataIds() <= dataBefore + 1,
    "a transpose outlives its weight",
  );
});

Deno.test("fused products with bias and activation equal plain JavaScript's", async () => {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const a = data(transposeA ? [33, 20] : [20, 33], 1);
      const b = data(transposeB ? [50, 33] : [33, 50], 2), bias = data([50], 3);
      await agree((make) =>
        tf.fused.matMul({
          a: make(a) as tf.Tensor2D,
          b: make(b) as tf.Tensor2D,
          bias: make(bias),
          transposeA,
          transposeB,
          activation: "relu",
        })
      );
    }
  }
});

Deno.test("transposes of any rank equal plain JavaScript's", async () => {
  await agree((make) => tf.transpose(make(data([130, 67], 1))));
  const shapeAndPerm = dims(1, 4).chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.shuffledSubarray(shape.map((_, i) => i), { minLength: shape.length }),
    )
  );
  await fc.assert(fc.asyncProperty(shapeAndPerm, async ([shape, perm]) => {
    await agree((make) => tf.transpose(make(data(shape, 5)), perm));
  }));
});

Deno.test("slices of any rank equal plain JavaScript's", async () => {
  const cut = dims(1, 5).chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      ends: fc.tuple(
        ...shape.map((n) => fc.tuple(fc.nat(n), fc.nat(n)).map((p) => p.toSorted())),
      ),
    })
  );
  await fc.assert(fc.asyncProperty(cut, async ({ shape, ends }) => {
    const begin = ends.map(([start]) => start!);
    const size = ends.map(([start, end]) => end! - start!);
    await agree((make) => tf.slice(make(data(shape, 1)), begin, size));
  }));
  await agree((make) => tf.slice(make(data([4, 100], 1)), [1, 20], [-1, 64]));
  await agree((make) =>
    tf.cast(tf.slice(make(data([9], 1)).greater(0), [2], [5]), "float32")
  );
});

Deno.test("splits equal plain JavaScript's", async () => {
  for (const [parts, axis] of [[3, 1], [[1, 2, 6], 1], [[2, -1], -1], [4, 0]] as const) {
    const sections = typeof parts === "number" ? parts : [...parts];
    await agree((make) => {
      const pieces = tf.split(make(data([4, 9], 1)), sections, axis);
      return tf.concat(pieces.toReversed(), axis);
    });
  }
});

Deno.test("gathered rows equal plain JavaScript's", async () => {
  const rows = fc.record({
    shape: dims(1, 4),
    at: fc.nat(3),
    indexShape: dims(1, 2, 5),
    seed: fc.nat(99),
  });
  await fc.assert(fc.asyncProperty(rows, async ({ shape, at, indexShape, seed }) => {
    const axis = at % shape.length;
    const indices = data(indexShape, seed).values.map((x) =>
      Math.abs(x * 8) % shape[axis]!
    );
    await agree((make) =>
      tf.gather(
        make(data(shape, seed)),
        tf.tensor(Int32Array.from(indices), indexShape, "int32"),
        axis,
      )
    );
  }));
  await agree((make) =>
    tf.gather(make(data([5, 64], 1)), tf.tensor1d([4, 0, 4], "int32"))
  );
  // One of each row, and rows of each matrix.
  await agree((make) =>
    tf.gather(make(data([3, 5], 1)), tf.tensor2d([4, 0, 2], [3, 1], "int32"), 1, 1)
  );
  await agree((make) =>
    tf.gather(
      make(data([2, 3, 4, 5], 1)),
      tf.tensor2d([3, 1, 0, 2, 2, 1], [2, 3], "int32"),
      2,
      1,
    )
  );
});

Deno.test("an index that is out of range is named", async () => {
  await startBackend("wasm");
  tf.tidy(() => {
    const x = tf.zeros([3, 2]);
    assert.throws(
      () => tf.gather(x, tf.tensor1d([0, 3], "int32")),
      /Index 3 of gather is not in \[0, 3\)/,
    );
  });
});

Deno.test("gather has a gradient, and repeated rows add up", async () => {
  await startBackend("wasm");
  const slope = tf.tidy(() => {
    const pick = (x: tf.Tensor) => tf.gather(x, tf.tensor1d([0, 2, 0], "int32"));
    return tf.grad((x) => tf.sum(pick(x)))(tf.ones([3, 2])).dataSync();
  });
  assert.deepEqual([...slope], [2, 2, 0, 0, 1, 1]);
});

Deno.test("tiles and spread values equal plain JavaScript's", async () => {
  const tiling = dims(1, 4).chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.array(fc.integer({ min: 1, max: 4 }), {
        minLength: shape.length,
        maxLength: shape.length,
      }),
    )
  );
  await fc.assert(fc.asyncProperty(tiling, async ([shape, reps]) => {
    await agree((make) => tf.tile(make(data(shape, 1)), reps));
  }));
  await agree((make) => tf.broadcastTo(make(data([3, 1], 1)), [2, 3, 4]));
});

Deno.test("sums over any axes equal plain JavaScript's", async () => {
  const summed = dims(1, 4).chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.subarray(shape.map((_, i) => i), { minLength: 1 }),
      fc.boolean(),
    )
  );
  await fc.assert(fc.asyncProperty(summed, async ([shape, axes, keepDims]) => {
    await agree((make) => tf.sum(make(data(shape, 1)), axes, keepDims));
  }));
});
