import assert from "node:assert/strict";
import { sha256 } from "../../../data/files/sha256.ts";

Deno.test("sha256() of a file is that of its bytes (FIPS 180-2, example B.1)", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "abc");
    assert.equal(
      await sha256(path),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  } finally {
    await Deno.remove(path);
  }
});
