import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import {
  type ExistMapOrigin,
  readExistMap,
  writeExistMap,
} from "../../../pipeline/evaluate/exist_map.ts";
import { evaluateFolder } from "../../../pipeline/evaluate/evaluate_folder.ts";
import { inFolder } from "../../support/in_folder.ts";

const origin: ExistMapOrigin = {
  model: "emoji",
  data: "emoji:detection",
  dataSha256: "1f",
  questions: 3,
};

Deno.test("a map of present categories that was written is read back as it was", async () => {
  const names = fc.uniqueArray(fc.string({ unit: "binary" }), { maxLength: 4 });
  const maps = fc.array(fc.tuple(fc.oneof(fc.string(), fc.constant("__proto__")), names))
    .map((entries) => new Map(entries.map(([image, set]) => [image, new Set(set)])));
  await inFolder(async (folder) => {
    const path = join(folder, "map.json");
    await fc.assert(
      fc.asyncProperty(maps, async (present) => {
        const written = await writeExistMap(path, present, origin);
        const read = await readExistMap(path);
        assert.deepEqual(read, written);
        assert.equal(read!.edited, false);
        assert.deepEqual(new Map(read!.present), present);
      }),
      { numRuns: 20 },
    );
  });
});

Deno.test("a map is one picture a line, and one that was edited says so", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "map.json");
    const present = new Map([["a", new Set(["cat", "dog"])], ["b", new Set<string>()]]);
    await writeExistMap(path, present, origin);
    const text = await Deno.readTextFile(path);
    assert.match(text, /\n {4}"a": \["cat", "dog"\],\n {4}"b": \[\]\n {2}\}\n\}\n$/);
    await Deno.writeTextFile(path, text.replace('"b": []', '"b": ["cat"]'));
    const map = await readExistMap(path);
    assert.equal(map!.edited, true);
    assert.deepEqual([...map!.present.get("b")!], ["cat"]);
  });
});

Deno.test("the authors' form of a map is read too, and a missing file is none", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "authors.json");
    await Deno.writeTextFile(path, '{"397133": ["person", "hot dog"], "17": []}');
    const map = await readExistMap(path);
    assert.deepEqual(map!.present.get("397133"), new Set(["person", "hot dog"]));
    assert.deepEqual(map!.present.get("17"), new Set());
    assert.deepEqual([map!.model, map!.edited], [undefined, undefined]);
    assert.equal(await readExistMap(join(folder, "none.json")), undefined);
  });
});

Deno.test("what is no map is refused with the place where it goes wrong", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "m.json");
    const cases: [string, RegExp][] = [
      ["{", /m\.json is not JSON/],
      ["[]", /m\.json: the whole file must be an object with a list/],
      ['{"7": "cat"}', /m\.json: \["7"\] must be a list of categories: it is "cat"/],
      ['{"7": ["a", 3]}', /m\.json: \["7"\]\[1\] must be a category's name: it is 3/],
      ['{"images": {"7": null}}', /\.images\["7"\] must be a list of categories/],
      ['{"images": {}}', /m\.json: \.model is missing/],
    ];
    for (const [text, message] of cases) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(readExistMap(path), { name: "SyntaxError", message });
    }
  });
});

Deno.test("evaluate --exist-map makes a map, then goes by it, and refuses it for other data", async () => {
  await inFolder(async (folder) => {
    const existMap = join(folder, "map.json");
    const settings = {
      existMap,
      data: "emoji:detection,artist=noto,categories=4,held-out=4",
      evalSamples: 4,
    };
    const made = await evaluateFolder(settings);
    assert.equal(made.protocol, "exist-map");
    assert.equal(made.existMap?.model, "emoji");
    const read = await evaluateFolder(settings);
    assert.deepEqual(read, made);
    // The embedded model is asked twice the same: what it says no to, it says no to.
    const all = await evaluateFolder({ ...settings, existMap: undefined });
    assert.equal(all.protocol, "all");
    for (const name of ["map", "mean_iou", "absent_right"]) {
      assert.equal(made.figures[name], all.figures[name], name);
    }
    assert.equal(made.figures.questions! + made.figures.not_asked!, 4);

    const none = (await Deno.readTextFile(existMap))
      .replace(/"images": \{[^}]*\}/s, (text) => text.replace(/: \[[^\]]*\]/g, ": []"));
    await Deno.writeTextFile(existMap, none);
    const edited = await evaluateFolder(settings);
    assert.equal(edited.existMap?.edited, true);
    assert.equal(edited.figures.questions, 0);
    assert.equal(edited.figures.map, 0);

    await assert.rejects(
      evaluateFolder({ ...settings, data: settings.data.replace("noto", "fluent") }),
      /map\.json is about other questions \(option data emoji:detection,artist=noto/,
    );
    await assert.rejects(
      evaluateFolder({ ...settings, protocol: "all" }),
      /existMap does not go with option protocol all/,
    );
  });
});
