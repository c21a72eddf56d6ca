/**
 * Defines a kind of answer of your own: reading a clock, where each minute off costs a little.
 *
 *     deno run -A examples/own_kind.ts          # 5 steps
 *
 * A question has the kind's name and any truth; the kind says what an answer to it is worth. The
 * embedded model has never seen a clock; with the setting `model` a larger one may read it:
 *
 *     step 1 near 0.00
 *     …
 *     minutes off 360
 */
import { type Question, type TargetKind, train } from "../mod.ts";

/** Minutes between the time stated and the true one, at most 360. */
function minutesOff(content = "", truth: number): number {
  const [, h, m] = /^(\d\d?):(\d\d)$/.exec(content) ?? [];
  const apart = Math.abs(Number(h) * 60 + Number(m) - truth) % 720;
  return h === undefined ? 360 : Math.min(apart, 720 - apart);
}

const clock: TargetKind<number> = {
  rewards: { near: ({ content }, truth) => 1 - minutesOff(content, truth) / 360 },
  figures: { minutes_off: ({ content }, truth) => minutesOff(content, truth) },
};

/** A white dot on black, where the hour hand ends. */
function question(index: number): Promise<Question> {
  const truth = index * 7, angle = truth / 360 * Math.PI;
  const [x, y] = [28 + 20 * Math.sin(angle), 28 - 20 * Math.cos(angle)].map(Math.round);
  const at = (y! * 56 + x!) * 3;
  const data = new Uint8Array(56 * 56 * 3).fill(255, at, at + 3);
  const target = { kind: "own", name: "clock", truth } as const;
  const images = [{ width: 56, height: 56, data }], prompt = "What time is it?";
  return Promise.resolve({ id: `clock/${index}`, images, prompt, target });
}

const clocks = { name: "clocks", size: 90, manifest: { clocks: 90 }, question };
const sets = { train: clocks, heldOut: clocks, describe: "clocks" };
train({ steps: Number(Deno.args[0] ?? 5), evalSamples: 6, data: "clocks" }, {
  targetKinds: { clock },
  openData: () => Promise.resolve(sets),
}).subscribe((record) => {
  const near = Number(record.type === "step" && record["rewards/near/mean"]).toFixed(2);
  if (record.type === "step") console.log("step", record.step, "near", near);
  if (record.type === "done") {
    console.log("minutes off", record.after["clock/minutes_off"]);
  }
});
