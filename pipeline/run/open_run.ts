import { join } from "node:path";
import deno from "../../deno.json" with { type: "json" };
import { writeFile } from "../../data/files/write_file.ts";
import { badImageAlarms } from "../alarms/bad_images.ts";
import type { Ingredients } from "../checkpoint/checkpoint.ts";
import { openModel } from "../open/open_model.ts";
import { dataManifest } from "../run_folder/data_manifest.ts";
import type { BegunRun } from "./begin_run.ts";
import { checkResumable } from "./check_resumable.ts";
import { checkUnchanged } from "./check_unchanged.ts";
import { configRecord, isMadeOtherwise } from "./config_record.ts";
import type { OpenedRun } from "./opened_run.ts";
import { checkFolder, newFolder, rewindFolder } from "./open_folder.ts";
import { checkQuestions, openQuestions } from "./open_questions.ts";
import { openRewards } from "./open_rewards.ts";
import { resumeCommand } from "./resume_command.ts";
import { openRunLines } from "./run_lines.ts";
import type { RunParts } from "./run_parts.ts";
import { fallbackNotices, startOf } from "./start.ts";
import { trackedPolicy } from "./tracked_policy.ts";
import { trainingQuestions } from "./training_questions.ts";

/**
 * Opens a new run or one to resume. Its folder is made, or changed, only after settings, rewards,
 * model and data have proved usable.
 *
 * @param begun Its lock stays the caller's.
 * @param signal If it is aborted meanwhile, everything is given back.
 */
export async function openRun(
  task: "train" | "sft",
  begun: BegunRun,
  parts: RunParts,
  signal: AbortSignal,
): Promise<OpenedRun> {
  const { given, settings, checkpoint } = begun;
  checkResumable(task, begun);
  await checkFolder(begun);
  checkQuestions(begun, parts);

  // Closed in the opposite order, unless the run takes them over.
  await using opening = new AsyncDisposableStack();
  const locks = opening.use(new DisposableStack());
  const { own, rewards } = await openRewards(begun, parts);
  opening.use(own);

  const { stop, onGroup, targetKinds = {} } = parts;
  const ends = stop ? AbortSignal.any([signal, stop]) : signal;
  const fetching = { ...parts.fetching, signal: ends };
  const needsReference = task === "train" && settings.beta !== 0;
  const open = parts.openModel ?? openModel;
  const model = await open(settings, needsReference, fetching);
  const { policy, idle, takeSkipped } = trackedPolicy(model.policy);
  opening.defer(async () => {
    await idle();
    policy.dispose();
  });

  const data = await openQuestions(task, settings, policy.prompts, parts, fetching);
  const { seed, testData } = settings;
  const origin = { data: settings.data, seed, testData, ...data.origin };
  const manifest = dataManifest(origin, data);
  const made: Ingredients = {
    version: deno.version,
    data: manifest.sha256,
    model: await model.hash?.(),
    rewards: own.sources,
  };
  if (checkpoint && !settings.acceptChanges) {
    checkUnchanged(given.resume!, checkpoint.made, made);
  }
  if (checkpoint?.folder !== undefined) await policy.restoreState(checkpoint.folder);
  signal.throwIfAborted();

  const start = startOf(checkpoint);
  const notices = fallbackNotices(checkpoint);
  const folder = checkpoint?.run ?? await newFolder(task, begun, made, locks);
  if (checkpoint?.run !== undefined) {
    notices.push(...await rewindFolder(folder, start.step));
  }
  const text = JSON.stringify(manifest, null, 2) + "\n";
  await writeFile(join(folder, "manifest.json"), text);
  const lines = await openRunLines(folder, start.lines);
  for (const { fault } of Object.values(lines)) if (fault) notices.push(fault);

  const { step } = start;
  const config = configRecord({ task, settings, made, step, model, data, folder });
  const isNews = start.lines.metrics.bytes === 0 || lines.metrics.fault !== undefined ||
    isMadeOtherwise(checkpoint!, settings, made);
  const owned = opening.move();
  return {
    ...{
      settings,
      policy,
      data,
      ownRewards: own.rewards,
      rewards,
      stop,
      onGroup,
      targetKinds,
    },
    ...{ folder, lines, config, isNews, notices, made, start, takeSkipped, idle },
    questionAt: trainingQuestions(data, settings),
    resumeCommand: resumeCommand(task, folder, settings),
    badImages: badImageAlarms(data.skipped),
    close: () => owned.disposeAsync(),
  };
}
