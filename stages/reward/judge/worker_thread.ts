/**
 * The worker's side of `openRewardWorker`: loads modules of rewards and judges by them.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Reward } from "../../records.ts";
import type { Case } from "./detached_rewards.ts";
import { type Failure, judgeAnswer, type Judgement } from "./judge_answer.ts";
import { importRewards } from "./reward_module.ts";
import { withoutExit } from "./without_exit.ts";
import { PLACE, type Question, type Reply, type WorkerData } from "./worker_protocol.ts";

const { paths, progress } = workerData as WorkerData;
const port = parentPort!;
// Saved before the modules are loaded, which may change any global.
const { store, add } = Atomics;

const rewards = new Map<string, Reward>();

function at(item: number, name = 0): void {
  store(progress, PLACE.item, item);
  store(progress, PLACE.name, name);
  add(progress, PLACE.calls, 1);
}

function send(reply: Reply): void {
  port.postMessage(reply);
}

async function load(): Promise<void> {
  const loaded: string[][] = [];
  for (const [i, path] of paths.entries()) {
    at(i);
    const found = await importRewards(path);
    loaded.push([...found.keys()]);
    for (const [name, reward] of found) rewards.set(name, reward);
  }
  at(-1);
  send({ loaded });
}

/** One case after another, up to the first failure. */
function judge(cases: readonly Case[]): Judgement[] {
  const judgements: Judgement[] = [];
  for (const [i, { names, answer, target }] of cases.entries()) {
    const judgement = new Map<string, number | Failure>();
    judgements.push(judgement);
    for (const [j, name] of names.entries()) {
      at(i, j);
      const value = judgeAnswer(name, rewards.get(name)!, answer, target);
      judgement.set(name, value);
      if (typeof value !== "number") return judgements;
    }
  }
  return judgements;
}

function answer({ id, cases }: Question): void {
  const judgements = judge(cases);
  at(-1);
  try {
    send({ id, judgements });
  } catch { // what was thrown cannot be sent, but its text can
    send({ id, judgements: judgements.map(withoutCauses) });
  }
}

function withoutCauses(judgement: Judgement): Judgement {
  const copy = new Map(judgement);
  for (const [name, value] of judgement) {
    if (typeof value !== "number") copy.set(name, { ...value, cause: undefined });
  }
  return copy;
}

withoutExit();
// Standard output belongs to the run's records.
const { error } = console;
console.log = console.info = console.debug = error;
port.on("message", answer);
try {
  await load();
} catch (error) {
  const { name, message } = error as Error;
  send({ error: { name, message } });
}
