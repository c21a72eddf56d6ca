import { join } from "node:path";
import { starterConfig } from "./starter_config.ts";
import sharp from "npm:sharp@0.35.5";

/** What is taught: boxes around things of a category, or one label for an image. */
export type TaskKind = "boxes" | "labels";

/** Width and height of an example image, in pixels. */
const SIDE = 96;

/** The things on the example images: a circle, a square or a triangle. */
const SHAPES = ["circle", "square", "triangle"] as const;

/** Example images of a new task. */
const COUNT = 12;

/**
 * Writes a folder for a task of the user's own: train.jsonl with example questions, config.json
 * for `--config`, images/ with example images and README.md, which says what to put in their
 * place. The examples can be trained on as they are.
 *
 * JSON has no comments, so they are in README.md, and all files are valid.
 *
 * @param folder New or empty.
 * @returns The files' paths.
 * @throws {Error} If the folder has something in it.
 */
export async function initTask(folder: string, kind: TaskKind): Promise<string[]> {
  await checkUnused(folder);
  await Deno.mkdir(join(folder, "images"), { recursive: true });
  const lines: string[] = [], written: string[] = [];
  const write = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
    written.push(path);
  };
  for (let i = 0; i < COUNT; i++) {
    const shape = SHAPES[i % SHAPES.length]!;
    const x = 8 + i * 23 % 40, y = 8 + i * 17 % 40, side = 28 + i * 5 % 20;
    const image = `images/${i + 1}.png`;
    await write(image, await drawn(shape, x, y, side));
    lines.push(JSON.stringify(
      kind === "labels"
        ? { image, label: shape }
        : { image, category: shape, boxes: [[x, y, x + side, y + side]] },
    ));
    // An image without the thing is a question too.
    if (kind === "boxes" && i % 4 === 3) {
      lines.push(JSON.stringify({ image, category: SHAPES[(i + 1) % 3], boxes: [] }));
    }
  }
  await write("train.jsonl", lines.join("\n") + "\n");
  const data = `jsonl:${folder.replaceAll("\\", "/")}/train.jsonl`;
  await write("config.json", starterConfig(`${data},held-out=0.25`));
  await write("README.md", readme(folder, data, kind));
  return written;
}

/**
 * Checks that a folder can be filled.
 *
 * @throws {Error} If it is not empty, or not a folder.
 */
export async function checkUnused(folder: string): Promise<void> {
  try {
    for await (const { name } of Deno.readDir(folder)) {
      throw new Error(`${folder} is not empty, ${name} is in it: choose another name`);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (error instanceof Deno.errors.NotADirectory) {
      throw new Error(`${folder} is not a folder: choose another name`);
    }
    throw error;
  }
}

async function drawn(
  shape: (typeof SHAPES)[number],
  x: number,
  y: number,
  side: number,
): Promise<Uint8Array> {
  const half = side / 2;
  const form = {
    circle: `<circle cx="${x + half}" cy="${y + half}" r="${half}" fill="#c0392b"/>`,
    square: `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="#2980b9"/>`,
    triangle: `<path d="M${x} ${y + side}h${side}l${-half} ${-side}z" fill="#27ae60"/>`,
  }[shape];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">` +
    `<rect width="100%" height="100%" fill="#eeeae0"/>${form}</svg>`;
  return new Uint8Array(await sharp(new TextEncoder().encode(svg)).png().toBuffer());
}

function readme(folder: string, data: string, kind: TaskKind): string {
  const line = kind === "labels"
    ? `{"image": "images/1.png", "label": "circle"}`
    : `{"image": "images/1.png", "category": "circle", "boxes": [[8, 8, 36, 36]]}`;
  const meaning = kind === "labels"
    ? `| \`label\` | what the image shows, one name |
| \`aliases\` | other names that are right too, a list; optional |`
    : `| \`category\` | what is looked for |
| \`boxes\` | around every one of them: x1, y1, x2, y2 in pixels from the top left; \`[]\` if there is none |`;
  return `# A task of your own

\`train.jsonl\` has a question a line. The lines that are there, and the images in
\`images/\`, are examples: put yours in their place.

\`\`\`json
${line}
\`\`\`

| key | meaning |
| --- | --- |
| \`image\` | path of the image (PNG, JPEG, WebP), relative to this folder and inside it |
${meaning}
| \`reasoning\` | reasoning that leads to the answer, for \`sft --targets full\`; optional |
| \`id\` | a name for the line; optional |

${
    kind === "labels"
      ? "Write a label the same way every time. Start with at least four images of each."
      : `Mark every object of the category in an image, and include some lines with \`"boxes": []\`:
a model that is never asked about what is not there learns to find it everywhere. Images
may have several lines, one for each category.`
  }
Other forms of a line (a region that a sentence means, a problem and solution in your own
words) are in the project's docs/data.md.

1. Look at it: \`deno task check-data --data ${data}\`
   counts, finds broken images, boxes outside and mistyped names, and draws three
   examples.
2. Train: \`deno task train --config ${folder}/config.json\`

\`config.json\` holds the settings; \`deno task train --help\` has all of them:

| setting | meaning |
| --- | --- |
| \`data\` | the file; about one image in four is held out for evaluation |
| \`steps\`, \`batchSize\` | how long, and questions a step |
| \`numGenerations\` | answers sampled for each question and compared with each other |
| \`learningRate\` | with a large model and \`--lora-r 16\`, start with 1e-5 |
| \`evalSamples\` | number of held-out questions for evaluation before and after training |

The embedded model knows emoji and little else: for photographs add
\`--model Qwen/Qwen2-VL-2B-Instruct\`, or the folder of another Qwen2-VL.
`;
}
