import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom } from "rxjs";
import { train } from "../../pipeline/train/train.ts";
import { bandit, partsOf, QUICK } from "../support/bandit.ts";
import { inFolder } from "../support/in_folder.ts";
import { runPython } from "./python.ts";

const PYTHON = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0})
events.Reload()
tags = events.Tags()
print(json.dumps({
    "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)]
                for tag in tags["scalars"]},
    "texts": {tag: [[e.step, e.tensor_proto.string_val[0].decode()]
                    for e in events.Tensors(tag)] for tag in tags["tensors"]},
}))
`;

/** Whether Python has tensorboard. */
export async function hasTensorBoard(): Promise<boolean> {
  return await runPython(["-c", "import tensorboard"]).then(() => true, () => false);
}

/** Registers the comparison with Python's tensorboard. */
export function compareTensorBoard(ignore: boolean): void {
  Deno.test({
    name: "tensorboard reads a run that died and was resumed, each step once",
    ignore,
    async fn() {
      await inFolder(async (folder) => {
        const out = join(folder, "mine"), tensorboard = join(folder, "logs");
        const settings = { ...QUICK, out, tensorboard, steps: 6, saveSteps: 2 };
        // Dies at step 4, which is in the event file already, and goes on from step 2.
        const broken = partsOf(bandit({ failsSavingAt: 4 }));
        await assert.rejects(lastValueFrom(train(settings, broken)), /disk is full/);
        await lastValueFrom(train({ resume: out }, partsOf(bandit())));
        const read = JSON.parse(
          await runPython(["-c", PYTHON, join(tensorboard, "mine")]),
        );

        const text = await Deno.readTextFile(join(out, "metrics.jsonl"));
        const wanted: Record<string, [number, number][]> = {};
        for (const line of text.trimEnd().split("\n")) {
          const record = JSON.parse(line);
          const { type, step, figures = record, split } = record;
          if (type !== "step" && type !== "evaluation") continue;
          for (const [name, value] of Object.entries(figures)) {
            if (name === "step" || typeof value !== "number") continue;
            const tag = split === undefined ? name : `${split}/${name}`;
            (wanted[tag] ??= []).push([step, Math.fround(value)]);
          }
        }
        assert.deepEqual(wanted.reward!.map(([step]) => step), [1, 2, 3, 4, 5, 6]);
        assert.deepEqual(wanted["held-out/accuracy"]!.map(([step]) => step), [0, 6]);
        assert.deepEqual(read.scalars, wanted);
        const [[, config]] = read.texts.config;
        assert.equal(JSON.parse(config.replaceAll(/^```(json)?$/gm, "")).type, "config");
      });
    },
  });
}
