import type { HeldOutRow } from "./held_out.ts";
import type { Stage } from "./stages.ts";

/** What a model card says beyond the figures. */
export interface ModelCard {
  /** The command line that makes the model. */
  readonly command: string;
  readonly stages: readonly Stage[];
  /** Backend and processor, as people would say it. */
  readonly hardware: string;
  /** Seconds of training, evaluation not included. */
  readonly seconds: number;
  readonly parameters: number;
  readonly rows: readonly HeldOutRow[];
}

/** Columns of the table: a figure's name, and whether it is a share to be shown in per cent. */
const COLUMNS = [
  ["questions", false],
  ["map", true],
  ["ap50", true],
  ["mean_iou", true],
  ["absent_right", true],
  ["accuracy", true],
  ["grounding_mean_iou", true],
  ["grounding_acc50", true],
  ["format_rate", true],
  ["mean_length", false],
] as const;

/** The README.md of the embedded model's folder, as Markdown with the Hub's front matter. */
export function modelCard(card: ModelCard): string {
  const { command, stages, hardware, seconds, parameters, rows } = card;
  const used = COLUMNS.filter(([name]) =>
    rows.some(({ figures }) => figures[name] !== undefined)
  );
  const table = [
    ["held-out questions", "T", ...used.map(([name]) => name)],
    ["---", "---:", ...used.map(() => "---:")],
    ...rows.map(({ set, temperature, figures }) => [
      set,
      String(temperature),
      ...used.map(([name, share]) => cell(figures[name], share)),
    ]),
  ].map((cells) => `| ${cells.join(" | ")} |`);
  const steps = stages.map(({ name, schedule, pictures }) =>
    `- ${name}: ${schedule.steps} steps of ${pictures} images, learning rate ${schedule.peak}`
  );
  return `---
license: mit
pipeline_tag: image-text-to-text
library_name: transformers
---

# A tiny Qwen2-VL that looks at emoji

${
    (parameters / 1e6).toFixed(2)
  } million parameters in the published layout of Qwen2-VL, trained from
scratch by this project's own code. It is the base model that \`deno task train\` improves by
reinforcement. It sees images of 96 x 96 pixels with one to three emoji and answers the short
prompts of \`data/questions/prompt.ts\`. It knows nothing else of the world.

    ${command}

${steps.join("\n")}

Trained for ${
    Math.round(seconds / 60)
  } minutes on ${hardware}. Scenes are drawn as they are
needed: 80 names by the artists of Noto, Twemoji and Fluent. OpenMoji's images were never shown.
On images, detection asks only for the 65 base names; the 15 novel names are named if they are
seen, and asked for in questions without an image. Stated confidences were drawn at random, so
they mean nothing before reinforcement.

## Held-out figures

Shares are in per cent; T is the sampling temperature, 0 greedy. Precision (map, ap50) ranks
boxes by confidences that mean nothing yet.

${table.join("\n")}
`;
}

function cell(value: number | undefined, share: boolean): string {
  if (value === undefined) return "";
  return share ? (100 * value).toFixed(1) : String(Math.round(10 * value) / 10);
}
