import type { EvaluationRecord } from "../run_folder/metrics.ts";
import { resolveSettings, type SettingsInput } from "../settings/settings.ts";
import type { CliCommand } from "./command.ts";
import { downloadBar } from "./download_bar.ts";
import { figuresTable } from "./figures_table.ts";
import { giveUpPermissions } from "./least_permission.ts";
import { addSettingFlags, readSettings } from "./setting_flags.ts";
import { writeLine } from "./write_line.ts";

/** `deno task evaluate`: figures of a model's answers, or of those of a file. */
export const evaluate: CliCommand = {
  declare: (command) => addSettingFlags(command, ["evaluate"]),
  async run(command, { ownsProcess }) {
    const settings = await readSettings(command);
    if (ownsProcess) await giveUpPermissions(resolveSettings(settings));
    const { predictions, annotations } = settings;
    const show = predictions === undefined && annotations === undefined
      ? await evaluateModel(settings)
      : await scoreFile(settings);
    if (command.opts().json || !Deno.stdout.isTerminal()) await writeLine(show.record);
    else console.log(show.table());
    return 0;
  },
};

/** What an evaluation found: a record for programs, a table for people. */
interface Found {
  readonly record: unknown;
  table(): string;
}

async function evaluateModel(settings: SettingsInput): Promise<Found> {
  // Loaded here: --help and faults in flags need neither tensors nor images.
  const { evaluateFolder } = await import("../evaluate/evaluate_folder.ts");
  const fetching = downloadBar(console.error);
  let record: EvaluationRecord;
  try {
    record = await evaluateFolder(settings, fetching);
  } finally {
    fetching.stop();
  }
  const columns = { [settings.model ?? "emoji"]: record.figures };
  return { record, table: () => figuresTable(record.split, columns) };
}

async function scoreFile(settings: SettingsInput): Promise<Found> {
  const { scorePredictions } = await import(
    "../evaluate/predictions/score_predictions.ts"
  );
  const { scoreTable } = await import("./score_table.ts");
  const record = await scorePredictions(settings);
  return { record, table: () => scoreTable(record) };
}
