import { join } from "node:path";
import { isWriteFault } from "../../data/files/write_fault.ts";
import { writeFile } from "../../data/files/write_file.ts";
import type { CliCommand } from "./command.ts";
import { addFlags, flagValues } from "./flag.ts";
import { optionsAsFlags } from "./options_as_flags.ts";

const FLAGS = {
  out: {
    kind: "text",
    value: "file",
    unset: "report.html in the first folder",
    about: "File to write",
  },
  title: { kind: "text", unset: "the runs' names", about: "Title of the page" },
  gallery: {
    kind: "count",
    least: 0,
    default: 48,
    about: "Most held-out questions to show",
  },
  openData: {
    kind: "switch",
    about: "Open the runs' data for its images: files outside of their folders, or the " +
      "Hub's (default: embedded data alone)",
  },
} as const;

/** `deno task report`: one HTML file about runs or experiments. */
export const report: CliCommand = {
  declare(command) {
    command.argument("<run...>", "Folder of a run or of an experiment");
    addFlags(command, FLAGS);
  },
  async run(command, { ownsProcess }) {
    const { title, gallery, openData, ...given } = flagValues(command, FLAGS);
    if (!openData && ownsProcess) await Deno.permissions.revoke({ name: "net" });
    const out = given.out ?? join(command.args[0]!, "report.html");
    const { report } = await import("../report/report.ts");
    const text = await report(command.args, {
      title,
      gallery,
      ...openData && { openData: (await import("../open/open_data.ts")).openData },
      onNotice: (message) =>
        console.error(optionsAsFlags(message, Object.keys(FLAGS), command.args)),
    });
    await writeFile(out, text).catch((error) => {
      if (isWriteFault(error)) throw error;
      throw new Error(`out ${out} cannot be written: ${error.message}`);
    });
    console.log(`${out}: ${(text.length / 1e6).toFixed(1)} MB`);
    return 0;
  },
};
