import type { CliCommand } from "./command.ts";
import { addFlags, flagValues } from "./flag.ts";

const FLAGS = {
  of: {
    kind: "choice",
    choices: ["boxes", "labels"],
    default: "boxes",
    about: "What to teach",
  },
} as const;

/** `deno task init`: writes a folder for a task of the user's own. */
export const init: CliCommand = {
  declare(command) {
    command.argument("<folder>", "A new folder");
    addFlags(command, FLAGS);
  },
  async run(command) {
    const { of } = flagValues(command, FLAGS);
    const [given] = command.args as [string];
    const folder = given.replace(/[/\\]+$/, "") || given;
    if (folder.includes(",")) {
      throw new TypeError(
        `Choose a name without a comma, which separates options in --data: it is ${
          JSON.stringify(folder)
        }`,
      );
    }
    const { initTask } = await import("../init/init_task.ts");
    await initTask(folder, of);
    console.log(
      `${folder} is there: README.md says what to put in it. Try it as it is:\n` +
        `  deno task check-data --data jsonl:${folder}/train.jsonl\n` +
        `  deno task train --config ${folder}/config.json`,
    );
    return 0;
  },
};
