import { basename, join } from "node:path";
import { concatMap, defer, type MonoTypeOperatorFunction } from "npm:rxjs@7.8.2";
import type { ConfigRecord, MetricsRecord } from "../run_folder/metrics.ts";
import { encodeEvent, type Event } from "./event.ts";
import { eventsOf, openingEvents } from "./events_of.ts";
import { framed } from "./framed.ts";

/**
 * Writes a run's records to TensorBoard's event files and passes each one on once it is written:
 * `tensorboard --logdir FOLDER` shows the curves while the run is in progress.
 *
 * The files lie in `<folder>/<name of the run's folder>`. A resumed run starts a new file there,
 * which voids the older files' records of steps that are made again. The setting `tensorboard`
 * does the same.
 *
 * @param folder Made if it is missing.
 * @throws {Error} As an error of the stream, if the folder cannot be written.
 *
 * @example
 * ```ts
 * import { train } from "../train/train.ts";
 * import { tensorBoard } from "./tensor_board.ts";
 *
 * function start() {
 *   return train({ steps: 20 }).pipe(tensorBoard("logs")).subscribe();
 * }
 * ```
 */
export function tensorBoard(folder: string): MonoTypeOperatorFunction<MetricsRecord> {
  return (records) =>
    defer(() => {
      let config: ConfigRecord | undefined, file: string | undefined;
      return records.pipe(concatMap(async (record) => {
        const wallTime = Date.now() / 1000;
        if (record.type === "config") [config, file] = [record, undefined];
        const events = [...eventsOf(record, wallTime)];
        if (events.length === 0 || config === undefined) return record;
        if (file === undefined) {
          // The step that a resumed run starts from is known only now.
          file = await newFile(join(folder, basename(config.run ?? config.task)));
          events.unshift(...openingEvents(config, record, wallTime));
        }
        await Deno.writeFile(file, encoded(events), { append: true });
        return record;
      }));
    });
}

/** A new file with a name that TensorBoard looks for; it reads a folder's files by name. */
async function newFile(folder: string): Promise<string> {
  await Deno.mkdir(folder, { recursive: true }).catch((error) => {
    throw new Error(
      `tensorboard: the folder ${folder} cannot be made (${error.message}): name another`,
    );
  });
  const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, "0");
  for (let n = 0;; n++) {
    const name = `events.out.tfevents.${seconds}.visual-rft.${
      String(n).padStart(3, "0")
    }`;
    const path = join(folder, name);
    try {
      await Deno.writeFile(path, new Uint8Array(), { createNew: true });
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

function encoded(events: readonly Event[]): Uint8Array {
  const records = events.map((event) => framed(encodeEvent(event)));
  const bytes = new Uint8Array(records.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const record of records) {
    bytes.set(record, offset);
    offset += record.length;
  }
  return bytes;
}
