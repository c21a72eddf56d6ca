import assert from "node:assert/strict";
import { hubName, isSafePath } from "../../../data/hub/hub_name.ts";

Deno.test("hubName() reads owner, name and revision", () => {
  const repo = "Qwen/Qwen2-VL-2B-Instruct";
  assert.deepEqual(hubName(repo), { repo });
  assert.deepEqual(hubName(`${repo}@v1.0`), { repo, revision: "v1.0" });
  assert.deepEqual(hubName(`${repo}@refs/pr/7`), { repo, revision: "refs/pr/7" });
});

Deno.test("hubName() takes no path for a name", () => {
  for (
    const text of [
      "emoji",
      "./a/b",
      "../a",
      "/a/b",
      "a/b/c",
      "runs/x/model",
      "a\\b",
      "C:/models",
      "a/..",
      "a/b--c",
      "a b/c",
      "a/b@",
      "a/b@../../c",
      "a/b@/c",
      "",
    ]
  ) assert.equal(hubName(text), undefined, text);
});

Deno.test("isSafePath() lets nothing out of its folder", () => {
  for (const path of ["a", "data/a.parquet", "a..b", ".gitattributes"]) {
    assert.ok(isSafePath(path), path);
  }
  for (
    const path of ["", "/a", "a/../b", "..", "a//b", "./a", "a\\..\\b", "C:a", "a\0"]
  ) {
    assert.ok(!isSafePath(path), path);
  }
});
