import { writeFolder } from "../../data/files/write_folder.ts";
import { checkUnused } from "../run_folder/check_unused.ts";
import { newBar } from "./bar.ts";
import type { CliCommand } from "./command.ts";
import { downloadBar } from "./download_bar.ts";
import { addFlags, type FlagValues, flagValues } from "./flag.ts";

const FLAGS = {
  model: {
    kind: "text",
    about: "Model as train takes it: a folder, its name on the Hub, or emoji",
    required: true,
  },
  adapter: {
    kind: "text",
    about: "Folder of the adapter, or its name on the Hub",
    required: true,
  },
  out: {
    kind: "text",
    value: "folder",
    about: "Folder of the merged model, new or empty",
    required: true,
  },
  dtype: {
    kind: "choice",
    choices: ["f32", "f16", "bf16"],
    unset: "each parameter's own",
    about: "Precision of the merged model",
  },
} as const;

/** `deno task merge`: a full model from a model and an adapter to it. */
export const merge: CliCommand = {
  declare: (command) => addFlags(command, FLAGS),
  async run(command) {
    await mergeFolders(flagValues(command, FLAGS));
    return 0;
  },
};

async function mergeFolders(
  { model, adapter, out, dtype }: FlagValues<typeof FLAGS>,
): Promise<void> {
  await checkUnused(out);
  // Loaded here: --help and faults in flags need neither tensors nor the Hub.
  const { findAdapter, findModel } = await import("../open/find_model.ts");
  const { mergeAdapter } = await import("../../stages/adapter/merge_adapter.ts");
  const fetching = downloadBar(console.error);
  const base = await findModel(model, fetching).finally(fetching.stop);
  const lora = await findAdapter(adapter, fetching).finally(fetching.stop);
  const bar = newBar("merging {bar} {value}/{total} parameters");
  try {
    await writeFolder(out, async (temporary) => {
      const merged = await mergeAdapter({
        model: base,
        adapter: lora,
        out: temporary,
        dtype,
        onProgress: (done, total) => bar.show(done, total),
      });
      bar.stop();
      console.log(
        `${merged.adapted} layers of ${merged.parameters} parameters merged; ` +
          `the model is in ${out}: ${merged.files.join(", ")}`,
      );
    });
  } finally {
    bar.stop();
  }
}
