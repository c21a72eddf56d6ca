import assert from "node:assert/strict";
import * as v from "valibot";
import { checkJson } from "../../../data/files/check_json.ts";
import { readJson } from "../../../data/files/read_json.ts";

async function reading(bytes: Uint8Array): Promise<unknown> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeFile(path, bytes);
    return await readJson(path, { remedy: "fetch it again" });
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("readJson() reads JSON", async () => {
  assert.deepEqual(await reading(new TextEncoder().encode('{"a":["é"]}')), { a: ["é"] });
});

Deno.test("readJson() names the file and the remedy", async () => {
  await assert.rejects(
    readJson("no/such.json", { remedy: "fetch it again" }),
    (error: Error) => {
      assert.ok(error instanceof Deno.errors.NotFound);
      assert.equal(error.message, "There is no file no/such.json: fetch it again");
      return true;
    },
  );
  for (const bytes of [[0x7b], [], [0x22, 0xff, 0x22]]) {
    await assert.rejects(
      reading(Uint8Array.from(bytes)),
      /SyntaxError: .*\.json is not JSON .*: fetch it again$/,
    );
  }
});

Deno.test("checkJson() names the file and the path inside it", () => {
  const schema = v.object({ a: v.object({ b: v.array(v.number()) }) });
  assert.deepEqual(checkJson(schema, { a: { b: [1] } }, "f.json"), { a: { b: [1] } });
  assert.throws(
    () => checkJson(schema, { a: { b: [1, "x"] } }, "f.json"),
    /SyntaxError: f\.json: \.a\.b\[1\] must be a number: it is "x"/,
  );
  assert.throws(
    () => checkJson(schema, 5, "f.json"),
    /f\.json: the whole file must be an object: it is 5/,
  );
  assert.throws(
    () => checkJson(v.object({}), [], "f.json"),
    /must be an object: it is \[\]/,
  );
});

Deno.test("readJson() refuses pipes and devices, and what is too large or too deep", async () => {
  const remedy = "fetch it again";
  if (Deno.build.os !== "windows") {
    await assert.rejects(readJson("/dev/zero", { remedy }), /TypeError: .* is a device/);
  }
  await assert.rejects(readJson(".", { remedy }), /TypeError: .* is a folder/);
  const deep = "[".repeat(65) + "]".repeat(65);
  await assert.rejects(
    reading(new TextEncoder().encode(deep)),
    /RangeError: .*more than 64 brackets within brackets .*: fetch it again$/,
  );
  await assert.rejects(
    readJson("deno.json", { remedy, limit: 10 }),
    /RangeError: deno\.json has \d+ bytes, more than the 10 .*: fetch it again$/,
  );
});

Deno.test("JSON pollutes no prototype, and no message grows with the file", async () => {
  const json = await reading(
    new TextEncoder().encode('{"a":1,"__proto__":{"polluted":1}}'),
  );
  const checked = checkJson(v.looseObject({ a: v.number() }), json, "f.json");
  for (const object of [{}, checked]) {
    assert.equal((object as { polluted?: number }).polluted, undefined);
  }
  const long = { a: "x".repeat(1_000_000) };
  assert.throws(() => checkJson(v.object({ a: v.number() }), long, "f.json"), (error) => {
    assert.ok((error as Error).message.length < 300);
    return true;
  });
});
