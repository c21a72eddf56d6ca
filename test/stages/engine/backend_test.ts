import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import process from "node:process";
import { startBackend } from "../../../stages/engine/backend.ts";
import { installedEngine } from "../../../stages/engine/native_engine.ts";

const isNative = installedEngine() !== undefined;
const backends = isNative ? ["wasm", "native"] as const : ["wasm"] as const;

/** Numbers in [-1, 1) that every engine is given alike. */
function numbers(rows: number, columns: number): tf.Tensor2D {
  const values = Float32Array.from(
    { length: rows * columns },
    (_, i) => ((i * 7919) % 1000) / 500 - 1,
  );
  return tf.tensor2d(values, [rows, columns]);
}

for (const name of backends) {
  Deno.test(`${name} starts, says so, and starts again to no effect`, async () => {
    const first = await startBackend(name);
    assert.equal(first.name, name);
    assert.ok(first.description.startsWith(`${name}: `), first.description);
    const backend = tf.backend();
    assert.deepEqual(await startBackend(name), first);
    assert.equal(tf.backend(), backend);
  });

  Deno.test(`${name} multiplies as plain JavaScript does`, async () => {
    await startBackend("cpu");
    const expected = tf.tidy(() =>
      tf.matMul(numbers(37, 64), numbers(64, 29)).dataSync()
    );
    await startBackend(name);
    const found = tf.tidy(() => tf.matMul(numbers(37, 64), numbers(64, 29)).dataSync());
    assert.equal(found.length, expected.length);
    expected.forEach((x, i) => assert.ok(Math.abs(x - found[i]!) < 1e-5, `${x}`));
  });

  Deno.test(`${name} counts tensors and takes gradients`, async () => {
    await startBackend(name);
    const before = tf.memory().numTensors;
    const slope = tf.tidy(() => {
      const gradient = tf.grad((x) => tf.sum(tf.mul(x, tf.square(x)))); // x³
      return gradient(tf.tensor1d([1, -2, 3])).dataSync();
    });
    assert.deepEqual([...slope], [3, 12, 27]);
    assert.equal(tf.memory().numTensors, before);
    const kept = tf.zeros([2]);
    assert.equal(tf.memory().numTensors, before + 1);
    kept.dispose();
  });
}

Deno.test("auto takes native where it is installed, else wasm", async () => {
  assert.equal((await startBackend()).name, isNative ? "native" : "wasm");
});

Deno.test("an unknown backend is named, with the known ones", async () => {
  await assert.rejects(
    // @ts-expect-error: what a JavaScript caller may pass
    startBackend("wsam"),
    /Backend "wsam" is not one of auto, native, wasm, cpu/,
  );
});

Deno.test("native without an installation says how to get it", async () => {
  const script = `
    import { startBackend } from ${JSON.stringify(backendUrl())};
    console.log((await startBackend()).name);
    await startBackend("native").catch((error) => console.log(error.message));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--config",
      configPath(),
      "data:text/javascript," + encodeURI(script),
    ],
    env: { ...process.env as Record<string, string>, XDG_CACHE_HOME: "/nonexistent" },
  }).output();
  assert.equal(
    new TextDecoder().decode(stdout),
    "wasm\nThe native engine is not installed: run `deno task native`\n",
  );
});

function backendUrl(): string {
  return new URL("../../../stages/engine/backend.ts", import.meta.url).href;
}

function configPath(): string {
  return new URL("../../../deno.json", import.meta.url).pathname;
}
