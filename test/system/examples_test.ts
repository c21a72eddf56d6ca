/** The programs in examples/: each runs, short, from a folder of its own, and prints what it says. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFolder } from "../support/in_folder.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const programs = [...Deno.readDirSync(EXAMPLES)]
  .flatMap(({ name }) => name.endsWith(".ts") ? [name] : []).sort();

/** Lines that a program prints. */
async function run(cwd: string, program: string, ...args: string[]): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", join(EXAMPLES, program), ...args],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout);
  assert.ok(success, `${program}: ${said}${new TextDecoder().decode(stderr)}`);
  return said.trim().split("\n");
}

Deno.test("train.ts prints each step, and read_metrics.ts reads its run", () =>
  inFolder(async (folder) => {
    const [step, accuracy, out, ...rest] = await run(folder, "train.ts", "1");
    assert.match(step!, /^step 1 reward \d\.\d{3}$/);
    assert.match(accuracy!, /^accuracy before [01]\.\d{3} after [01]\.\d{3}$/);
    assert.match(out!, /runs\/[\d-]+-train$/);
    assert.deepEqual(rest, []);
    const [curve, done] = await run(folder, "read_metrics.ts", out!);
    const reward = step!.split(" ").at(-1)!;
    assert.match(curve!, new RegExp(`^steps 1 to 1 +${reward} #+$`));
    const figures = [...done!.matchAll(/[\d.]+/g)].map(([x]) => Number(x).toFixed(3));
    assert.deepEqual(figures, accuracy!.match(/[\d.]+/g));
  }));

Deno.test("own_reward.ts prints its reward beside accuracy", () =>
  inFolder(async (folder) => {
    const lines = await run(folder, "own_reward.ts", "1");
    assert.equal(lines.length, 1);
    const [, brief] = /^step 1 accuracy [01]\.\d\d brief (0\.\d\d)$/.exec(lines[0]!)!;
    assert.ok(Number(brief) > 0.2, "answers have less than 400 characters");
  }));

Deno.test("own_questions.ts trains on its squares", () =>
  inFolder(async (folder) => {
    const [question, ...steps] = await run(folder, "own_questions.ts", "1");
    assert.equal(question, "What is the main object? red");
    assert.equal(steps.length, 1);
    assert.match(steps[0]!, /^step 1 reward \d\.\d{3}$/);
  }));

Deno.test("own_kind.ts trains on clocks, and tells how many minutes answers are off", () =>
  inFolder(async (folder) => {
    const [step, off, ...rest] = await run(folder, "own_kind.ts", "1");
    assert.match(step!, /^step 1 near [01]\.\d\d$/);
    const minutes = Number(/^minutes off ([\d.]+)$/.exec(off!)![1]);
    assert.ok(minutes >= 0 && minutes <= 360);
    assert.deepEqual(rest, []);
  }));

Deno.test("evaluate_predictions.ts scores its own boxes, and files", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await run(folder, "evaluate_predictions.ts"), [
      // One of two found at precision 1: 51 of the 101 recalls are reached.
      "AP 0.505 AP50 0.505 AR100 0.500",
      "cat 0.505",
    ]);
    const truth = {
      images: [{ id: 3, width: 9, height: 9 }],
      categories: [{ id: 1, name: "owl" }],
      annotations: [
        { id: 1, image_id: 3, category_id: 1, bbox: [1, 1, 4, 4], area: 16, iscrowd: 0 },
      ],
    };
    const found = [{ image_id: 3, category_id: 1, bbox: [1, 1, 4, 4], score: 0.5 }];
    for (const [name, json] of Object.entries({ truth, found })) {
      await Deno.writeTextFile(join(folder, name), JSON.stringify(json));
    }
    assert.deepEqual(
      await run(folder, "evaluate_predictions.ts", "truth", "found"),
      ["AP 1.000 AP50 1.000 AR100 1.000", "owl 1.000"],
    );
  }));

Deno.test("compose_stages.ts makes a step of its own", () =>
  inFolder(async (folder) => {
    const lines = await run(folder, "compose_stages.ts", "1");
    assert.match(lines.at(-1)!, /^step 1 reward \d\.\d{3} kl \d\.\d{5}$/);
    assert.equal(lines.filter((line) => / [012]\.\d\d$/.test(line)).length, 4);
  }));

Deno.test("examples import the public entry points alone, and are listed", async () => {
  const readme = await Deno.readTextFile(join(EXAMPLES, "README.md"));
  const { exports } = JSON.parse(
    await Deno.readTextFile(join(EXAMPLES, "..", "deno.json")),
  );
  const entries = Object.values<string>(exports).map((path) => path.replace("./", "../"));
  assert.equal(programs.length, 7);
  for (const name of programs) {
    assert.ok(readme.includes(`examples/${name}`), `${name} is not in README.md`);
    const text = await Deno.readTextFile(join(EXAMPLES, name));
    assert.ok(text.includes(`deno run -A examples/${name}`), `${name} names no command`);
    for (const [, path] of text.matchAll(/\bfrom "([^"]+)";/g)) {
      assert.ok(entries.includes(path!) || path!.startsWith("npm:"), `${name}: ${path}`);
    }
  }
});
