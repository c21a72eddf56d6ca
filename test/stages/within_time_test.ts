import assert from "node:assert/strict";
import { withinTime } from "../../stages/within_time.ts";

Deno.test("withinTime() gives what the work gives, or throws", () => {
  assert.equal(withinTime(1, () => "done"), "done");
  assert.equal(withinTime(1, () => undefined), undefined);
  const own = new TypeError("mine");
  assert.throws(
    () =>
      withinTime(1, () => {
        throw own;
      }),
    (error) => error === own,
  );
});

Deno.test("withinTime() ends a loop and a regular expression that would not end", () => {
  const endless: (() => unknown)[] = [
    () => {
      for (;;);
    },
    () => /^(?:(?:a|a)+)+$/.test("a".repeat(60) + "!"),
  ];
  for (const work of endless) {
    const start = performance.now();
    assert.throws(() => withinTime(0.05, work), { name: "TimeoutError" });
    assert.ok(performance.now() - start < 10_000);
  }
  assert.equal(withinTime(1, () => 1), 1, "and works afterwards");
});
