import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { embeddedModel, MODEL_FILES } from "../../../data/emoji/model_folder.ts";
import { sha256 } from "../../../data/files/sha256.ts";

const LOCAL = fileURLToPath(new URL("../../../data/emoji/model", import.meta.url));

Deno.test("the embedded model's files are listed with their hashes", async () => {
  const found: Record<string, string> = {};
  for (const { name } of Deno.readDirSync(LOCAL)) {
    if (name !== "README.md") found[name] = await sha256(join(LOCAL, name));
  }
  assert.deepEqual(found, MODEL_FILES);
});

Deno.test("the embedded model of a local copy is the folder itself", async () => {
  assert.equal(await embeddedModel(), LOCAL);
});

/** Serves the embedded model, with another answer for some files; counts requests. */
async function served(
  other: Readonly<Record<string, () => Response>>,
  use: (source: URL, cache: string, requests: () => number) => Promise<void>,
) {
  let requests = 0;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async ({ url }) => {
      requests++;
      const name = new URL(url).pathname.slice("/model/".length);
      return other[name]?.() ?? new Response(await Deno.readFile(join(LOCAL, name)));
    },
  );
  const cache = await Deno.makeTempDir();
  try {
    const source = new URL(`http://127.0.0.1:${server.addr.port}/model/`);
    await use(source, cache, () => requests);
  } finally {
    await server.shutdown();
    await Deno.remove(cache, { recursive: true });
  }
}

Deno.test("over http the embedded model is downloaded once", async () => {
  await served({}, async (source, cache, requests) => {
    const folder = await embeddedModel(source, cache);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, Object.keys(MODEL_FILES).sort());
    for (const name of names) {
      assert.equal(await sha256(join(folder, name)), MODEL_FILES[name]);
    }
    assert.equal(requests(), names.length);
    assert.equal(await embeddedModel(source, cache), folder);
    assert.equal(requests(), names.length);
  });
});

Deno.test("a model that is not whole is refused, and none of it is kept", async () => {
  const cases: [() => Response, RegExp][] = [
    [() => new Response(null, { status: 404 }), /config\.json answers 404; import the/],
    [() => new Response("{}"), /config\.json is not a file of this version's/],
  ];
  for (const [answer, message] of cases) {
    await served({ "config.json": answer }, async (source, cache) => {
      await assert.rejects(embeddedModel(source, cache), { name: "Error", message });
      assert.deepEqual([...Deno.readDirSync(cache)], []);
    });
  }
});
