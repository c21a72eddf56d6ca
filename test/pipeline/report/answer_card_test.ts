import assert from "node:assert/strict";
import * as v from "valibot";
import { htmlOf } from "../../../pipeline/page/markup.ts";
import { answerCard } from "../../../pipeline/report/answer_card.ts";
import { answerRow } from "../../../pipeline/run_folder/answer_row.ts";
import { answerRowSchema } from "../../../pipeline/run_folder/answers_schema.ts";
import type { Scored } from "../../../stages/records.ts";

const scored = (system?: string) => ({
  question: {
    id: "1",
    images: [],
    prompt: "Which colour?",
    target: { kind: "classification", label: "red" },
    ...system !== undefined && { system },
  },
  text: "<answer>red</answer>",
  tokenIds: [1, 2],
  rewards: { accuracy: 1 },
  reward: 1,
} as unknown as Scored);

const card = (system?: string) => {
  const before = v.parse(
    answerRowSchema,
    JSON.parse(JSON.stringify(answerRow(0, "held-out", scored(system)))),
  );
  const picture = { width: 4, height: 4 };
  return htmlOf(answerCard(
    { order: 0, before, after: [before], gain: 0 } as never,
    { names: ["run"], picture, id: "p1" } as never,
  ));
};

Deno.test("an answer's record has the system message if there is one, and is read without", () => {
  assert.equal(answerRow(0, "held-out", scored("Be short.")).system, "Be short.");
  assert.equal(Object.hasOwn(answerRow(0, "held-out", scored()), "system"), false);
});

Deno.test("the folded prompt shows the system message, escaped", () => {
  const html = card("Be <b>short</b>.");
  assert.match(html, /<details>.*Be &#60;b&#62;short&#60;\/b&#62;\..*Which colour\?/s);
  assert.doesNotMatch(card(), /<div class="asked"><details>|System/);
});
