import { join } from "node:path";
import { mainFigure } from "../evaluate/main_figure.ts";
import { writeFolder } from "../../data/files/write_folder.ts";
import {
  type Checkpoint,
  checkpointText,
  readCheckpoint,
  TRAINER,
} from "./checkpoint.ts";
import { damageOf, writeChecksums } from "./checksums.ts";
import { checkOwnCheckpoints, removeOthers, stepFolder, stepFolders } from "./folders.ts";

/**
 * Writes `<run>/checkpoints/step-<n>` whole or not at all, with the checksums of its files, and
 * reads it back. Only then are older ones removed: the newest `limit` are kept, and the one with
 * the best held-out figure.
 *
 * @param saveState Writes the policy's state into the folder.
 * @param limit At least 1.
 * @returns The checkpoint's folder. A sound one of the same step is left as it is.
 * @throws {Error} If the checkpoint cannot be written, or is damaged as soon as it is read back:
 * the older ones are still there.
 * @throws {TypeError} If the run's folder of checkpoints is a link.
 */
export async function saveCheckpoint(
  run: string,
  checkpoint: Checkpoint,
  saveState: (folder: string) => Promise<void>,
  limit: number,
): Promise<string> {
  await checkOwnCheckpoints(run);
  const folder = stepFolder(run, checkpoint.progress.step);
  if (await damageOf(folder) !== undefined) {
    await writeFolder(folder, async (temporary) => {
      await saveState(temporary);
      const text = checkpointText(checkpoint);
      await Deno.writeTextFile(join(temporary, TRAINER), text);
      await writeChecksums(temporary);
    });
    const damage = await damageOf(folder);
    if (damage !== undefined) {
      throw new Error(
        `The checkpoint just written is damaged: ${damage}; check the disk, and resume on ` +
          "another one",
      );
    }
  }
  const kept = (await stepFolders(run)).map(({ folder }) => folder).slice(0, limit);
  const best = await bestOf(run);
  await removeOthers(run, [folder, ...kept, ...best === undefined ? [] : [best]]);
  return folder;
}

/** The checkpoint with the best evaluation; of equal ones the earliest. */
async function bestOf(run: string): Promise<string | undefined> {
  let best: { folder: string; figure: number } | undefined;
  for (const { folder } of await stepFolders(run)) {
    const found = await readCheckpoint(folder).catch(() => undefined);
    const { evaluated, latest } = found?.progress ?? { evaluated: false, latest: {} };
    const figure = evaluated ? mainFigure(latest) : undefined;
    if (figure === undefined) continue;
    if (best === undefined || figure >= best.figure) best = { folder, figure };
  }
  return best?.folder;
}
