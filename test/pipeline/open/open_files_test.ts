import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom, toArray } from "rxjs";
import { encodePng } from "../../../data/pictures/image.ts";
import { guessKind } from "../../../data/formats/guess_kind.ts";
import { dataManifest } from "../../../pipeline/run_folder/data_manifest.ts";
import { checkData, openData } from "../../../pipeline/open/open_data.ts";
import { openSides } from "../../../pipeline/open/open_files.ts";
import type { RunParts } from "../../../pipeline/run/run_parts.ts";
import { train } from "../../../pipeline/train/train.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";
import { bandit, partsOf, QUICK } from "../../support/bandit.ts";

const options = { seed: 0, prompts: "paper" } as const;
const png = await encodePng({ width: 2, height: 2, data: new Uint8Array(12) });

/** Writes questions about cats and dogs; those in `bad` have a broken picture. */
async function written(folder: string, size: number, bad: readonly number[] = []) {
  const lines = [];
  for (let i = 0; i < size; i++) {
    const bytes = bad.includes(i) ? Uint8Array.of(1) : png;
    await Deno.writeFile(join(folder, `${i}.png`), bytes);
    lines.push(JSON.stringify({
      id: `q${i}`,
      image: `${i}.png`,
      label: i % 2 === 0 ? "cat" : "dog",
    }));
  }
  const path = join(folder, "train.jsonl");
  await Deno.writeTextFile(path, lines.join("\n"));
  return path;
}

Deno.test("the kind of every fixture is plain, and what it holds can be asked", async (t) => {
  const cases: [string, string][] = [
    ["data/virft_coco/data/train-00000-of-00001.parquet", "parquet"],
    ["data/virft_coco", "parquet"],
    ["data/virft_cls_2shards", "parquet"],
    ["data/virft_disk", "arrow"],
    ["data/virft_disk/train", "arrow"],
    ["data/lisa/lisa_train_sft.json", "lisa"],
    ["data/vlm_r1/train.jsonl", "jsonl"],
    ["data/imagefolder", "folder"],
    ["coco/main/instances.json", "coco"],
  ];
  for (const [name, kind] of cases) {
    await t.step(name, async () => {
      const path = fixturePath(name);
      assert.equal(await guessKind(path), kind);
      checkData(path);
      const { train, heldOut, lookAhead } = await openData(path, options);
      assert.ok(train.size > 0 && heldOut.size > 0);
      assert.ok(lookAhead! > 0);
      const again = await openData(`${kind}:${path}`, options);
      assert.deepEqual(
        dataManifest({ data: "x", seed: 0 }, again).sha256,
        dataManifest({ data: "x", seed: 0 }, { train, heldOut }).sha256,
      );
      if (kind === "coco") return; // that fixture has no pictures
      const question = await train.question(0);
      assert.ok(question.images.length > 0 && question.prompt.length > 0);
    });
  }
});

Deno.test("what is held out is not trained on: a share, a split, another file, or all", async () => {
  await inFolder(async (folder) => {
    const path = await written(folder, 20);
    const ids = async (spec: string, side: "train" | "heldOut") => {
      const source = (await openData(spec, options))[side];
      const all = Array.from({ length: source.size }, (_, i) => source.question(i));
      return (await Promise.all(all)).map(({ id }) => id);
    };
    const [one, other] = [
      await ids(`${path},held-out=0.3`, "train"),
      await ids(`${path},held-out=0.3`, "heldOut"),
    ];
    assert.deepEqual([one.length, other.length], [14, 6]);
    assert.equal(new Set([...one, ...other]).size, 20);
    assert.equal((await ids(`${path},held-out=1`, "heldOut")).length, 20);
    assert.equal((await ids(`${path},held-out=0`, "heldOut")).length, 0);
    assert.equal((await ids(path, "heldOut")).length, 2);
    await Deno.writeTextFile(
      join(folder, "test.jsonl"),
      '{"image": "3.png", "label": "cat"}',
    );
    assert.deepEqual(await ids(`${path},held-out=test.jsonl`, "heldOut"), ["1"]);
    assert.equal((await ids(`${path},held-out=test.jsonl`, "train")).length, 20);
  });
  const folder = fixturePath("data/imagefolder");
  const { train, heldOut } = await openData(folder, options);
  assert.equal(train.manifest.split, "train");
  assert.equal(heldOut.manifest.split, "test");
});

Deno.test("shots=K chooses K of each category of every kind that has some, and says which", async () => {
  const count = async (spec: string) => {
    const { train } = await openData(spec, options);
    const counts = new Map<string, number>();
    for (let i = 0; i < train.size; i++) {
      const { target } = await train.question(i);
      const name = target.kind === "classification"
        ? target.label
        : target.kind === "detection"
        ? target.category
        : "";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    assert.ok(JSON.stringify(train.manifest).includes('"shots":'));
    return [...counts.values()];
  };
  const folder = fixturePath("data/imagefolder");
  assert.deepEqual(new Set(await count(`${folder},shots=2`)), new Set([2]));
  await inFolder(async (folder) => {
    const path = await written(folder, 20);
    assert.deepEqual(await count(`${path},shots=3,categories=dog`), [3]);
    assert.deepEqual(await count(`${path},shots=3`), [3, 3]);
    await assert.rejects(openData(`${path},shots=30`, options), /ask for fewer shots/);
    await assert.rejects(
      openData(`${path},categories=doge`, options),
      /did you mean "dog"\?/,
    );
  });
  const lisa = fixturePath("data/lisa/lisa_train_sft.json");
  await assert.rejects(
    openData(`${lisa},shots=1`, options),
    /has no category to count shots/,
  );
});

Deno.test("a manifest of a run gives its questions again", async () => {
  await inFolder(async (folder) => {
    const data = `${await written(folder, 12)},shots=2`;
    const sets = await openData(data, { ...options, seed: 5 });
    const path = join(folder, "manifest.json");
    await Deno.writeTextFile(path, JSON.stringify(dataManifest({ data, seed: 5 }, sets)));
    const again = await openData(path, options);
    assert.deepEqual(again.origin, { data, seed: 5 });
    assert.equal((await again.train.question(3)).id, (await sets.train.question(3)).id);
    await written(folder, 13);
    await assert.rejects(
      openData(path, options),
      /does not give the same questions again/,
    );
  });
});

Deno.test("a run skips bad pictures, counts and names them; without that it ends", async () => {
  await inFolder(async (folder) => {
    const path = await written(folder, 12, [2, 3, 7]);
    const { openModel } = partsOf(bandit());
    const parts: RunParts = { openModel };
    const settings = { ...QUICK, data: `jsonl:${path},held-out=0.3`, evalSamples: 12 };
    const run = (more: object) =>
      lastValueFrom(train({ ...settings, ...more }, parts).pipe(toArray()));
    await assert.rejects(run({ out: join(folder, "error") }), (error: Error) => {
      assert.match(error.message, /Cannot decode train\.jsonl, line \d+: \d+\.png: /);
      return true;
    });
    const records = await run({
      out: join(folder, "skip"),
      onBadImage: "skip",
      steps: 5,
    });
    const alarms = records.filter((record) => record.type === "alarm");
    assert.equal(new Set(alarms.map(({ message }) => message)).size, 3);
    assert.ok(alarms.every(({ name }) => name === "bad-image"));
    assert.match(
      alarms[2]!.message,
      /^Left out, 3 so far: Cannot decode train\.jsonl, line/,
    );
    const done = records.at(-1);
    assert.ok(done?.type === "done" && done.skipped === 3);
    const [before, after] = records.filter((record) => record.type === "evaluation");
    assert.equal(before!.figures.questions, after!.figures.questions);
    assert.equal(after!.skipped!.length, 3);
  });
});

Deno.test("a run asks ahead, and only ahead: its figures are those without", async () => {
  await inFolder(async (folder) => {
    const path = await written(folder, 12);
    const figures = async (ahead: number) => {
      const parts = { openModel: partsOf(bandit()).openModel };
      const data = `jsonl:${path},ahead=${ahead}`;
      const out = join(folder, `${ahead}`);
      const records = await lastValueFrom(
        train({ ...QUICK, data, out }, parts).pipe(toArray()),
      );
      return records.filter((record) => record.type === "step")
        .map(({ reward, loss }) => [reward, loss]);
    };
    assert.deepEqual(await figures(0), await figures(5));
  });
});

Deno.test("what cannot be opened is one sentence", async () => {
  const folder = fixturePath("data");
  const cases: [string, RegExp][] = [
    ["jsonl:no/such.jsonl", /there is no file or folder no\/such\.jsonl/],
    [
      "coco:no.json,categories=a, b",
      /no\.json,categories=a, b; put a value with a comma in/,
    ],
    ["./nowhere", /there is no file or folder \.\/nowhere/],
    [`${folder}/expected.json`, /expected\.json/],
    [`parquet:${folder}/lisa`, /has no parquet files/],
    [`${folder}/imagefolder,split=dev`, /there is no split "dev"; it has test, train/],
    [`${folder}/imagefolder,frame=pixels`, /folder has no option frame/],
    [`parquet:${folder}/corrupt/truncated.parquet`, /is not a complete parquet file/],
  ];
  for (const [spec, message] of cases) {
    await assert.rejects(openData(spec, options), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"), error.message);
      return true;
    }, spec);
  }
  await inFolder(async (folder) => {
    const from = `${fixturePath("data/virft_cls_2shards/data")}/`;
    const [first] = [...Deno.readDirSync(from)].map(({ name }) => name).sort();
    await Deno.copyFile(from + first, join(folder, first!));
    await assert.rejects(
      openData(folder, options),
      /has 1 of the 2 parquet files of train/,
    );
  });
});

Deno.test("reasoning texts are counted and kept by shots, categories and skipped pictures", async () => {
  await inFolder(async (folder) => {
    const path = await written(folder, 20);
    const lines = (await Deno.readTextFile(path)).trim().split("\n").map((text) =>
      JSON.parse(text)
    );
    const thoughtful = lines.map((line) =>
      line.label === "dog" ? { ...line, reasoning: "It barks." } : line
    );
    const mine = join(folder, "mine.jsonl");
    await Deno.writeTextFile(
      mine,
      thoughtful.map((one) => JSON.stringify(one)).join("\n"),
    );
    const reasoned = async (spec: string) => {
      const { train } = await openData(spec, { ...options, onBadImage: "skip" });
      let found = 0;
      for (let i = 0; i < train.size; i++) {
        if ((await train.question(i)).reasoning !== undefined) found++;
      }
      assert.equal(train.reasoned, found);
      return found;
    };
    assert.equal(await reasoned(`${mine},held-out=0`), 10);
    assert.equal(await reasoned(`${mine},held-out=0,shots=3`), 3);
    assert.equal(await reasoned(`${mine},held-out=0,categories=cat`), 0);
    assert.equal(await reasoned(`${mine},held-out=0,categories=dog`), 10);
    assert.equal(await reasoned(`${path},held-out=0`), 0);
  });
});

Deno.test("questions that ask for another frame are told, however the data is held out", async () => {
  await inFolder(async (folder) => {
    await Deno.writeFile(join(folder, "1.png"), png);
    await Deno.writeFile(join(folder, "2.png"), png);
    const line = (image: string) =>
      JSON.stringify({
        ...{ image, problem: "Where is the cup? Give the box in pixel coordinates." },
        solution: '{"bbox_2d": [1, 2, 3, 4]}',
      }) + "\n";
    const path = join(folder, "x.jsonl");
    await Deno.writeTextFile(path, line("1.png") + line("2.png"));
    const metadata = line("1.png").replace('"image"', '"file_name"');
    await Deno.mkdir(join(folder, "images"));
    await Deno.writeFile(join(folder, "images/1.png"), png);
    await Deno.writeTextFile(join(folder, "images/metadata.jsonl"), metadata);
    for (
      const [text, count] of [
        [`${path},held-out=1`, "2 questions ask"],
        [`${path},held-out=x.jsonl`, "2 questions ask"],
        [`imagefolder:${join(folder, "images")},held-out=1`, "1 question asks"],
      ]
    ) {
      const { notes } = await openSides(text!, "paper");
      assert.match(
        notes.join("\n"),
        new RegExp(`^${count} for boxes in pixels`, "m"),
        text,
      );
    }
  });
});

Deno.test("notes of the data that judges are told beside those of the data that is learnt", () =>
  inFolder(async (folder) => {
    const red = { width: 1, height: 1, data: Uint8Array.of(255, 0, 0) };
    await Deno.writeFile(`${folder}/a.png`, await encodePng(red));
    const line = '{"id": "same", "image": "a.png", "label": "red"}\n';
    await Deno.writeTextFile(`${folder}/twice.jsonl`, line + line);
    await Deno.writeTextFile(`${folder}/once.jsonl`, line);
    const at = (name: string) => `jsonl:${folder}/${name}.jsonl,held-out=1`;
    const options = { seed: 0, prompts: "short" } as const;
    const { notes } = await openData(at("once"), { ...options, testData: at("twice") });
    assert.match(notes!.join(), /repeat/);
    assert.equal((await openData(at("once"), options)).notes, undefined);
  }));
