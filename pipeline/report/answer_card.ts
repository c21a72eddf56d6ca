import type { Target } from "../../data/question.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import { type Html, markup } from "./markup.ts";
import { drawing, type DrawnBox, type Thumbnail } from "./picture.ts";
import type { ReadAnswer } from "./read_answers.ts";
import { shown } from "./shown.ts";
import { change } from "./table.ts";

/** A question and the answers of the runs side by side. */
export interface Card {
  /** Place in the order of asking. */
  readonly order: number;
  readonly before: ReadAnswer;
  readonly after: readonly (ReadAnswer | undefined)[];
  /** Mean over the runs; NaN where none was asked again. */
  readonly gain: number;
}

/** A gain to sort by: no gain is no reason to stand first or last. */
export function rank(gain: number): number {
  return Number.isNaN(gain) ? 0 : gain;
}

/** What a card shows beside its question. */
export interface CardOptions {
  /** Of the runs, in the order of the answers. */
  readonly names: readonly string[];
  readonly picture: Thumbnail;
  /** For the picture, unique in the page: it stands in the page once, however often it is shown. */
  readonly id: string;
}

/** A question with its picture, its true boxes and what was answered, as an item of a list. */
export function answerCard(
  { order, before, after, gain }: Card,
  { names, picture, id }: CardOptions,
): Html {
  const { target, prompt } = before;
  const again = picture.href === undefined ? picture : { ...picture, href: `#${id}` };
  const later = after.map((answer, i) =>
    answer && answerOf(names.length > 1 ? names[i]! : "After", answer, again)
  );
  const side = Number.isNaN(gain)
    ? undefined
    : markup`<span class="gain"><small>${
      after.length > 1 ? "mean gain" : "gain"
    }</small> ${change("reward", gain, 2)}</span>`;
  return markup`<li class="card" data-order="${order}" data-gain="${rank(gain)}">
<header><h3>${titleOf(target)}</h3>${side}</header>
<div class="asked">${promptOf(prompt)}</div>
<div class="answers">${answerOf("Before", before, picture, id)}${later}</div>
</li>
`;
}

function promptOf(prompt: string): Html {
  if (prompt.length <= 90) return markup`<bdi>${prompt}</bdi>`;
  const head = prompt.slice(0, 80).replace(/\s+\S*$/, "");
  return markup`<details><summary><bdi>${head}…</bdi></summary><p><bdi>${prompt}</bdi></p></details>`;
}

function titleOf(target: Target): Html {
  switch (target.kind) {
    case "detection": {
      const { length } = target.boxes;
      const many = length === 0
        ? "not there"
        : length === 1
        ? "1 box"
        : `${length} boxes`;
      return markup`<bdi>${target.category}</bdi> <small>${many}</small>`;
    }
    case "classification":
      return markup`<bdi>${target.label}</bdi>`;
    case "grounding":
      return markup`Region`;
  }
}

function answerOf(
  name: string,
  answer: ReadAnswer,
  picture: Thumbnail,
  id?: string,
): Html {
  const { text, frame, target, reward, rewards } = answer;
  const stated = parseAnswer(text, frame).detections.map((
    { box, confidence },
  ): DrawnBox => ({
    box,
    look: "answer",
    label: confidence === undefined ? "?" : String(Number(confidence.toPrecision(3))),
  }));
  const alt = `${name}: ${stated.length} boxes answered, ${
    trueBoxes(target).length
  } true`;
  const parts = Object.entries(rewards).map(([part, value]) =>
    markup`<span>${part} ${shown(value, 2)}</span> `
  );
  const boxes = [...trueBoxes(target), ...stated];
  return markup`<div class="answer">${drawing(picture, boxes, { alt, id })}
<h4><span>${name}</span><span>${shown(reward, 2)}</span></h4>
<p class="quiet">${parts}</p>
<p class="said" dir="auto">${said(text)}</p>
</div>`;
}

function trueBoxes(target: Target): DrawnBox[] {
  const boxes = target.kind === "detection"
    ? target.boxes
    : target.kind === "grounding"
    ? [target.box]
    : [];
  return boxes.map((box, i) => ({ box, look: "truth", ...i === 0 && { label: "true" } }));
}

/** Characters of an answer that are shown. */
const MOST_TEXT = 1200;

/** A completion's text, its tags set back. */
function said(text: string): Html {
  if (text === "") return markup`<i>(nothing)</i>`;
  const cut = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
  return markup`${
    cut.split(/(<\/?(?:think|answer)>)/)
      .map((part, i) => i % 2 === 0 ? part : markup`<i>${part}</i>`)
  }`;
}
