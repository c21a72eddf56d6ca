import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { markup } from "../../../pipeline/page/markup.ts";
import { page } from "../../../pipeline/page/page.ts";

const body = markup`<p>text</p>`;

Deno.test("a page's policy lets its own script run, and nothing else", () => {
  const script = 'const a = "<b>";';
  const text = page({ title: "a & b", body, script });
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)![1]!
    .replaceAll("&#39;", "'");
  assert.equal(
    policy,
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; " +
      `script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  );
  assert.ok(text.includes(`<script>${script}</script>`));
  assert.ok(text.includes("<title>a &#38; b</title>"));
});

Deno.test("a page without a script forbids scripts; a live one may talk to its server", () => {
  const policyOf = (text: string) => /Policy" content="([^"]+)"/.exec(text)![1]!;
  assert.match(policyOf(page({ title: "", body })), /script-src &#39;none&#39;/);
  assert.doesNotMatch(policyOf(page({ title: "", body })), /connect-src/);
  const live = page({ title: "", body, live: true });
  assert.match(policyOf(live), /connect-src &#39;self&#39;/);
});

Deno.test("a page names nothing to load", () => {
  const text = page({ title: "", body });
  assert.doesNotMatch(text, /\b(src|href)=|@import|url\(/);
});

Deno.test("page() refuses a script that would end before its end", () => {
  const script = 'const a = "</script>";';
  assert.throws(() => page({ title: "", body, script }), RangeError);
  assert.throws(() => page({ title: "", body, script: "a <!-- b" }), RangeError);
});
