/**
 * `deno task init FOLDER`: writes a folder for a task of the user's own.
 *
 * Exit codes: 0 done; 2 the folder cannot be written, told in one sentence on standard error.
 *
 * @module
 */
import { Command } from "npm:commander@15.1.0";
import { runCommand } from "./run_command.ts";
import { initTask, type TaskKind } from "../init/init_task.ts";

/** Runs the command; resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("init", async () => {
    const command = new Command("deno task init")
      .argument("<folder>", "a new folder")
      .description(
        "Write a folder for images of your own, with examples that can be trained on.",
      )
      .option("--of <kind>", "what is taught: boxes or labels", "boxes")
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse([...args], { from: "user" });
    const { of } = command.opts<{ of: string }>();
    const [given] = command.args as [string];
    const folder = given.replace(/[/\\]+$/, "") || given;
    if (of !== "boxes" && of !== "labels") {
      throw new TypeError(`--of is boxes or labels, not ${JSON.stringify(of)}`);
    }
    if (folder.includes(",")) {
      throw new TypeError(
        `choose a name without a comma: --data separates options by it`,
      );
    }
    await initTask(folder, of satisfies TaskKind);
    console.log(
      `${folder} is there: README.md says what to put in it. Try it as it is:\n` +
        `  deno task check-data --data jsonl:${folder}/train.jsonl\n` +
        `  deno task train --config ${folder}/config.json`,
    );
    return 0;
  }, args);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
