/**
 * `deno task check-data`: looks at every question and picture of data in files.
 *
 * Exit codes: 0 all is well; 1 something is wrong, each told in a line; 2 the data cannot be
 * opened at all, told in one sentence on standard error.
 *
 * @module
 */
import { join } from "node:path";
import { Command } from "npm:commander@15.1.0";
import { parseFileSpec } from "../../data/formats/file_spec.ts";
import { downloadBar } from "./download_bar.ts";
import { type FileSides, openSides } from "../open/open_files.ts";
import { runCommand } from "./run_command.ts";
import {
  checkData,
  type DataReport,
  FAULTS,
  type SideCounts,
} from "../check_data/check_data.ts";
import { drawExample } from "../check_data/draw_example.ts";

/** Lines of one kind that people are shown. */
const SHOWN = 10;

/** Runs the command; resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("check-data", async () => {
    const { data, out, json } = new Command("deno task check-data")
      .usage("--data KIND:PATH[,option=value…]")
      .description(
        "Look at every question and picture of your data. Exit code 1: something is wrong.",
      )
      .requiredOption("--data <text>", "as train takes it")
      .option("--out <folder>", "folder of the drawn examples", "runs/check-data")
      .option("--json", "everything as one JSON object", false)
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse([...args], { from: "user" })
      .opts<{ data: string; out: string; json: boolean }>();
    if (data.startsWith("emoji:")) {
      throw new TypeError(
        "the embedded source draws its pictures; there is nothing to check",
      );
    }
    const sides = await opened(data);
    const { maxPixels } = parseFileSpec(data).options;
    const report = await checkData(sides, { examples: 3, maxPixels });
    const drawn = await drawAll(report, out);
    if (json) console.log(JSON.stringify({ ...report, examples: drawn }));
    else console.log(textOf(sides.spec.kind, report, drawn));
    return report.faults.length === 0 ? 0 : 1;
  }, args);
}

async function opened(data: string): Promise<FileSides> {
  const fetching = downloadBar(console.error);
  try {
    return await openSides(data, "paper", fetching);
  } finally {
    fetching.stop();
  }
}

async function drawAll({ examples }: DataReport, out: string): Promise<string[]> {
  if (examples.length > 0) await Deno.mkdir(out, { recursive: true });
  const paths: string[] = [];
  for (const [i, example] of examples.entries()) {
    const path = join(out, `example-${i + 1}.png`);
    await Deno.writeFile(path, await drawExample(example));
    paths.push(path);
  }
  return paths;
}

function textOf(kind: string, report: DataReport, drawn: readonly string[]): string {
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
    lines.push("", `Drawn, look whether they are right: ${drawn.join(", ")}`);
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
    `${pictures} pictures` +
    (sizes === undefined
      ? ""
      : ` of ${[...new Set([sizes.width[0], sizes.width[1]])].join("–")} x ${
        [...new Set([sizes.height[0], sizes.height[1]])].join("–")
      } pixels`),
    ...boxes > 0 ? [`${boxes} boxes`] : [],
    ...absent > 0 ? [`${absent} about what is not there`] : [],
  ].join("; ");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
