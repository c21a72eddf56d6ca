import assert from "node:assert/strict";
import {
  pipArguments,
  requirements,
  wheelPlan,
} from "../../../pipeline/native/wheels.ts";

Deno.test("the CPU build is one wheel, the GPU build has CUDA beside it", () => {
  const cpu = wheelPlan("linux-x64", false);
  assert.deepEqual(cpu.wheels.map(({ name }) => name), ["tensorflow-cpu"]);
  const gpu = wheelPlan("linux-x64", true).wheels;
  assert.equal(gpu[0]?.name, "tensorflow");
  assert.ok(gpu.slice(1).every(({ name }) => /^nvidia-[a-z-]+-cu12$/.test(name)));
  // The libraries without which TensorFlow registers no GPU.
  for (
    const needed of ["cuda-runtime", "cublas", "cufft", "cusolver", "cusparse", "cudnn"]
  ) {
    assert.ok(gpu.some(({ name }) => name === `nvidia-${needed}-cu12`), needed);
  }
  assert.equal(new Set(gpu.map(({ sha256 }) => sha256)).size, gpu.length);
});

Deno.test("every wheel is pinned by version and hash", () => {
  for (const gpu of [false, true]) {
    const lines = requirements(wheelPlan("linux-x64", gpu).wheels).trimEnd().split("\n");
    for (const line of lines) {
      assert.match(line, /^[a-z0-9-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
    }
  }
});

Deno.test("another platform is named, with what runs there", () => {
  assert.throws(() => wheelPlan("darwin-arm64", false), /this is darwin-arm64.*wasm/);
});

Deno.test("pip fetches wheels only, with hashes, and is told no place to look", () => {
  const args = pipArguments("/r.txt", "/wheels");
  assert.equal(args.slice(0, 3).join(" "), "-m pip download");
  assert.ok(args.includes("--no-deps") && args.includes("--require-hashes"));
  assert.equal(args[args.indexOf("--requirement") + 1], "/r.txt");
  assert.equal(args[args.indexOf("--dest") + 1], "/wheels");
  assert.ok(!args.some((arg) => /index|https?:/.test(arg)), args.join(" "));
});
