import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import { jsonElements } from "../../../data/files/json_elements.ts";
import { inFolder } from "../../support/in_folder.ts";

async function elementsOf(path: string, ...keys: string[]) {
  const found: Record<string, unknown[]> = {};
  const visit = Object.fromEntries(
    keys.map((key) => [key, (element: unknown, index: number) => {
      const list = found[key] ??= [];
      assert.equal(index, list.length);
      list.push(element);
    }]),
  );
  return { ...await jsonElements(path, visit), found };
}

Deno.test("lists come out as JSON.parse has them, whatever stands around", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "x.json");
    const list = fc.array(fc.jsonValue(), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.record({ a: list, b: list, other: fc.jsonValue() }),
        fc.constantFrom(0, 1, 3),
        async (json, indent) => {
          const text = JSON.stringify(json, null, indent);
          await Deno.writeTextFile(path, text);
          const { found, keys, sha256, bytes } = await elementsOf(path, "a", "b");
          assert.deepEqual(found.a ?? [], JSON.parse(text).a);
          assert.deepEqual(found.b ?? [], JSON.parse(text).b);
          assert.deepEqual([...keys], ["a", "b"]);
          const file = await Deno.readFile(path);
          assert.equal(bytes, file.length);
          assert.equal(sha256, createHash("sha256").update(file).digest("hex"));
        },
      ),
      { numRuns: 60 },
    );
  });
});

Deno.test("elements that reach over the ends of chunks are whole", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "x.json");
    const long = Array.from(
      { length: 40 },
      (_, i) => ({ i, text: 'ü\\"['.repeat(20_000) }),
    );
    await Deno.writeTextFile(path, JSON.stringify({ a: long }));
    const { found, bytes } = await elementsOf(path, "a");
    assert.ok(bytes > 3 * 2 ** 20, "several chunks");
    assert.deepEqual(found.a, long);
  });
});

Deno.test("what is no JSON is an error that names the file and the place", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "x.json");
    const cases: [string, RegExp][] = [
      ["", /x\.json is incomplete: it ends after 0 bytes/],
      ["[1]", /at byte 0: "\[" instead of object/],
      ['{"a": [1, 2', /is incomplete: it ends after 11 bytes/],
      ['{"a": [1 2]}', /at byte 9: "2" instead of comma or end of list/],
      ['{"a": [1,,2]}', /at byte 9: "," instead of element/],
      ['{"a": [1,]}', /at byte 9: "\]" instead of element/],
      ['{"a": [01]}', /at byte 9: a\[0\]: /],
      ['{"a": [{"x": 1}, {"x": }]}', /a\[1\]: /],
      ['{"a": 1}', /\.a must be a list/],
      ['{"a": []} x', /at byte 10: "x" instead of nothing/],
      ['{"a" []}', /at byte 5: "\[" instead of colon/],
      ['{"a": [], "a": []}', /the key "a" is there twice/],
      ["{a: []}", /at byte 1: "a" instead of key or end/],
    ];
    for (const [text, message] of cases) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(elementsOf(path, "a"), { name: "SyntaxError", message }, text);
    }
    await Deno.writeFile(
      path,
      new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    );
    await assert.rejects(elementsOf(path, "a"), SyntaxError);
    await assert.rejects(
      elementsOf(join(folder, "no.json"), "a"),
      /there is no such file/,
    );
  });
});

Deno.test("what the visitor throws ends the reading", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "x.json");
    await Deno.writeTextFile(path, '{"a": [1, 2, 3]}');
    const seen: unknown[] = [];
    await assert.rejects(
      jsonElements(path, {
        a(element) {
          seen.push(element);
          if (element === 2) throw new RangeError("two");
        },
      }),
      { name: "RangeError", message: "two" },
    );
    assert.deepEqual(seen, [1, 2]);
  });
});
