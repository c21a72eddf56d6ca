/** What the README of a task that was made out of other data says. */
export interface ReadmeFrom {
  /** The task's folder. */
  readonly folder: string;
  /** What `--data` takes. */
  readonly data: string;
  /** Kind of the data that it was made from. */
  readonly kind: string;
  /** Name of that data's file or folder. */
  readonly source: string;
  /** The first line of train.jsonl. */
  readonly line: string;
  /** The share of the images that is held out; nothing if held-out.jsonl is. */
  readonly share?: number;
}

/** The README.md of a task that was made out of other data. */
export function readmeFrom(
  { folder, data, kind, source, line, share }: ReadmeFrom,
): string {
  return `# A task made from ${source} (${kind})

\`train.jsonl\` has a question a line${
    share === undefined ? ", and `held-out.jsonl` those to evaluate on" : ""
  }. Boxes are x1, y1, x2, y2 from
0 to 1000, the left edge and the top of the image being 0 (\`frame=per-mille\`). \`images/\`
has copies of the images. The first line:

\`\`\`json
${line}
\`\`\`

docs/data.md of the project explains each key.

1. Look at it: \`deno task check-data --data '${data}'\`
   counts, finds broken images, boxes outside and mistyped names, and draws three
   examples.
2. Train: \`deno task train --config ${folder}/config.json\`

\`config.json\` holds the settings; \`deno task train --help\` has all of them. ${
    share === undefined
      ? "The questions of\n`held-out.jsonl` are asked before and after training."
      : `About ${Math.round(100 * share)} % of\nthe images are held out for evaluation.`
  }

The embedded model knows emoji and little else: for photographs add
\`--model Qwen/Qwen2-VL-2B-Instruct\`, or the folder of another Qwen2-VL.
`;
}
