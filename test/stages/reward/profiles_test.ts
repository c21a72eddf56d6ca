import assert from "node:assert/strict";
import fc from "fast-check";
import type { Box } from "../../../data/geometry/box.ts";
import type { Target } from "../../../data/questions/question.ts";
import { formatSolution } from "../../../stages/parse/format_solution.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import type { RewardOptions } from "../../../stages/reward/criteria/options.ts";
import { type Profile, PROFILES, rewardsFor } from "../../../stages/reward/profiles.ts";
import type { Detection } from "../../../stages/records.ts";
import { completionText, MONSTERS } from "../../support/completions.ts";
import {
  anyTarget,
  detection,
  detectionTarget,
  stating,
  trueBoxes,
} from "../../support/detections.ts";

const truth = [{ x1: 0, y1: 0, x2: 10, y2: 10 }];
const targets: readonly Target[] = [
  detectionTarget(truth),
  detectionTarget([]),
  { kind: "classification", label: "cat" },
  { kind: "grounding", box: truth[0]! },
  { kind: "number", value: 3 },
  { kind: "text", text: "EXIT" },
  { kind: "choice", choice: "B", options: ["red", "blue"] },
  { kind: "point", box: truth[0]! },
];

function values(
  profile: Profile,
  text: string,
  target: Target,
  options?: RewardOptions,
) {
  const answer = parseAnswer(text);
  return Object.entries(rewardsFor(profile, target.kind, options))
    .map(([name, reward]) => [name, reward(answer, target)] as const);
}

Deno.test("rewardsFor() names the rewards of every kind of target", () => {
  for (const profile of PROFILES) {
    const names = (kind: Target["kind"]) => Object.keys(rewardsFor(profile, kind));
    assert.deepEqual(names("detection"), ["iou", "confidence", "format"]);
    assert.deepEqual(names("classification"), ["accuracy", "format"]);
    assert.deepEqual(names("grounding"), ["iou", "format"]);
    assert.deepEqual(names("number"), ["accuracy", "format"]);
    assert.deepEqual(names("choice"), ["accuracy", "format"]);
    assert.deepEqual(names("text"), ["similarity", "format"]);
    assert.deepEqual(names("point"), ["point", "format"]);
    assert.deepEqual(names("own"), ["format"]);
  }
});

for (const profile of ["paper", "hardened"] as const) {
  Deno.test(`${profile} rewards stay in [0, 1], whatever the text`, () => {
    const bounded = (text: string, target: Target) => {
      for (const [name, value] of values(profile, text, target)) {
        assert.ok(value >= 0 && value <= 1, `${name}: ${value}`);
      }
    };
    fc.assert(fc.property(completionText, anyTarget, bounded), { numRuns: 2000 });
    for (const text of MONSTERS) targets.forEach((target) => bounded(text, target));
  });

  Deno.test(`${profile} rewards stay in [0, 1] for all boxes and confidences`, () => {
    const threshold = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const bounded = (
      detections: readonly Detection[],
      boxes: readonly Box[],
      iouThreshold: number,
    ) => {
      const { text } = stating(detections);
      const target = detectionTarget(boxes);
      for (const [name, value] of values(profile, text, target, { iouThreshold })) {
        assert.ok(value >= 0 && value <= 1, `${name}: ${value}`);
      }
    };
    fc.assert(fc.property(fc.array(detection), trueBoxes, threshold, bounded));
  });

  Deno.test(`${profile} rewards do not depend on the order of distinct confidences`, () => {
    const detections = fc.uniqueArray(
      detection.filter(({ confidence = -1 }) => confidence > 0 && confidence < 1),
      { selector: ({ confidence }) => confidence },
    );
    fc.assert(fc.property(detections, trueBoxes, (detections, boxes) => {
      const target = detectionTarget(boxes);
      const [forth, back] = [detections, detections.toReversed()]
        .map((order) => values(profile, stating(order).text, target).map(([, v]) => v));
      forth!.forEach((value, i) => assert.ok(Math.abs(value - back![i]!) < 1e-12));
    }));
  });
}

Deno.test("official rewards read any text without an error", () => {
  const total = (text: string, target: Target) => {
    for (const [name, value] of values("official", text, target)) {
      assert.equal(typeof value, "number");
      // Signed areas and Python's NaN are the two ways out of the range.
      if (target.kind === "grounding" && name === "iou") continue;
      assert.ok((value >= 0 && value <= 1) || Number.isNaN(value), `${name}: ${value}`);
    }
  };
  fc.assert(fc.property(completionText, anyTarget, total), { numRuns: 2000 });
  for (const text of MONSTERS) targets.forEach((target) => total(text, target));
});

Deno.test("every reward gives the same, asked twice", () => {
  const profiles = fc.constantFrom(...PROFILES);
  fc.assert(fc.property(profiles, completionText, anyTarget, (profile, text, target) => {
    assert.deepEqual(values(profile, text, target), values(profile, text, target));
  }));
});

Deno.test("rewardsFor() binds the threshold of detection in every profile", () => {
  // A box of 7 tenths of the true one, believed to 0.8: found, and then not.
  const { text } = stating([{ box: { x1: 0, y1: 0, x2: 10, y2: 7 }, confidence: 0.8 }]);
  const answer = parseAnswer(text);
  const target = detectionTarget(truth);
  const earned = (profile: Profile, options?: RewardOptions) => {
    const { iou, confidence } = rewardsFor(profile, "detection", options);
    return [iou!, confidence!].map((reward) => Number(reward(answer, target).toFixed(6)));
  };
  for (const profile of ["paper", "official"] as const) {
    assert.deepEqual(earned(profile), [0.7, 0.8]);
    assert.deepEqual(earned(profile, { iouThreshold: 0.75 }), [0, 0.2]);
    assert.deepEqual(earned(profile, { iouThreshold: 0.69 }), [0.7, 0.8]);
    assert.deepEqual(earned(profile, {}), [0.7, 0.8]);
  }
  assert.deepEqual(earned("hardened"), [0.7, 0.986667]); // (2 + 1 − 0.2²) / 3
  assert.deepEqual(earned("hardened", { iouThreshold: 0.75 }), [0, 0.453333]); // (2 − 0.8²) / 3
});

Deno.test("rewardsFor() finds any overlap at a threshold of 0, and none without overlap", () => {
  const target = detectionTarget(truth);
  const [tenth, beside] = [{ x1: 9, x2: 10 }, { x1: 10, x2: 11 }].map((sides) =>
    stating([{ box: { ...sides, y1: 0, y2: 10 }, confidence: 1 }])
  );
  for (const profile of PROFILES) {
    const { iou } = rewardsFor(profile, "detection", { iouThreshold: 0 });
    assert.ok(Math.abs(iou!(tenth!, target) - 0.1) < 1e-12, profile);
    assert.equal(iou!(beside!, target), 0);
  }
});

Deno.test("rewardsFor() refuses a threshold that no box or every box exceeds", () => {
  for (const iouThreshold of [1, -0.1, NaN]) {
    assert.throws(() => rewardsFor("paper", "grounding", { iouThreshold }), {
      name: "RangeError",
      message: `iouThreshold must be a number from 0 to below 1: it is ${iouThreshold}`,
    });
  }
});

Deno.test("without thinking the format of every profile is an answer block alone", () => {
  const [, , , grounding] = targets;
  const earned = (profile: Profile, text: string, thinking: boolean) => {
    const { format } = rewardsFor(profile, "grounding", { thinking });
    return format!(parseAnswer(text), grounding!);
  };
  for (const profile of PROFILES) {
    const alone = "<answer>b</answer>", thought = `<think>a</think>${alone}`;
    assert.deepEqual([true, false].map((on) => earned(profile, alone, on)), [0, 1]);
    assert.deepEqual([true, false].map((on) => earned(profile, thought, on)), [1, 0]);
    for (const text of ["b", "", "<answer>b", `${alone}.`, `so ${alone}`, "<answer>"]) {
      assert.equal(earned(profile, text, false), 0, `${profile}: ${text}`);
    }
  }
  // What an answer may look like inside is each profile's own affair, as with thinking.
  const each = (text: string) => PROFILES.map((profile) => earned(profile, text, false));
  assert.deepEqual(PROFILES, ["paper", "official", "hardened"]);
  assert.deepEqual(each("<answer> </answer>"), [1, 1, 0]);
  assert.deepEqual(each("<answer>b</answer>\n"), [1, 0, 1]);
  assert.deepEqual(each("<answer>a</answer><answer>b</answer>"), [0, 1, 0]);
});

Deno.test("without thinking the right answer alone earns what it did with thoughts", () => {
  fc.assert(fc.property(anyTarget, fc.constantFrom(...PROFILES), (target, profile) => {
    const thought = values(profile, formatSolution(target, "I look."), target);
    const alone = values(profile, formatSolution(target), target, { thinking: false });
    assert.deepEqual(alone, thought);
  }));
});

Deno.test("the right answer earns the most", () => {
  const integers = anyTarget.filter((target) =>
    target.kind !== "classification" || target.label !== "-"
  );
  fc.assert(fc.property(integers, (target) => {
    const text = formatSolution(target, "I look.");
    const absent = target.kind === "detection" && target.boxes.length === 0;
    for (const profile of PROFILES) {
      for (const [name, value] of values(profile, text, target)) {
        const quirk = profile !== "hardened" && absent && name !== "format";
        const most = profile === "official" && target.kind === "grounding" ? 2 : 1;
        const wanted = quirk ? 0 : name === "format" ? 1 : most;
        assert.ok(Math.abs(value - wanted) < 1e-12, `${profile} ${name}: ${value}`);
      }
    }
  }));
});

Deno.test("a reward of one kind gives nothing on targets of another", () => {
  for (const profile of PROFILES) {
    for (const target of targets) {
      const answer = parseAnswer(formatSolution(target, "x"));
      for (const other of targets) {
        if (other.kind === target.kind) continue;
        for (const [name, reward] of Object.entries(rewardsFor(profile, other.kind))) {
          if (name !== "format") assert.equal(reward(answer, target), 0);
        }
      }
    }
  }
});
