import assert from "node:assert/strict";
import fc from "fast-check";
import { readNumber } from "../../../stages/parse/read_number.ts";
import { completionText, MONSTERS } from "../../support/completions.ts";

Deno.test("readNumber() reads a number as models write it", () => {
  const read: readonly [text: string, value: number][] = [
    ["3", 3],
    ["3.0", 3],
    [" 3. ", 3],
    ["3 cups", 3],
    ["3 red cups.", 3],
    ["1,000", 1000],
    ["12,345,678.5 km²", 12345678.5],
    ["-2.5 °C", -2.5],
    ["−2.5", -2.5],
    ["+7", 7],
    ["1e3", 1000],
    ["50%", 50],
    ["$19.99", 19.99],
    ["three", 3],
    ["Twelve", 12],
    ["zero", 0],
    ["**3**", 3],
    ["\\boxed{3}", 3],
    ["$3$", 3],
    ["\\(3\\)", 3],
    ["```json\n3\n```", 3],
    ['```json\n{"count": 3}\n```', 3],
    ["{'count': '3'}", 3],
    ['"3"', 3],
    ["3km", 3],
  ];
  for (const [text, value] of read) assert.equal(readNumber(text), value, text);
});

Deno.test("readNumber() guesses nothing", () => {
  for (
    const text of [
      ...[
        "",
        " ",
        "cups",
        "3 or 4",
        "3, 4",
        "3-5",
        "3–5",
        "1 2 3",
        "3,5",
        "1,00",
        "1 000",
      ],
      ...["3/4", "3 or four", "three or four", "not 3", "about 3", "<3", "≤ 3", "3 4"],
      ...[
        "x3",
        "v2.0.1",
        "1.2.3",
        "٣",
        "½",
        "3½",
        "3²",
        "III",
        "NaN",
        "Infinity",
        "1e309",
      ],
      ...["There are 3 cups", '{"count": 3, "more": 4}', "[3]", "3 + 0", "2+1", "0x10"],
      ...["9".repeat(400), "3" + " ".repeat(1000), "3 cups of very hot tea"],
    ]
  ) assert.equal(readNumber(text), undefined, text);
});

Deno.test("readNumber() is total, and reads back what is written", () => {
  const total = (text: string) => {
    const value = readNumber(text);
    assert.ok(value === undefined || Number.isFinite(value));
  };
  fc.assert(fc.property(completionText, total));
  MONSTERS.forEach(total);
  const any = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => x !== 0);
  fc.assert(fc.property(any, (x) => assert.equal(readNumber(String(x)), x)));
  const whole = fc.integer();
  fc.assert(
    fc.property(whole, (n) => assert.equal(readNumber(n.toLocaleString("en")), n)),
  );
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.constantFrom(" ", ", ", " or ", "-", "/"), (
      a,
      b,
      between,
    ) => {
      assert.equal(readNumber(`${a}${between}${b}`), undefined);
    }),
  );
});
