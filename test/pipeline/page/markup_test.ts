import assert from "node:assert/strict";
import fc from "fast-check";
import {
  escapeHtml,
  htmlOf,
  markup,
  type Part,
  trusted,
} from "../../../pipeline/page/markup.ts";

/** Texts of all characters, halves of surrogate pairs too, with some that break pages. */
const ugly = fc.array(
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.nat(0xffff).map((code) => String.fromCharCode(code)),
    fc.constantFrom("</script>", "<!--", "-->", "\u202E", "\0", '"', "'", "`", "&lt;"),
  ),
).map((parts) => parts.join(""));

/** What a browser reads: entities of this module are numbers in decimals. */
function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

Deno.test("a text cannot leave its place, between tags or between quotes", () => {
  fc.assert(fc.property(ugly, (text) => {
    const escaped = escapeHtml(text);
    assert.doesNotMatch(escaped, /[<>"'`]/);
    assert.doesNotMatch(escaped, /&(?!#\d+;)/);
    assert.ok(escaped.isWellFormed());
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(escaped, /[\0-\x08\x0B-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/);
  }));
});

Deno.test("a text that hides nothing is read as it was", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    fc.pre(!/[\u200B-\u200F]/.test(text));
    assert.equal(decoded(escapeHtml(text)), text);
  }));
  assert.equal(escapeHtml("a\n\tb"), "a\n\tb");
});

Deno.test("characters that are not seen are shown", () => {
  assert.equal(escapeHtml("a\u202Eb\0\r"), "a[U+202E]b[U+0000][U+000D]");
  assert.equal(escapeHtml("\uD83D"), "[U+D83D]");
  assert.equal(escapeHtml("😀"), "😀");
});

Deno.test("a template escapes texts, keeps HTML, joins lists and leaves out nothings", () => {
  const item = markup`<li>${"<"}</li>`;
  const list = markup`<ul a="${'"'}">${[item, item]}${undefined}${false}${0}</ul>`;
  assert.equal(
    htmlOf(list),
    '<ul a="&#34;"><li>&#60;</li><li>&#60;</li>0</ul>',
  );
  assert.equal(htmlOf(trusted("<b>")), "<b>");
});

Deno.test("what was read from JSON is never taken for HTML", () => {
  const forged = JSON.parse(
    '{"MARKUP": "<b>", "markup": "<b>", "Symbol(markup)": "<b>"}',
  );
  assert.throws(() => htmlOf(forged as Part), TypeError);
  assert.throws(() => htmlOf(null as unknown as Part), TypeError);
});
