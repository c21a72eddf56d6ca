import assert from "node:assert/strict";
import { join, relative } from "node:path";
import process from "node:process";
import { main } from "../../../pipeline/cli/main.ts";
import { dataManifest } from "../../../pipeline/run_folder/data_manifest.ts";
import { findData } from "../../../pipeline/open/find_data.ts";
import { openData } from "../../../pipeline/open/open_data.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { heard } from "../../support/heard.ts";
import { type FakeRepo, refused, withHub } from "../../support/fake_hub.ts";

const options = { seed: 0, prompts: "paper" } as const;
const text = (content: string) => new TextEncoder().encode(content);
const SET: FakeRepo = {
  repo: "owner/set",
  type: "dataset",
  commit: "0123456789abcdef0123456789abcdef01234567",
  files: {},
};

/** A fixture of parquet files as the Hub would hold it, with what else lies there. */
function setOf(name: string): FakeRepo {
  const folder = fixturePath(name),
    files: Record<string, Uint8Array<ArrayBuffer>> = {
      "README.md": text("a card"),
      ".gitattributes": text("*.parquet filter=lfs"),
    };
  for (const { name: file } of Deno.readDirSync(join(folder, "data"))) {
    files[`data/${file}`] = Deno.readFileSync(join(folder, "data", file));
  }
  return { ...SET, files };
}

for (const name of ["data/virft_coco", "data/virft_cls_2shards"]) {
  Deno.test(`${name} asks the same from the Hub as from its folder`, async () => {
    await withHub(setOf(name), async (hub, cache) => {
      const local = await openData(fixturePath(name), options);
      const seen: string[] = [];
      const fetching = { onProgress: ({ file }: { file: string }) => seen.push(file) };
      const opened = [
        await openData("owner/set", { ...options, fetching }),
        await openData("parquet:owner/set@v1", options),
      ];
      assert.ok(seen.length > 0 && seen.every((file) => file.endsWith(".parquet")));
      process.env.HF_HUB_OFFLINE = "1";
      hub.requests.length = 0;
      opened.push(await openData("owner/set", options));
      assert.deepEqual(hub.requests, []);
      for (const one of opened) {
        assert.equal(one.train.size, local.train.size);
        assert.equal(one.heldOut.size, local.heldOut.size);
        assert.deepEqual(await one.train.question(0), await local.train.question(0));
        assert.deepEqual(await one.heldOut.question(0), await local.heldOut.question(0));
        assert.deepEqual(
          dataManifest({ data: "x", seed: 0 }, one).sha256,
          dataManifest({ data: "x", seed: 0 }, local).sha256,
        );
      }
      assert.match(opened[0]!.describe, /^parquet: owner\/set; \d+ questions/);
      const blobs = join(cache, "datasets--owner--set/blobs");
      assert.equal([...Deno.readDirSync(blobs)].length, new Set(seen).size);
    });
  });
}

Deno.test("options of a set of the Hub are those of its files", async () => {
  await withHub(setOf("data/virft_cls_2shards"), async () => {
    const spec = "owner/set,shots=1,held-out=0";
    const { train, heldOut } = await openData(spec, options);
    const here = await openData(
      spec.replace("owner/set", fixturePath("data/virft_cls_2shards")),
      options,
    );
    assert.equal(train.size, here.train.size);
    assert.equal(heldOut.size, 0);
    await assert.rejects(
      openData("owner/set,split=dev", options),
      /data owner\/set,split=dev: there is no split "dev"; it has train/,
    );
  });
});

Deno.test("a folder of that name wins over the Hub", async () => {
  await withHub(setOf("data/virft_coco"), async (hub, cache) => {
    const before = Deno.cwd();
    Deno.chdir(cache);
    try {
      await Deno.mkdir("owner");
      const folder = fixturePath("data/virft_coco");
      await Deno.symlink(relative(join(cache, "owner"), folder), "owner/set");
      assert.equal(await findData({ path: "owner/set" }), "owner/set");
      assert.ok((await openData("owner/set", options)).train.size > 0);
      assert.deepEqual(hub.requests, []);
    } finally {
      Deno.chdir(before);
    }
  });
});

Deno.test("what the Hub has not, or not in a form that is read, is one sentence", async () => {
  const cases: [Partial<FakeRepo>, string, RegExp][] = [
    [
      {},
      "owner/none",
      /^data owner\/none: there is no such file or folder; on the Hub: .* has no data set owner\/none \(404\).*check the name, and set HF_TOKEN/,
    ],
    [{}, "owner/set@v9", /the data set owner\/set has no revision "v9"/],
    [
      { files: { "train.csv": text("a,b") } },
      "owner/set",
      /owner\/set@main has no parquet files .*but train\.csv: fetch it by hand/,
    ],
    [
      { files: { "default/train/0000.parquet": new Uint8Array(500) } },
      "owner/set",
      /has no parquet files .*but default\/train\/0000\.parquet: fetch it by hand/,
    ],
    [
      { files: { "data/train.parquet": new Uint8Array(500) } },
      "owner/set",
      /train\.parquet is not a complete parquet file: it does not begin with PAR1/,
    ],
  ];
  for (const [set, spec, message] of cases) {
    await withHub({ ...SET, ...set }, async (hub) => {
      await assert.rejects(openData(spec, options), (error: Error) => {
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"), error.message);
        return true;
      });
      const fetched = hub.requests.filter((line) => line.includes("default"));
      assert.deepEqual(fetched, [], "nothing is fetched that cannot be read");
    });
  }
});

Deno.test("on the command line a set that the Hub has not is one sentence and exit code 2", async () => {
  await withHub(setOf("data/virft_coco"), async (hub) => {
    const commands = [
      () => main(["evaluate", "--data", "owner/none"]),
      () => main(["check-data", "--data", "owner/none"]),
    ];
    for (const command of commands) {
      const { code, said } = await heard(command);
      assert.equal(code, 2, said.join("\n"));
      assert.equal(said.length, 1, said.join("\n"));
      assert.match(
        said[0]!,
        /data owner\/none: .* has no data set owner\/none \(404\)/,
      );
    }
    hub.twist = ({ url }) => url.includes("set") ? refused(403, "GatedRepo") : undefined;
    const { code, said } = await heard(() => main(["check-data", "--data", "owner/set"]));
    assert.equal(code, 2);
    assert.match(said.join("\n"), /the data set owner\/set is gated: accept/);
  });
});

Deno.test("check-data looks at a set of the Hub, and tells of the download", async () => {
  await withHub(setOf("data/virft_coco"), async (_, cache) => {
    const out = join(cache, "drawn");
    const { said } = await heard(() =>
      main(["check-data", "--data", "owner/set", "--out", out])
    );
    assert.match(said[0]!, /^fetching owner\/set: data\/train-.*\.parquet, /);
    assert.match(said[1]!, /^parquet, to learn from: \d+ questions/);
    assert.equal([...Deno.readDirSync(out)].length, 3);
  });
});
