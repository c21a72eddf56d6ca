import { join } from "node:path";
import type { DataReport, SideCounts } from "../check_data/check_data.ts";
import { UNNAMED_CATEGORY } from "../../data/questions/question.ts";
import { resolveSettings, type Settings } from "../settings/settings.ts";
import { newBar } from "./bar.ts";
import type { CliCommand } from "./command.ts";
import { downloadBar } from "./download_bar.ts";
import { addFlags, flagValues } from "./flag.ts";
import { addSomeSettings, readSettings } from "./setting_flags.ts";

/** Lines of one kind that people are shown. */
const SHOWN = 10;

const FLAGS = {
  config: {
    kind: "text",
    value: "file.json",
    about: "Check all data that train would read with this file of settings",
  },
  out: {
    kind: "text",
    value: "folder",
    default: "runs/check-data",
    about: "Folder of the examples that are drawn",
  },
  json: {
    kind: "switch",
    about: "Write everything as JSON, an object a line for each set of data",
  },
} as const;

const HELP = `
Checks images, boxes, labels, prompts and the split, as train reads them, and draws three
examples. Exit code 1: something is wrong; 2: the data cannot be read.

  deno task check-data --data jsonl:my-task/train.jsonl
  deno task check-data --data yolo:photos
  deno task check-data --config my-task/config.json

docs/data.md has all kinds of data and their options.`;

/** `deno task check-data`: checks every question and image of data in files, as train reads it. */
export const checkData: CliCommand = {
  declare(command) {
    command.optionsGroup("Data:");
    addSomeSettings(command, ["data", "testData"]);
    addFlags(command, { config: FLAGS.config });
    command.optionsGroup("Model that is asked:");
    addSomeSettings(command, ["model", "thinking"]);
    command.optionsGroup("Output:");
    addFlags(command, { out: FLAGS.out, json: FLAGS.json });
    command.addHelpText("after", HELP);
  },
  async run(command) {
    const { out, json } = flagValues(command, FLAGS);
    const given = await readSettings(command);
    if (given.data === undefined) {
      throw new TypeError(
        "Give the data to check: --data KIND:PATH, or --config with a file that names it",
      );
    }
    const settings = resolveSettings(given);
    const { data, testData, probe } = settings;
    if (data.startsWith("emoji:")) {
      throw new TypeError(
        `data ${data}: the embedded source draws its images; there is nothing to check`,
      );
    }
    const { parseProbe } = await import("../open/probe.ts");
    const others = [...testData === undefined ? [] : [testData]]
      .concat(probe.map((text) => parseProbe(text).spec))
      .filter((spec) => !spec.startsWith("emoji:") && spec !== data);
    const tools = await promptTools(settings);
    let faults = 0;
    for (const [i, spec] of [data, ...new Set(others)].entries()) {
      const report = await checked(spec, tools, settings);
      faults += report.faults.length;
      const drawn = await drawAll(report, i === 0 ? out : `${out}-${i + 1}`);
      if (json) console.log(JSON.stringify({ data: spec, ...report, examples: drawn }));
      else console.log(await textOf(report, drawn));
    }
    return faults === 0 ? 0 : 1;
  },
};

/** What was found in the data of a specification. */
interface CheckedData extends DataReport {
  readonly kind: string;
  readonly notes: readonly string[];
}

async function checked(
  spec: string,
  { folder, prompts }: Awaited<ReturnType<typeof promptTools>>,
  { seed }: Settings,
): Promise<CheckedData> {
  const { openSides } = await import("../open/open_files.ts");
  const { parseFileSpec } = await import("../../data/formats/file_spec.ts");
  const { parsePart } = await import("../../data/questions/held_out_part.ts");
  const { checkShots } = await import("../check_data/check_shots.ts");
  const { checkData } = await import("../check_data/check_data.ts");
  const { encodePrompt } = await import("../../stages/model/prompt_tokens.ts");
  const { rest } = parsePart(spec);
  const fetching = downloadBar(console.error);
  const sides = await openSides(rest, prompts, fetching).finally(() => fetching.stop());
  const { maxPixels } = parseFileSpec(rest).options;
  const bar = newBar("{bar} {value}/{total} questions  {eta_formatted} left");
  try {
    const report = await checkData(sides, {
      examples: 3,
      maxPixels,
      encode: (question) =>
        void encodePrompt(
          // Templates and tokenizers do not see an image's pixels: a small one stands for each.
          { ...question, target: STAND_IN, images: question.images.map(() => SMALL) },
          folder,
        ),
      onProgress: (done, all) => all > SLOW && bar.show(done, all),
    });
    const { kind } = sides.spec;
    const faults = [...report.faults, ...await checkShots(sides, seed)];
    return { ...report, faults, kind, notes: sides.notes };
  } finally {
    bar.stop();
  }
}

/** Questions from which on a bar is shown. */
const SLOW = 500;

const SMALL = { width: 56, height: 56, data: new Uint8Array(56 * 56 * 3) };
const STAND_IN = { kind: "classification", label: "" } as const;

/** The tokenizer, chat template and prompts of the model, without its weights. */
async function promptTools({ model, thinking }: Settings) {
  const { findModel } = await import("../open/find_model.ts");
  const { openModelFolder } = await import("../../stages/model/folder/model_folder.ts");
  const { promptsFor, taughtPrompts } = await import("../../data/questions/prompt.ts");
  const fetching = downloadBar(console.error);
  const path = await findModel(model, fetching).finally(() => fetching.stop());
  const folder = await openModelFolder(path);
  folder.close();
  const taught = taughtPrompts(folder.prompts, folder.config.modelType, folder.frame);
  return { folder, prompts: promptsFor(taught, thinking) };
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

async function textOf(report: CheckedData, drawn: readonly string[]): Promise<string> {
  const { FAULTS } = await import("../check_data/check_data.ts");
  const { kind, notes, train, heldOut, faults } = report;
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
  for (const note of notes) lines.push(note);
  const unnamed = train.names.find(({ name }) => name === UNNAMED_CATEGORY)?.count ?? 0;
  if (unnamed > 0) {
    lines.push(
      `${unnamed} questions are about "${UNNAMED_CATEGORY}": no words name a category`,
    );
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
  { questions, pictures, kinds, absent, boxes, copies, sizes }: SideCounts,
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
    ...copies > 0 ? [`${copies} on a scaled copy of the image that was labelled`] : [],
  ].join("; ");
}
