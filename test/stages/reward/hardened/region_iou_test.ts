import assert from "node:assert/strict";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { regionIou } from "../../../../stages/reward/hardened/region_iou.ts";

Deno.test("hardened regionIou is the IoU of the only box", () => {
  const target = {
    kind: "grounding",
    box: { x1: 100, y1: 100, x2: 300, y2: 300 },
  } as const;
  const of = (content: string) =>
    regionIou(parseAnswer(`<answer>${content}</answer>`), target);
  assert.equal(of("\n(100,100),(300,300)\n"), 1);
  assert.equal(of("(100,100),(300,200)"), 0.5);
  assert.equal(of("(0,0),(1000,1000)"), 0.04);
  assert.equal(of("(300,300),(100,100)"), 0);
  assert.equal(of("(1000,1000),(0,0)"), 0);
  assert.equal(of("(100,100),(300,300),(100,100),(300,300)"), 0);
  assert.equal(of(""), 0);
});
