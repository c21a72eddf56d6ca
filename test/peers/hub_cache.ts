import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { snapshot } from "../../data/hub/snapshot.ts";
import { type FakeRepo, withHub } from "../support/fake_hub.ts";
import { runPython } from "./python.ts";

const text = (content: string) => new TextEncoder().encode(content);
const MODEL: FakeRepo = {
  repo: "owner/tiny",
  type: "model",
  commit: "0123456789abcdef0123456789abcdef01234567",
  files: {
    "config.json": text("{}"),
    "sub/notes.txt": text("notes"),
    "model.safetensors": Uint8Array.from({ length: 5000 }, (_, i) => i % 251),
  },
};
const tiny = { repo: "owner/tiny", type: "model", files: () => true } as const;
const PYTHON = `
from huggingface_hub import snapshot_download, scan_cache_dir
print(snapshot_download("owner/tiny"))
found = scan_cache_dir()
print([(r.repo_id, r.repo_type, r.nb_files, r.size_on_disk) for r in found.repos], found.warnings)
`;

/** The files of a cache that last, with what links lead to; locks and tags left out. */
async function layout(cache: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(cache)) {
    const path = join(cache, name);
    if (isDirectory) lines.push(...(await layout(path)).map((line) => `${name}/${line}`));
    else lines.push(isSymlink ? `${name} -> ${await Deno.readLink(path)}` : name);
  }
  return lines.filter((line) => !/^(\.locks|CACHEDIR\.TAG)/.test(line)).sort();
}

/** Registers the comparisons with Python's huggingface_hub. */
export function compareHubCache(): void {
  Deno.test("huggingface_hub reads the cache that snapshot() has filled", async () => {
    await withHub(MODEL, async (_, cache) => {
      const folder = await snapshot(tiny);
      const said = await runPython(["-c", PYTHON], {
        HF_HUB_CACHE: cache,
        HF_HUB_OFFLINE: "1",
      });
      assert.equal(said, `${folder}\n[('owner/tiny', 'model', 3, 5007)] []\n`);
    });
  });

  Deno.test("snapshot() reads the cache that huggingface_hub has filled, and fills it alike", async () => {
    await withHub(MODEL, async (hub, cache) => {
      await snapshot(tiny);
      const ours = await layout(cache);
      await Deno.remove(join(cache, "models--owner--tiny"), { recursive: true });
      const said = await runPython(["-c", PYTHON], {
        HF_HUB_CACHE: cache,
        HF_ENDPOINT: hub.endpoint,
        HF_HUB_OFFLINE: "0",
        TRANSFORMERS_OFFLINE: "0",
        HF_HUB_DISABLE_XET: "1",
      });
      assert.deepEqual(await layout(cache), ours);
      hub.requests.length = 0;
      process.env.HF_HUB_OFFLINE = "1";
      assert.equal(await snapshot(tiny), said.split("\n")[0]);
      process.env.HF_HUB_OFFLINE = "0";
      assert.equal(await snapshot(tiny), said.split("\n")[0]);
      assert.deepEqual(hub.requests, ["GET /api/models/owner/tiny/revision/main"]);
    });
  });
}
