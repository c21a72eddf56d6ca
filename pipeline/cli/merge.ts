/**
 * `deno task merge --model BASE --adapter DIR --out DIR`: a full model from a model and an
 * adapter to it.
 *
 * Exit codes: 0 done; 2 something cannot be used, told in one sentence on standard error.
 *
 * @module
 */
import { SingleBar } from "npm:cli-progress@3.12.0";
import { Command, CommanderError, Option } from "npm:commander@15.1.0";
import { mergeAdapter } from "../../stages/adapter/merge_adapter.ts";
import { checkUnused } from "../run_folder/check_unused.ts";
import { findAdapter, findModel } from "../open/find_model.ts";
import { downloadBar } from "./download_bar.ts";
import { runCommand } from "./run_command.ts";
import { writeFolder } from "../../data/files/write_folder.ts";

/** Runs the command; resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("merge", async () => {
    const options = readOptions(args);
    if (typeof options === "string") {
      console.log(options.trimEnd());
      return 0;
    }
    await merge(options);
    return 0;
  }, args);
}

interface Options {
  readonly model: string;
  readonly adapter: string;
  readonly out: string;
  readonly dtype?: "f32" | "f16" | "bf16";
}

function readOptions(args: readonly string[]): Options | string {
  let printed = "";
  const command = new Command("deno task merge")
    .description("Works a LoRA adapter into its model's weights and writes a full model.")
    .requiredOption(
      "--model <model>",
      "as in train: a folder, a name on the Hub, or emoji",
    )
    .requiredOption(
      "--adapter <adapter>",
      "folder of the adapter, or its name on the Hub",
    )
    .requiredOption("--out <folder>", "folder of the new model, new or empty")
    .addOption(
      new Option("--dtype <dtype>", "precision (default: each parameter's own)")
        .choices(["f32", "f16", "bf16"]),
    )
    .exitOverride()
    .configureOutput({ writeOut: (text) => void (printed += text), writeErr: () => {} });
  try {
    return command.parse([...args], { from: "user" }).opts<
      Options & Record<string, unknown>
    >();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return printed;
    const sentence = error.message.split("\n")[0]!.replace(/^error: /, "").replace(
      /\.$/,
      "",
    );
    throw new TypeError(`${sentence}; --help lists all flags`);
  }
}

async function merge({ model, adapter, out, dtype }: Options): Promise<void> {
  await checkUnused(out);
  const fetching = downloadBar(console.error);
  const base = await findModel(model, fetching).finally(fetching.stop);
  const lora = await findAdapter(adapter, fetching).finally(fetching.stop);
  const bar = new SingleBar({
    format: "merging {bar} {value}/{total} parameters",
    barsize: 20,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    noTTYOutput: false,
  });
  let started = false;
  try {
    await writeFolder(out, async (temporary) => {
      const merged = await mergeAdapter({
        model: base,
        adapter: lora,
        out: temporary,
        dtype,
        onProgress(done, total) {
          if (!started) bar.start(total, 0);
          started = true;
          bar.update(done);
        },
      });
      if (started) bar.stop();
      console.log(
        `${merged.adapted} layers of ${merged.parameters} parameters merged; ` +
          `the model is in ${out}: ${merged.files.join(", ")}`,
      );
    });
  } finally {
    if (started) bar.stop();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
