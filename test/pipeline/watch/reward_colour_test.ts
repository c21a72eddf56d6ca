import assert from "node:assert/strict";
import fc from "fast-check";
import { rewardColour, rewardRange } from "../../../pipeline/watch/reward_colour.ts";

Deno.test("rewardRange() goes from 0 to the next whole number, and below 0 where it must", () => {
  assert.deepEqual(rewardRange([]), { least: 0, most: 1 });
  assert.deepEqual(rewardRange([0.5, 2.01]), { least: 0, most: 3 });
  assert.deepEqual(rewardRange([-0.5, NaN, Infinity]), { least: -1, most: 1 });
});

Deno.test("rewardColour() has the stops' colours at even places", () => {
  const range = { least: 0, most: 2 };
  assert.equal(rewardColour(0, range), "rgb(124, 108, 242)");
  assert.equal(rewardColour(1, range), "rgb(240, 113, 154)");
  assert.equal(rewardColour(2, range), "rgb(255, 233, 92)");
  assert.equal(rewardColour(NaN, range), rewardColour(0, range));
});

Deno.test("rewardColour() gets lighter with the reward: it can be read without hues", () => {
  const luminance = (colour: string) => {
    const [r, g, b] = colour.match(/\d+/g)!.map((level) => (Number(level) / 255) ** 2.2);
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const reward = fc.double({ noNaN: true, min: -1, max: 4 });
  fc.assert(fc.property(reward, reward, (a, b) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)]
      .map((reward) => luminance(rewardColour(reward, { least: 0, most: 3 })));
    assert.ok(low! <= high! + 0.005, `${low} ${high}`);
  }));
});
