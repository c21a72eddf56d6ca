import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import {
  BINDING_VERSION,
  nativeFolder,
  nativePlatform,
  readNativeManifest,
} from "../../../stages/engine/native_engine.ts";

/** A folder with one file of five bytes and a manifest that says so. */
async function engineFolder(t: Deno.TestContext, check: (folder: string) => void) {
  const folder = await Deno.makeTempDir();
  try {
    const files = [{ path: "library.so", size: 5, sha256: "" }];
    await Deno.writeTextFile(join(folder, "library.so"), "12345");
    const manifest = JSON.stringify({ binding: BINDING_VERSION, files });
    await Deno.writeTextFile(join(folder, "manifest.json"), manifest);
    await t.step("whole", () => {
      assert.equal(readNativeManifest(folder)?.files[0]?.path, "library.so");
    });
    check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("nativeFolder() names versions, platform and kind", () => {
  const before = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = "/somewhere";
  try {
    const name = `native-${tf.version.tfjs}-2.21.0-${nativePlatform()}`;
    assert.equal(nativeFolder(false), join("/somewhere", "visual-rft", name));
    assert.equal(nativeFolder(true), join("/somewhere", "visual-rft", `${name}-gpu`));
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
});

Deno.test("an engine that is not installed has no manifest", () => {
  assert.equal(readNativeManifest(join("no", "such", "folder")), undefined);
});

Deno.test("a file of another size is named, with both sizes and the remedy", async (t) => {
  await engineFolder(t, (folder) => {
    Deno.writeTextFileSync(join(folder, "library.so"), "1234");
    assert.throws(
      () => readNativeManifest(folder),
      /library\.so has 4 bytes instead of 5.*deno task native --force/,
    );
  });
});

Deno.test("an engine that another version built is to be renewed", async (t) => {
  await engineFolder(t, (folder) => {
    Deno.writeTextFileSync(join(folder, "manifest.json"), `{"files": []}`);
    assert.throws(
      () => readNativeManifest(folder),
      /was built by another version: run `deno task native`$/,
    );
  });
});

Deno.test("a missing file is named", async (t) => {
  await engineFolder(t, (folder) => {
    Deno.removeSync(join(folder, "library.so"));
    assert.throws(() => readNativeManifest(folder), /library\.so is missing/);
  });
});

Deno.test("a manifest that is not JSON, or lists nothing, is an error", async (t) => {
  await engineFolder(t, (folder) => {
    Deno.writeTextFileSync(join(folder, "manifest.json"), "{");
    assert.throws(() => readNativeManifest(folder), /manifest\.json cannot be read/);
    Deno.writeTextFileSync(join(folder, "manifest.json"), "{}");
    assert.throws(() => readNativeManifest(folder), /lists no files/);
  });
});
