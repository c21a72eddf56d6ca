import type { CliCommand } from "./command.ts";
import { addFlags, flagValues } from "./flag.ts";

const FLAGS = {
  of: {
    kind: "choice",
    choices: ["boxes", "labels"],
    unset: "boxes",
    about: "What the examples teach",
  },
  from: {
    kind: "text",
    value: "[KIND:]PATH[,option=value…]",
    about:
      "Write the questions of this data instead of examples, with copies of its images",
  },
} as const;

const HELP = `
Writes images/, train.jsonl, config.json and README.md, and data that is divided also
held-out.jsonl.

  deno task init my-task
  deno task init my-task --of labels
  deno task init my-task --from voc:photos

docs/data.md has all kinds of data and their options.`;

/** `deno task init`: writes a folder for a task of the user's own. */
export const init: CliCommand = {
  declare(command) {
    command.argument("<folder>", "A new folder");
    addFlags(command, FLAGS);
    command.addHelpText("after", HELP);
  },
  async run(command) {
    const { of, from } = flagValues(command, FLAGS);
    const [given] = command.args as [string];
    const folder = given.replace(/[/\\]+$/, "") || given;
    if (folder.includes(",")) {
      throw new TypeError(
        `Choose a name without a comma, which separates options in --data: it is ${
          JSON.stringify(folder)
        }`,
      );
    }
    if (from !== undefined) {
      if (of === undefined) return await fromData(folder, from);
      throw new TypeError(
        "of does not go with option from: the data says what is taught",
      );
    }
    const { initTask } = await import("../init/init_task.ts");
    await initTask(folder, of ?? "boxes");
    console.log(
      `${folder} is there: README.md says what to put in it. Try it as it is:\n` +
        `  deno task check-data --data jsonl:${folder}/train.jsonl\n` +
        `  deno task train --config ${folder}/config.json`,
    );
    return 0;
  },
};

async function fromData(folder: string, from: string): Promise<number> {
  const { initFrom } = await import("../init/init_from.ts");
  const { train, heldOut, images, data, notes } = await initFrom(folder, from);
  for (const note of notes) console.log(note);
  console.log(
    `${folder} is there: ${train} questions to learn from, ` +
      (heldOut === 0 ? "" : `${heldOut} held out, `) +
      `${images} images, config.json and README.md. Look at it, and train:\n` +
      `  deno task check-data --data '${data}'\n` +
      `  deno task train --config ${folder}/config.json`,
  );
  return 0;
}
