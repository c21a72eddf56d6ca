import assert from "node:assert/strict";
import { flagOf } from "../../../pipeline/cli/options_as_flags.ts";
import { settingsPage } from "../../../pipeline/cli/settings_page.ts";
import { SETTING_GROUPS } from "../../../pipeline/settings/setting.ts";
import { settingRows } from "../../../pipeline/settings/settings.ts";

const PAGE = new URL("../../../docs/settings.md", import.meta.url);

/** The rows of the page's tables: cells by flag. */
function tableRows(page: string): Map<string, string[]> {
  return new Map(
    [...page.matchAll(/^\| `--.*\|$/gm)]
      .map(([line]) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
      .map((cells) => [cells[0]!, cells]),
  );
}

Deno.test("docs/settings.md is what `deno task settings` writes", async () => {
  assert.equal(await Deno.readTextFile(PAGE), settingsPage());
});

Deno.test("the page has every setting with flag, default, commands and meaning", () => {
  const rows = tableRows(settingsPage());
  assert.equal(rows.size, settingRows().length);
  for (const [name, { about, tasks, default: value, choices }] of settingRows()) {
    const [, own, given, values, commands, meaning] = rows.get(`\`${flagOf(name)}\``)!;
    assert.equal(own, `\`${name}\``);
    assert.equal(meaning, about);
    assert.deepEqual(commands!.match(/[\w-]+/g), [...tasks]);
    if (typeof value !== "object" && value !== undefined) {
      assert.equal(given, `\`${value}\``, name);
    }
    if (choices) assert.deepEqual(values!.match(/[\w-]+/g), [...choices]);
  }
  assert.equal(rows.get("`--lora-target-modules`")![2], "`q_proj,v_proj`");
  assert.equal(rows.get("`--out`")![2], "runs/<time>-<task>");
  assert.equal(rows.get("`--reward-weights`")![2], "none");
  assert.equal(rows.get("`--iou-threshold`")![3], "a number from 0 to below 1");
});

Deno.test("the page has a section for each group", () => {
  const titles = [...settingsPage().matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  assert.deepEqual(titles, Object.values(SETTING_GROUPS));
});
