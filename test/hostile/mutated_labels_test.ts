/**
 * Small sound label files of every format with one thing wrong: each is an error with its place, or
 * gives the right questions, and never another label; see `judge`.
 *
 * About 1,000 here; `deno task test:mutants` takes 10,000 and prints what they did. The environment
 * variable MUTANTS says how many, and SEED which.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../support/in_folder.ts";
import { bytesOf, png, put } from "../support/made_files.ts";
import { judge, outcomeOf, type Verdict } from "./judge_mutant.ts";
import { LABEL_FILES, type LabelFiles } from "./label_files.ts";
import { mutant } from "./mutants.ts";

const COUNT = Number(Deno.env.get("MUTANTS") ?? 1000);
const SEED = Number(Deno.env.get("SEED") ?? 12);
const EACH = Math.ceil(COUNT / LABEL_FILES.length);
const VERDICTS = ["refused", "same questions", "as it says", "wrong"] as const;

/** Writes a set and gives what it reads as. */
async function written(folder: string, { files, images }: LabelFiles): Promise<void> {
  for (const [name, content] of Object.entries(files)) await put(folder, name, content);
  for (const below of images) {
    await put(folder, join(below, "a.png"), png(100, 80));
    await put(folder, join(below, "b.png"), png(100, 80, { grey: 30 }));
  }
}

Deno.test("every set of label files is read as it is", async (t) => {
  for (const set of LABEL_FILES) {
    await t.step(set.name, async () => {
      await inFolder(async (folder) => {
        await written(folder, set);
        const { questions, errors } = await outcomeOf(set.data.replace("DIR", folder));
        assert.deepEqual(errors, []);
        assert.ok(questions.length >= 2);
      });
    });
  }
});

Deno.test("a damaged label file is an error with its place or gives the right questions", async () => {
  const counts = new Map<string, Record<Verdict, number>>(), faults: string[] = [];
  for (const [at, set] of LABEL_FILES.entries()) {
    const count = Object.fromEntries(VERDICTS.map((one) => [one, 0])) as Record<
      Verdict,
      number
    >;
    counts.set(set.name, count);
    await inFolder(async (folder) => {
      await written(folder, set);
      const data = set.data.replace("DIR", folder);
      const sound = await outcomeOf(data);
      const names = Object.keys(set.files);
      for (let made = 0, seed = SEED * 1e9 + at * 1e6; made < EACH; seed++) {
        const file = names[seed % names.length]!, content = set.files[file]!;
        const isText = typeof content === "string";
        const one = mutant(isText ? bytesOf(content) : content, seed, isText);
        if (one === undefined) continue;
        made++;
        await Deno.writeFile(join(folder, file), one.bytes);
        const { verdict, why } = judge(set, file, one, sound, await outcomeOf(data));
        count[verdict]++;
        if (verdict === "wrong") {
          faults.push(`${set.name} (${seed}, ${one.damage}): ${why}`);
        }
        await put(folder, file, content);
      }
    });
  }
  if (Deno.env.has("MUTANTS")) console.log(table(counts));
  assert.deepEqual(faults, []);
});

function table(counts: ReadonlyMap<string, Record<Verdict, number>>): string {
  const rows = [...counts].map((
    [name, count],
  ) => [name, ...VERDICTS.map((one) => count[one])]);
  const sums = VERDICTS.map((_, i) =>
    rows.reduce((sum, row) => sum + Number(row[i + 1]), 0)
  );
  return [["format", ...VERDICTS], ...rows, ["all", ...sums]].map(([name, ...cells]) =>
    String(name).padEnd(44) + cells.map((cell) => String(cell).padStart(16)).join("")
  ).join("\n");
}
