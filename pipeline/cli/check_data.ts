import { join } from "node:path";
import type { DataReport, SideCounts } from "../check_data/check_data.ts";
import type { FileSides } from "../open/open_files.ts";
import type { CliCommand } from "./command.ts";
import { downloadBar } from "./download_bar.ts";
import { addFlags, flagValues } from "./flag.ts";

/** Lines of one kind that people are shown. */
const SHOWN = 10;

const FLAGS = {
  data: {
    kind: "text",
    value: "KIND:PATH[,option=value…]",
    about: "Data as train takes it",
    required: true,
  },
  out: {
    kind: "text",
    value: "folder",
    default: "runs/check-data",
    about: "Folder of the examples that are drawn",
  },
  json: { kind: "switch", about: "Write everything as one JSON object" },
} as const;

/** `deno task check-data`: checks every question and image of data in files. */
export const checkData: CliCommand = {
  declare(command) {
    addFlags(command, FLAGS);
    command.addHelpText("after", "\nExit code 1: something is wrong.");
  },
  async run(command) {
    const { data, out, json } = flagValues(command, FLAGS);
    if (data.startsWith("emoji:")) {
      throw new TypeError(
        `data ${data}: the embedded source draws its images; there is nothing to check`,
      );
    }
    const { parseFileSpec } = await import("../../data/formats/file_spec.ts");
    const { checkData } = await import("../check_data/check_data.ts");
    const sides = await opened(data);
    const { maxPixels } = parseFileSpec(data).options;
    const report = await checkData(sides, { examples: 3, maxPixels });
    const drawn = await drawAll(report, out);
    if (json) console.log(JSON.stringify({ ...report, examples: drawn }));
    else console.log(await textOf(sides.spec.kind, report, drawn));
    return report.faults.length === 0 ? 0 : 1;
  },
};

async function opened(data: string): Promise<FileSides> {
  const { openSides } = await import("../open/open_files.ts");
  const fetching = downloadBar(console.error);
  try {
    return await openSides(data, "paper", fetching);
  } finally {
    fetching.stop();
  }
}

async function drawAll({ examples }: DataReport, out: string): Promise<string[]> {
  if (examples.length > 0) await Deno.mkdir(out, { recursive: true });
  const { drawExample } = await import("../check_data/draw_example.ts");
  const paths: string[] = [];
  for (const [i, example] of examples.entries()) {
    const path = join(out, `example-${i + 1}.png`);
    await Deno.writeFile(path, await drawExample(example));
    paths.push(path);
  }
  return paths;
}

async function textOf(
  kind: string,
  report: DataReport,
  drawn: readonly string[],
): Promise<string> {
  const { FAULTS } = await import("../check_data/check_data.ts");
  const { train, heldOut, faults } = report;
  const lines = [`${kind}, to learn from: ${sentence(train)}`];
  if (heldOut.questions > 0) lines.push(`held out: ${sentence(heldOut)}`);
  const reasoned = train.reasoned + heldOut.reasoned;
  if (reasoned > 0) {
    const all = train.questions + heldOut.questions;
    lines.push(`${reasoned} of ${all} questions hold a reasoning text`);
  }
  const names = train.names.slice(0, 20).map(({ name, count }) => `${name} ${count}`);
  if (names.length > 0) {
    const more = train.names.length - names.length;
    lines.push(names.join(", ") + (more > 0 ? `, and ${more} more names` : ""));
  }
  for (const kind of FAULTS) {
    const messages = faults.filter((fault) => fault.kind === kind);
    if (messages.length === 0) continue;
    lines.push("", `${kind}: ${messages.length}`);
    for (const { message } of messages.slice(0, SHOWN)) lines.push(`  ${message}`);
    if (messages.length > SHOWN) {
      lines.push(`  and ${messages.length - SHOWN} more; --json has all`);
    }
  }
  if (drawn.length > 0) {
    lines.push("", `Drawn; check that they are right: ${drawn.join(", ")}`);
  }
  lines.push(faults.length === 0 ? "All is well." : `${faults.length} things are wrong.`);
  return lines.join("\n");
}

function sentence(
  { questions, pictures, kinds, absent, boxes, sizes }: SideCounts,
): string {
  return [
    `${questions} questions (${
      Object.entries(kinds).map(([kind, n]) => `${n} ${kind}`).join(", ") ||
      "none readable"
    })`,
    `${pictures} images` +
    (sizes === undefined
      ? ""
      : ` of ${[...new Set([sizes.width[0], sizes.width[1]])].join("–")} x ${
        [...new Set([sizes.height[0], sizes.height[1]])].join("–")
      } pixels`),
    ...boxes > 0 ? [`${boxes} boxes`] : [],
    ...absent > 0 ? [`${absent} about what is not there`] : [],
  ].join("; ");
}
