import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { byteLines } from "../../../data/files/byte_lines.ts";
import { makePipe } from "../../support/made_files.ts";
import { inFolder } from "../../support/in_folder.ts";

async function linesOf(path: string, limit?: number) {
  const found: string[] = [], numbers: number[] = [];
  for await (const { number, bytes } of byteLines(path, { limit })) {
    found.push(new TextDecoder().decode(bytes));
    numbers.push(number);
  }
  assert.deepEqual(numbers, found.map((_, i) => i + 1));
  return found;
}

Deno.test("lines end as in Unix, Windows and old Macs, wherever chunks end", () =>
  inFolder(async (folder) => {
    const path = join(folder, "t.txt");
    const holding = async (text: string) => {
      await Deno.writeTextFile(path, text);
      return await linesOf(path);
    };
    assert.deepEqual(await holding(""), []);
    assert.deepEqual(await holding("\n"), [""]);
    assert.deepEqual(await holding("a\r\nb\rc\n\nd"), ["a", "b", "c", "", "d"]);
    assert.deepEqual(await holding("a\r\r\nb\n\rc\n"), ["a", "", "b", "", "c"]);
    // The file's pieces have 2^20 bytes: ends stand before, on and behind one's end.
    for (const end of ["\n", "\r", "\r\n"]) {
      for (const length of [-2, -1, 0, 1].map((more) => 2 ** 20 + more)) {
        const long = "x".repeat(length);
        assert.deepEqual(await holding(`${long}${end}b${end}`), [long, "b"]);
      }
    }
  }));

Deno.test("lines are those that a split at their ends gives", () =>
  inFolder(async (folder) => {
    const path = join(folder, "t.txt");
    const text = fc.array(fc.constantFrom("\r", "\n", "\r\n", "a", "é", "\u2028"))
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        await Deno.writeTextFile(path, text);
        const expected = text.split(/\r\n|\r|\n/);
        if (expected.at(-1) === "") expected.pop();
        assert.deepEqual(await linesOf(path), expected);
      }),
      { numRuns: 100 },
    );
  }));

Deno.test("a line beyond the limit is refused by its number before it is read", () =>
  inFolder(async (folder) => {
    const path = join(folder, "t.txt");
    await Deno.writeTextFile(path, `ab\n${"c".repeat(5)}\n`);
    assert.deepEqual(await linesOf(path, 5), ["ab", "ccccc"]);
    await assert.rejects(linesOf(path, 4), {
      name: "RangeError",
      message: `${path}, line 2 has more than the 4 bytes that a line may have: split it`,
    });
    // 40 MB without an end, in a file that takes no room.
    await Deno.writeFile(path, new Uint8Array());
    await Deno.truncate(path, 4e7);
    await assert.rejects(linesOf(path), /line 1 has more than the 16777216 bytes/);
  }));

Deno.test("lines are read of regular files alone", () =>
  inFolder(async (folder) => {
    await makePipe(join(folder, "pipe"));
    await assert.rejects(linesOf(join(folder, "pipe")), TypeError);
    await assert.rejects(linesOf("/dev/zero"), TypeError);
    await assert.rejects(linesOf(folder), TypeError);
    await assert.rejects(linesOf(join(folder, "none")), Deno.errors.NotFound);
  }));
