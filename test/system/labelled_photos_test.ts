import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom, toArray } from "rxjs";
import { train } from "../../mod.ts";
import { inFolder } from "../support/in_folder.ts";
import { LABEL_FORMS, writeLabelled } from "../support/labelled_photos.ts";

for (const form of LABEL_FORMS) {
  Deno.test(`a folder of ten photos labelled as ${form} is trained on as it is`, async () => {
    await inFolder(async (folder) => {
      const data = await writeLabelled(form, join(folder, "photos"));
      const settings = {
        ...{ data, steps: 1, batchSize: 2, numGenerations: 2, evalSamples: 2 },
        ...{ maxCompletionLength: 8, backend: "wasm" as const, saveSteps: 0 },
        out: join(folder, "run"),
      };
      const records = await lastValueFrom(train(settings).pipe(toArray()));
      const steps = records.filter(({ type }) => type === "step");
      assert.equal(steps.length, 1);
      assert.equal(records.at(-1)?.type, "done");
    });
  });
}
