import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { startBackend } from "../../../../stages/engine/backend.ts";
import {
  compiled,
  heldFunctions,
  isCompiling,
  padded,
  verifyFunctions,
} from "../../../../stages/engine/compiled/compiled.ts";
import { installedEngine } from "../../../../stages/engine/native_engine.ts";

const isNative = installedEngine() !== undefined;
const engines = isNative ? ["wasm", "native"] as const : ["wasm"] as const;

/** A test on each engine, which must leave no tensor behind. */
function onEach(name: string, run: () => void) {
  for (const engine of engines) {
    Deno.test(`${name} (${engine})`, async () => {
      await startBackend(engine);
      const before = tf.memory().numTensors, data = tf.backend().numDataIds();
      run();
      assert.equal(tf.memory().numTensors, before);
      assert.equal(tf.backend().numDataIds(), data);
    });
  }
}

/** A test of recording alone. */
function recording(name: string, run: () => void) {
  Deno.test({
    name,
    ignore: !isNative,
    async fn() {
      await startBackend("native");
      tf.tidy(run);
    },
  });
}

/** Disposes of tensors and returns their values. */
function values(tensors: tf.Tensor[]): number[][] {
  const all = tensors.map((tensor) => [...tensor.dataSync()]);
  tf.dispose(tensors);
  return all;
}

onEach("a function is computed from the inputs of each call", () => {
  for (const rate of [0.5, -2]) {
    for (const width of [2, 3]) { // a shape of its own
      const inputs = [
        tf.scalar(rate),
        tf.range(1, width + 1),
        tf.tensor1d([1, 0], "int32"),
      ];
      const [r, x, order] = inputs as [tf.Scalar, tf.Tensor1D, tf.Tensor1D];
      const found = compiled("scaled", inputs, () => {
        const y = tf.gather(tf.mul(x, r), order);
        return [y, tf.sum(tf.square(y))];
      });
      assert.deepEqual(values(found), [[2 * rate, rate], [5 * rate * rate]]);
      tf.dispose(inputs);
    }
  }
});

onEach("a cut reads what was computed and goes on with what it is given", () => {
  for (const factor of [1, 10]) {
    const x = tf.tensor1d([factor, 2 * factor]), seen: number[][] = [];
    const found = compiled("with cuts", [x], (cut) => {
      const y = tf.mul(x, 3);
      const first = cut(y), second = cut(tf.add(first, y));
      return [tf.mul(second, x), first.add(0), y];
    }, {
      between(of) {
        seen.push([...of]);
        return tf.tensor1d(of.map((v) => v + factor));
      },
    });
    const f = factor;
    assert.deepEqual(seen.slice(-2), [[3 * f, 6 * f], [7 * f, 13 * f]]);
    assert.deepEqual(values(found), [[8 * f * f, 28 * f * f], [4 * f, 7 * f], [
      3 * f,
      6 * f,
    ]]);
    x.dispose();
  }
});

onEach("inputs and tensors that are returned twice are results of their own", () => {
  const x = tf.tensor1d([1, 2]);
  const found = compiled("twice", [x], () => {
    const y = tf.neg(x);
    return [x, y, x, y];
  });
  assert.equal(new Set([...found, x]).size, 5);
  assert.deepEqual(values(found), [[1, 2], [-1, -2], [1, 2], [-1, -2]]);
  assert.deepEqual([...x.dataSync()], [1, 2]);
  x.dispose();
});

onEach("gradients are computed inside, and none outside", () => {
  for (const at of [2, 3]) {
    const x = tf.scalar(at);
    const found = compiled("gradient", [x], () => [tf.grad((x) => tf.square(x))(x)]);
    assert.deepEqual(values(found), [[2 * at]]);
    assert.throws(
      () => tf.grad((x) => compiled("inside", [x], () => [tf.square(x)])[0]!)(x),
      /called under a gradient: inside/,
    );
    x.dispose();
  }
});

onEach("a loss that throws leaves nothing behind", () => {
  const x = tf.tensor1d([1, 2]);
  let calls = 0;
  const run = () =>
    compiled("throws", [x], (cut) => [tf.mul(cut(tf.neg(x)), 2), tf.neg(x)], {
      between() {
        if (calls++ > 1) throw new RangeError("no loss");
        return tf.scalar(1);
      },
    });
  if (isCompiling()) tf.dispose(run());
  else calls = 2;
  assert.throws(run, /no loss/);
  x.dispose();
});

recording("what would be frozen into a function is refused", () => {
  const x = tf.scalar(3), used = tf.scalar(4);
  used.square();
  for (const other of [x, used]) {
    assert.throws(
      () => compiled("foreign", [], () => [tf.square(other)]),
      /not an input and that it did not make/,
    );
  }
  assert.throws(
    () => compiled("large", [x], () => [tf.mul(x, tf.tensor1d(new Float32Array(17)))]),
    /17 numbers is made inside/,
  );
  assert.throws(
    () => compiled("reads", [x], () => [tf.mul(x, x.dataSync()[0]!)]),
    /reads a tensor's values/,
  );
  assert.throws(
    () => compiled("no between", [x], (cut) => [cut(tf.neg(x))]),
    /without `between`/,
  );
});

recording("a number that is no input is found by verifying", () => {
  const x = tf.tensor1d([1, 2]);
  const scaled = (rate: number) => compiled("frozen", [x], () => [tf.mul(x, rate)])[0]!;
  assert.deepEqual([...scaled(2).dataSync()], [2, 4]);
  assert.deepEqual([...scaled(3).dataSync()], [2, 4], "frozen: what verifying is for");
  verifyFunctions(true);
  try {
    assert.deepEqual([...scaled(2).dataSync()], [2, 4]);
    assert.throws(() => scaled(3), /frozen has changed/);
  } finally {
    verifyFunctions(false);
  }
});

recording("few functions are held however many shapes there are", () => {
  for (let size = 1; size <= 150; size++) {
    const x = tf.ones([size]);
    const [sum] = compiled("many", [x], () => [tf.sum(x)]);
    assert.equal(sum!.dataSync()[0], size);
  }
  assert.ok(heldFunctions() <= 96);
  const x = tf.ones([1]); // one that was forgotten
  assert.equal(compiled("many", [x], () => [tf.sum(x)])[0]!.dataSync()[0], 1);
});

recording("sizes are rounded up where there are functions", async () => {
  assert.deepEqual([1, 16, 17].map((n) => padded(n, 16)), [16, 16, 32]);
  await startBackend("wasm");
  assert.deepEqual([1, 16, 17].map((n) => padded(n, 16)), [1, 16, 17]);
});

Deno.test({
  name: "a function of XLA gives what the function gives",
  ignore: !isNative,
  async fn() {
    for (const factor of [1, 3]) {
      const bell = async (xla: boolean) => {
        await startBackend("native", { xla });
        const x = tf.mul(tf.range(0, 40), factor / 8);
        const [y] = compiled("bell", [x], () => [tf.exp(tf.neg(tf.square(x)))], {
          xla: true,
        });
        return y!.dataSync();
      };
      const plain = await bell(false), xla = await bell(true);
      plain.forEach((value, i) =>
        assert.ok(Math.abs(value - xla[i]!) <= 1e-6, `${value} ${xla[i]}`)
      );
    }
    await startBackend("native");
  },
});
