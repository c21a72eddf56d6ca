import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom, toArray } from "rxjs";
import { canonicalHash } from "../../../data/files/canonical_json.ts";
import {
  dataManifest,
  isManifestPath,
} from "../../../pipeline/run_folder/data_manifest.ts";
import type { DataManifest } from "../../../pipeline/run_folder/manifest.ts";
import { checkData, openData } from "../../../pipeline/open/open_data.ts";
import { train } from "../../../pipeline/train/train.ts";
import { inFolder } from "../../support/in_folder.ts";
import { bandit, partsOf, QUICK } from "../../support/bandit.ts";

const spec = "emoji:classification,artist=openmoji,categories=3,shots=2,held-out=4";
const options = { seed: 5, prompts: "short" } as const;

async function written(path: string): Promise<DataManifest> {
  const sets = await openData(spec, options);
  const manifest = dataManifest({ data: spec, seed: options.seed }, sets);
  await Deno.writeTextFile(path, JSON.stringify(manifest));
  return manifest;
}

Deno.test("a manifest gives the same questions again, whatever the seed", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "manifest.json");
    await written(path);
    const first = await openData(spec, options);
    const again = await openData(path, { ...options, seed: 6 });
    assert.equal(again.train.size, 6);
    for (const index of [0, 5]) {
      assert.deepEqual(
        await again.train.question(index),
        await first.train.question(index),
      );
    }
    assert.deepEqual(await again.heldOut.question(3), await first.heldOut.question(3));
    assert.deepEqual(again.origin, { data: spec, seed: 5 });
  });
});

Deno.test("a manifest that does not give the same questions is refused", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "manifest.json");
    const manifest = await written(path);
    const other = { ...options, prompts: "paper" } as const;
    await assert.rejects(openData(path, other), {
      name: "RangeError",
      message:
        /does not give the same questions again: train\.sha256, train\.prompts differs/,
    });
    const cases: [string, RegExp][] = [
      [JSON.stringify({ ...manifest, seed: 6 }), /train\.seed, .*differs; the manifest/],
      [
        "{",
        /manifest\.json is not JSON .*: option data takes the manifest\.json of a run/,
      ],
      ['{"data": "emoji:detection"}', /manifest\.json: \.seed is missing/],
      [
        JSON.stringify({ ...manifest, data: "again.json" }),
        /\.data must be a specification, not a path/,
      ],
    ];
    for (const [text, message] of cases) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(openData(path, options), { message });
    }
    assert.throws(
      () => checkData(join(folder, "none.json")),
      /cannot be read: option data/,
    );
  });
  assert.ok(!isManifestPath(spec));
});

Deno.test("a run has its manifest in its folder, and the hashes in its header", async () => {
  await inFolder(async (out) => {
    const [config] = await lastValueFrom(
      train({ ...QUICK, out, steps: 0, evalSamples: 0, seed: 3 }, partsOf(bandit()))
        .pipe(toArray()),
    );
    assert.ok(config?.type === "config");
    const manifest = JSON.parse(await Deno.readTextFile(join(out, "manifest.json")));
    assert.deepEqual(manifest.train, { source: "cats", size: 5 });
    assert.equal(manifest.seed, 3);
    assert.deepEqual(config.data.sha256, manifest.sha256);
    assert.equal(manifest.sha256.train, canonicalHash({ size: 5, source: "cats" }));
  });
});
