import type { Settings } from "../settings/settings.ts";

/** The command that resumes a run, with what it will not take from the run's own files. */
export function resumeCommand(
  task: "train" | "sft",
  run: string,
  { reward, tensorboard, evalCache }: Pick<
    Settings,
    "reward" | "tensorboard" | "evalCache"
  >,
): string {
  return [
    `deno task ${task} --resume ${quoted(run)}`,
    ...reward.length > 0 ? [`--reward ${quoted(reward.join(","))}`] : [],
    ...tensorboard === undefined ? [] : [`--tensorboard ${quoted(tensorboard)}`],
    ...evalCache === undefined ? [] : [`--eval-cache ${quoted(evalCache)}`],
  ].join(" ");
}

/** The command that resumes a run with a lower learning rate. */
export function lowerRateCommand(resume: string): string {
  return `${resume} --learning-rate 1e-5`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
