import assert from "node:assert/strict";
import {
  digitValue,
  pythonInt,
  strip,
  studentAnswer,
} from "../../../../stages/reward/official/python_text.ts";

Deno.test("strip() knows Python's white space", () => {
  assert.equal(strip(" \t\n\x1c\x85\u3000a b\u2029\r"), "a b");
  assert.equal(strip("\ufeffa\u200b"), "\ufeffa\u200b"); // trim() drops the first
  assert.equal(strip(" \n"), "");
});

Deno.test("studentAnswer() needs both tags on one line unless the dot matches all", () => {
  assert.equal(studentAnswer("x <answer> a </answer> y", false), "a");
  assert.equal(studentAnswer("<answer>\na</answer>", false), "<answer>\na</answer>");
  assert.equal(studentAnswer("<answer>\na</answer>", true), "a");
  assert.equal(studentAnswer("<answer>\n<answer>b</answer>", false), "b");
  assert.equal(studentAnswer("<answer>a\u2028b</answer>", false), "a\u2028b");
  assert.equal(studentAnswer("<answer>a<answer>b</answer>", false), "a<answer>b");
  assert.equal(studentAnswer(" a ", true), "a");
});

Deno.test("pythonInt() reads the digits of any script", () => {
  assert.equal(pythonInt("٢٨٤"), 284);
  assert.equal(pythonInt("0०０𝟗"), 9); // ASCII, Devanagari, full width, mathematical
  assert.deepEqual([..."𝟎𝟘𝟢𝟬𝟶𝟿"].map(digitValue), [0, 0, 0, 0, 0, 9]);
});
