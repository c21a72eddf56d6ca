import assert from "node:assert/strict";
import { join } from "node:path";
import { openJsonl } from "../../../data/formats/jsonl.ts";
import { decodeMask } from "../../../data/geometry/mask/rle.ts";
import { shortPrompt } from "../../../data/questions/prompt.ts";
import { initFrom } from "../../../pipeline/init/init_from.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import { parseSolution } from "../../../stages/parse/parse_solution.ts";
import { pointHit } from "../../../stages/reward/kinds/point_hit.ts";
import { inFolder } from "../../support/in_folder.ts";
import { png } from "../../support/made_files.ts";

const options = { prompts: shortPrompt, readTruth: parseSolution };

/** Writes an image of 200 by 100 pixels and lines about it. */
async function lines(folder: string, ...points: unknown[]): Promise<string> {
  await Deno.writeFile(join(folder, "1.png"), png(200, 100));
  const path = join(folder, "x.jsonl");
  const written = points.map((point) =>
    JSON.stringify({ image: "1.png", instruction: "the corner", point }) + "\n"
  );
  await Deno.writeTextFile(path, written.join(""));
  return path;
}

/** The lower left half of a square, in pixels. */
const HALF = { polygon: [[20, 10], [20, 60], [70, 60]] };

Deno.test("a polygon around a point is its box and a mask as large as the image", async () => {
  await inFolder(async (folder) => {
    const { target } = await (await openJsonl(await lines(folder, HALF), options)).row(0);
    assert.equal(target.kind, "point");
    if (target.kind !== "point") return;
    assert.deepEqual(target.box, { x1: 100, y1: 100, x2: 350, y2: 600 });
    assert.deepEqual(target.mask?.size, [100, 200]);
    const { pixels } = decodeMask(target.mask!);
    const area = pixels.reduce((sum, on) => sum + on, 0);
    assert.ok(Math.abs(area - 50 * 50 / 2) < 50, String(area));
    // In both of the box: below the diagonal, and above it.
    assert.equal(pointHit(parseAnswer("<answer>(130, 550)</answer>"), target), 1);
    assert.equal(pointHit(parseAnswer("<answer>(300, 150)</answer>"), target), 0);
  });
});

Deno.test("a polygon counts what the option frame says", async () => {
  await inFolder(async (folder) => {
    const inPixels = await openJsonl(await lines(folder, HALF), options);
    const wanted = (await inPixels.row(0)).target;
    const shares = { polygon: HALF.polygon.map(([x, y]) => [x! / 200, y! / 100]) };
    const path = await lines(folder, shares);
    const inShares = await openJsonl(path, { ...options, frame: "unit" });
    assert.deepEqual((await inShares.row(0)).target, wanted);
  });
});

Deno.test("a polygon that is none is refused with file, line and key", async () => {
  await inFolder(async (folder) => {
    for (
      const [point, reason] of [
        [{ polygon: [[1, 1], [2, 2]] }, /line 1: \.point\.polygon must be .* 3 corners/],
        [
          { polygon: [[1, 1], [9, 1], [5, 1]] },
          /line 1: \.point must be a polygon with an area/,
        ],
        [{ polygon: [[1, 1], [9], [5, 5]] }, /line 1: \.point\.polygon\[1\]/],
        [{ polygn: [] }, /line 1: \.point/],
        [[9, 1, 5, 5], /line 1: \.point must be x1, y1, x2, y2 with x1 < x2/],
        ["here", /line 1: \.point must be four numbers/],
      ] as const
    ) {
      const path = await lines(folder, point);
      await assert.rejects(openJsonl(path, options), reason, JSON.stringify(point));
    }
    const thin = { polygon: [[1, 1], [1.1, 1], [1.1, 1.1]] };
    const rows = await openJsonl(await lines(folder, thin), options);
    await assert.rejects(
      rows.row(0),
      /x\.jsonl, line 1: the polygon .* no pixel/,
    );
  });
});

Deno.test("init --from writes a polygon back, and it is read as the same mask", async () => {
  await inFolder(async (folder) => {
    const path = await lines(folder, HALF, [10, 20, 50, 60]);
    const task = join(folder, "my-task");
    await initFrom(task, `${path},held-out=1`);
    const file = [...Deno.readDirSync(task)].find(({ name }) => name.endsWith(".jsonl"))!;
    const text = await Deno.readTextFile(join(task, file.name));
    assert.match(text, /"point":\{"polygon":\[\[100,100\],\[100,600\],\[350,600\]\]\}/);
    const read = await openJsonl(join(task, file.name), {
      ...options,
      frame: "per-mille",
    });
    const before = await openJsonl(path, options);
    assert.deepEqual((await read.row(0)).target, (await before.row(0)).target);
  });
});
