import assert from "node:assert/strict";
import { join } from "node:path";
import { main } from "../../../pipeline/cli/main.ts";
import { openEmbedded } from "../../../pipeline/report/pictures_of.ts";
import { report } from "../../../pipeline/report/report.ts";
import { lines, putPictures } from "../../support/made_files.ts";
import { inFolder } from "../../support/in_folder.ts";
import { madeRun } from "../../support/made_run.ts";

const options = { seed: 0, prompts: "short" } as const;

Deno.test("embedded data is opened unasked, and no other", async () => {
  const { heldOut } = await openEmbedded("emoji:detection,held-out=3", options);
  assert.equal(heldOut.size, 3);
  for (
    const data of ["jsonl:/etc/passwd", "owner/name", "manifest.json", "emoji.jsonl"]
  ) {
    await assert.rejects(openEmbedded(data, options), {
      name: "RangeError",
      message: `the run's data ${
        JSON.stringify(data)
      } is not opened without option openData`,
    });
    await assert.rejects(
      openEmbedded("emoji:detection", { ...options, testData: data }),
      /is not opened without option openData/,
    );
  }
});

Deno.test("a report of a foreign run reads nothing outside of its folder", () =>
  inFolder(async (folder) => {
    const run = join(folder, "run");
    await madeRun(run, { texts: { data: "owner/name" } });
    const said: string[] = [];
    const text = await report([run], { onNotice: (message) => said.push(message) });
    assert.match(
      text,
      /The images are missing: the run.{1,5}s data .{1,5}owner\/name.{1,5} is not opened without option openData\./,
    );
    assert.deepEqual(said, [
      'Images of run are left out: the run\'s data "owner/name" is not opened without ' +
      "option openData",
    ]);
  }));

Deno.test("deno task report --open-data opens the run's data", () =>
  inFolder(async (folder) => {
    await putPictures(folder);
    const data = `jsonl:${join(folder, "t.jsonl")},held-out=1`;
    const row = (i: number) => ({ id: `made/${i}`, image: "images/a.png", label: "cat" });
    await Deno.writeTextFile(join(folder, "t.jsonl"), lines([row(0), row(1), row(2)]));
    const run = join(folder, "run");
    await madeRun(run, { texts: { data } });
    const { openData } = await import("../../../pipeline/open/open_data.ts");
    const { dataManifest } = await import(
      "../../../pipeline/run_folder/data_manifest.ts"
    );
    const manifest = dataManifest({ data, seed: 0 }, await openData(data, options));
    await Deno.writeTextFile(join(run, "manifest.json"), JSON.stringify(manifest));
    const { log, error } = console;
    const said: string[] = [];
    console.log = console.error = (text: string) => said.push(text);
    try {
      assert.equal(await main(["report", run]), 0);
      assert.match(said.join("\n"), /Images of run are left out: .* --open-data$/m);
      const without = await Deno.readTextFile(join(run, "report.html"));
      assert.doesNotMatch(without, /data:image/);
      said.length = 0;
      assert.equal(await main(["report", run, "--open-data"]), 0);
      assert.doesNotMatch(said.join("\n"), /left out/);
      const page = await Deno.readTextFile(join(run, "report.html"));
      assert.equal(page.match(/data:image\/webp/g)?.length, 3);
    } finally {
      console.log = log;
      console.error = error;
    }
  }));
