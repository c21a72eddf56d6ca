import assert from "node:assert/strict";
import { openCheckpoint } from "../../../../stages/model/safetensors/checkpoint.ts";
import { writeSafetensors } from "../../../../stages/model/safetensors/write.ts";
import { fixturePath, REFERENCE, referenceTest } from "../../../support/fixtures.ts";

async function weights(folder: string) {
  const checkpoint = await openCheckpoint(folder);
  try {
    const all = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const name of checkpoint.names) {
      all.set(name, { shape: checkpoint.shape(name), data: await checkpoint.read(name) });
    }
    return all;
  } finally {
    checkpoint.close();
  }
}

const UNTIED = "qwen2_vl/tiny-untied";

for (const folder of ["newnames", "sharded"].map((form) => `${UNTIED}-${form}`)) {
  const name = `openCheckpoint() reads the same weights from ${folder}`;
  referenceTest(name, [UNTIED, folder], async () => {
    const [one, other] = [UNTIED, folder].map((path) => fixturePath(path, REFERENCE));
    assert.deepEqual(await weights(other!), await weights(one!));
  });
}

Deno.test("openCheckpoint() gives published names, sorted", async () => {
  const untied = await weights(fixturePath(UNTIED));
  const names = [...untied.keys()];
  assert.deepEqual(names, [...names].sort());
  assert.ok(untied.has("visual.patch_embed.proj.weight"));
  assert.ok(untied.has("model.embed_tokens.weight"));
});

async function inFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const one = (name: string) => ({ name, shape: [1], data: Float32Array.of(1) });
const index = (folder: string, weight_map: unknown) =>
  Deno.writeTextFile(
    `${folder}/model.safetensors.index.json`,
    JSON.stringify({ weight_map }),
  );

Deno.test("openCheckpoint() says what a folder without weights should hold", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(openCheckpoint(folder), (error: Error) => {
      assert.ok(error instanceof Deno.errors.NotFound);
      assert.match(
        error.message,
        /model\.safetensors\.index\.json.*model\.safetensors.*fetch/,
      );
      return true;
    });
  });
});

Deno.test("openCheckpoint() names a missing shard, and a key its shard does not hold", async () => {
  await inFolder(async (folder) => {
    await index(folder, { x: "a.safetensors" });
    await assert.rejects(openCheckpoint(folder), /There is no file .*a\.safetensors/);
    await writeSafetensors(`${folder}/a.safetensors`, [one("y")]);
    await assert.rejects(openCheckpoint(folder), /SyntaxError.*"x" is in a\.safetensors/);
  });
});

Deno.test("openCheckpoint() does not follow an index out of its folder", async () => {
  await inFolder(async (folder) => {
    for (
      const name of ["../a.safetensors", "/a.safetensors", "..\\a.safetensors", "a.bin"]
    ) {
      await index(folder, { x: name });
      await assert.rejects(openCheckpoint(folder), /SyntaxError.*weight_map\.x/);
    }
  });
});

Deno.test("openCheckpoint() refuses a parameter under both its names", async () => {
  await inFolder(async (folder) => {
    await writeSafetensors(`${folder}/model.safetensors`, [
      one("visual.a"),
      one("model.visual.a"),
    ]);
    await assert.rejects(openCheckpoint(folder), /"visual\.a" and "model\.visual\.a"/);
  });
});

Deno.test("shape() and read() name a parameter that is not there", async () => {
  const checkpoint = await openCheckpoint(fixturePath("qwen2_vl/tiny-tied"));
  try {
    assert.throws(
      () => checkpoint.shape("lm_head.weight"),
      /RangeError.*"lm_head\.weight"/,
    );
    await assert.rejects(checkpoint.read("lm_head.weight"), RangeError);
  } finally {
    checkpoint.close();
  }
});

Deno.test("openCheckpoint() opens no pipes or devices, and not thousands of files", () =>
  inFolder(async (folder) => {
    const index = `${folder}/model.safetensors.index.json`;
    const shards = Array.from({ length: 1001 }, (_, i) => [`k${i}`, `${i}.safetensors`]);
    const map = (pairs: string[][]) =>
      JSON.stringify({ weight_map: Object.fromEntries(pairs) });
    await Deno.writeTextFile(index, map(shards));
    await assert.rejects(openCheckpoint(folder), /names 1001 files, more than 1000/);
    if (Deno.build.os === "windows") return;
    await Deno.writeTextFile(index, map([["w", "a.safetensors"]]));
    await Deno.symlink("/dev/zero", `${folder}/a.safetensors`);
    await assert.rejects(
      openCheckpoint(folder),
      /TypeError: .*a\.safetensors is a device/,
    );
    const made = await new Deno.Command("mkfifo", {
      args: [`${folder}/model.safetensors`],
    }).output();
    assert.ok(made.success);
    await assert.rejects(
      openCheckpoint(folder),
      /TypeError: .*model\.safetensors is a named pipe/,
    );
  }));
