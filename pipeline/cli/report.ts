/**
 * `deno task report`: one HTML file about runs or experiments.
 *
 * Exit codes: 0 the file is written; 2 a run cannot be read or the file not be written, told in
 * one sentence on standard error.
 *
 * @module
 */
import { join } from "node:path";
import { Command } from "npm:commander@15.1.0";
import { openData } from "../open/open_data.ts";
import { runCommand } from "./run_command.ts";
import { isWriteFault } from "../../data/files/write_fault.ts";
import { writeFile } from "../../data/files/write_file.ts";
import { report } from "../report/report.ts";

/**
 * Runs the command; resolves to its exit code.
 *
 * @param giveUpNetwork Called before anything is read, unless data may be opened.
 */
export function main(
  args: readonly string[],
  giveUpNetwork: () => Promise<unknown> = () => Promise.resolve(),
): Promise<number> {
  return runCommand("report", async () => {
    const command = new Command("deno task report")
      .usage("RUN… [flags]")
      .description(
        "Write one HTML file about runs: comparison, curves, alarms, pictures with answers. " +
          "RUN is the folder of a run or of an experiment.",
      )
      .argument("<runs...>")
      .option("--out <file>", "the file (default: report.html in the first folder)")
      .option("--title <text>", "of the page (default: the runs' names)")
      .option("--gallery <number>", "held-out questions shown, at most", "48")
      .option(
        "--open-data",
        "open the runs' data for its pictures: files outside of their folders, or the Hub's " +
          "(default: embedded data alone)",
        false,
      )
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse([...args], { from: "user" });
    const flags = command.opts<
      { out?: string; title?: string; gallery: string; openData: boolean }
    >();
    if (!flags.openData) await giveUpNetwork();
    const gallery = Number(flags.gallery);
    if (flags.gallery.trim() === "" || !Number.isSafeInteger(gallery) || gallery < 0) {
      throw new RangeError(
        `--gallery must be a count: it is ${JSON.stringify(flags.gallery)}`,
      );
    }
    const out = flags.out ?? join(command.args[0]!, "report.html");
    const text = await report(command.args, {
      title: flags.title,
      gallery,
      ...flags.openData && { openData },
      onNotice: (message) => console.error(message),
    });
    await writeFile(out, text).catch((error) => {
      if (isWriteFault(error)) throw error;
      throw new Error(`--out ${out} cannot be written: ${error.message}`);
    });
    console.log(`${out}: ${(text.length / 1e6).toFixed(1)} MB`);
    return 0;
  }, args);
}

if (import.meta.main) {
  const revoke = () => Deno.permissions.revoke({ name: "net" });
  Deno.exit(await main(Deno.args, revoke));
}
