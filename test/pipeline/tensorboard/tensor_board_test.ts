import assert from "node:assert/strict";
import { join } from "node:path";
import { from, lastValueFrom, toArray } from "rxjs";
import type {
  ConfigRecord,
  MetricsRecord,
} from "../../../pipeline/run_folder/metrics.ts";
import { encodeEvent, type Event } from "../../../pipeline/tensorboard/event.ts";
import { eventsOf, openingEvents } from "../../../pipeline/tensorboard/events_of.ts";
import { tensorBoard } from "../../../pipeline/tensorboard/tensor_board.ts";
import { inFolder } from "../../support/in_folder.ts";

const config = { type: "config", task: "train", run: "/runs/mine" } as ConfigRecord;
const step = (number: number): MetricsRecord => ({
  type: "step",
  step: number,
  loss: number / 4,
  grad_norm: 1,
  learning_rate: 1,
  num_tokens: 1,
  step_time: 1,
});
const done: MetricsRecord = { type: "done", before: {}, after: {}, seconds: 1, run: "r" };

const write = (folder: string, records: readonly MetricsRecord[]) =>
  lastValueFrom(from(records).pipe(tensorBoard(folder), toArray()));

/** The encoded events of a file, each with the time that stands in it. */
async function framesOf(path: string) {
  const bytes = await Deno.readFile(path);
  const view = new DataView(bytes.buffer);
  const frames: { readonly wallTime: number; readonly hex: string }[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    const hex = bytes.subarray(at + 12, at + 12 + length).toHex();
    frames.push({ wallTime: view.getFloat64(at + 13, true), hex });
    at += length + 16;
  }
  return frames;
}

async function assertHolds(path: string, events: (time: number) => readonly Event[]) {
  const frames = await framesOf(path);
  const wanted = frames.flatMap(({ wallTime }, i) => events(wallTime)[i] ?? []);
  assert.equal(frames.length, events(0).length);
  assert.deepEqual(
    frames.map(({ hex }) => hex),
    wanted.map((event) => encodeEvent(event).toHex()),
  );
}

const files = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("tensorBoard() writes a file below the run's name and passes all records on", async () => {
  await inFolder(async (folder) => {
    const records = [config, step(1), step(2), done];
    assert.deepEqual(await write(folder, records), records);
    const [file, ...more] = files(join(folder, "mine"));
    assert.deepEqual(more, []);
    assert.match(file!, /^events\.out\.tfevents\.\d{10}\./);
    await assertHolds(join(folder, "mine", file!), (time) => [
      ...openingEvents(config, step(1), time),
      ...eventsOf(step(1), time),
      ...eventsOf(step(2), time),
    ]);
  });
});

Deno.test("tensorBoard() goes on in a new file, which comes after the first", async () => {
  await inFolder(async (folder) => {
    await write(folder, [config, step(1), step(2), step(3)]);
    const [first] = files(join(folder, "mine"));
    await write(folder, [config, step(3), done]);
    const [older, newer, ...more] = files(join(folder, "mine"));
    assert.equal(older, first);
    assert.deepEqual(more, []);
    await assertHolds(join(folder, "mine", newer!), (time) => [
      ...openingEvents(config, step(3), time),
      ...eventsOf(step(3), time),
    ]);
  });
});

Deno.test("tensorBoard() leaves the files alone where nothing is added to a run", async () => {
  await inFolder(async (folder) => {
    assert.deepEqual(await write(folder, [config, done]), [config, done]);
    assert.deepEqual(files(folder), []);
  });
});

Deno.test("tensorBoard() ends with an error where it cannot write", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "file"), "");
    await assert.rejects(write(join(folder, "file"), [config, step(1)]), /file/);
  });
});
