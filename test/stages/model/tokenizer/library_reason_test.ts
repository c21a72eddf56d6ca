import assert from "node:assert/strict";
import { libraryReason } from "../../../../stages/model/tokenizer/library_reason.ts";

/** What the language says of a mistake, in its own words of today. */
function said(mistake: () => unknown): unknown {
  try {
    return mistake();
  } catch (error) {
    return error;
  }
}

Deno.test("what JavaScript says of its values is not passed on, what a library says is", () => {
  // deno-lint-ignore no-explicit-any
  const value: any = JSON.parse('{"a": null, "b": {}}');
  for (
    const mistake of [
      () => value.a.b,
      () => value.c.d,
      () => value.b.forEach(() => {}),
      () => [...value.b],
      () => (value.c ?? value.b).map(String),
    ]
  ) {
    const error = said(mistake);
    assert.ok(error instanceof TypeError);
    assert.equal(
      libraryReason(error),
      "a value in it is of another kind than belongs there",
      error.message,
    );
  }
  assert.equal(libraryReason(new Error("Unknown filter: x")), "Unknown filter: x");
  assert.equal(libraryReason("thrown"), "thrown");
});
