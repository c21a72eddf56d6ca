import { boxesOf } from "../../data/questions/framed_target.ts";
import type { Target } from "../../data/questions/question.ts";
import { targetTitle } from "../../data/questions/target_title.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import { cut } from "../../data/short_text.ts";
import { type Html, markup } from "../page/markup.ts";
import { drawing, type DrawnBox, type Thumbnail } from "../page/picture.ts";
import type { ReadAnswer } from "../run_folder/read_answers.ts";
import { shown } from "../page/shown.ts";
import { change } from "../page/table.ts";

/** A question and the answers of the runs side by side. */
export interface Card {
  /** Place in the order of asking. */
  readonly order: number;
  readonly before: ReadAnswer;
  readonly after: readonly (ReadAnswer | undefined)[];
  /** Mean over the runs; NaN if none was asked again. */
  readonly gain: number;
}

/** A gain to sort by; an unknown one counts as 0. */
export function rank(gain: number): number {
  return Number.isNaN(gain) ? 0 : gain;
}

/** What a card shows beside its question. */
export interface CardOptions {
  /** Of the runs, in the order of the answers. */
  readonly names: readonly string[];
  readonly picture: Thumbnail;
  /** For the image, unique in the page: it stands in the page once, however often it is shown. */
  readonly id: string;
}

/** A question with its image, its true boxes and what was answered, as an item of a list. */
export function answerCard(
  { order, before, after, gain }: Card,
  { names, picture, id }: CardOptions,
): Html {
  const { target, prompt, system } = before;
  const again = picture.href === undefined ? picture : { ...picture, href: `#${id}` };
  const side = Number.isNaN(gain)
    ? undefined
    : markup`<span class="gain"><small>${
      after.length > 1 ? "mean gain" : "gain"
    }</small> ${change("reward", gain, 2)}</span>`;
  const asked = isTitle(target, prompt) && system === undefined
    ? undefined
    : markup`<div class="asked">${promptOf(prompt, system)}</div>`;
  const show = (name: string, answer: ReadAnswer, picture: Thumbnail, id?: string) =>
    answerOf(name, answer, picture, { id, labelSize: after.length > 1 ? 76 : 56 });
  const later = after.map((answer, i) =>
    answer && show(names.length > 1 ? names[i]! : "After", answer, again)
  );
  return markup`<li class="card" data-order="${order}" data-gain="${rank(gain)}">
<header><h3>${titleOf(target, prompt)}</h3>${side}</header>
${asked}
<div class="answers">${show("Before", before, picture, id)}${later}</div>
</li>
`;
}

/** Characters of a prompt that is shown as it is. */
const SHORT = 90;

/** The prompt, folded if it is long or a system message stands before it. */
function promptOf(prompt: string, system?: string): Html {
  if (prompt.length <= SHORT && system === undefined) return markup`<bdi>${prompt}</bdi>`;
  const before = system && markup`<p><small>System:</small> <bdi>${system}</bdi></p>`;
  return markup`<details><summary><bdi>${
    cut(prompt, SHORT)
  }</bdi></summary>${before}<p><bdi>${prompt}</bdi></p></details>`;
}

/** Whether the prompt is short, and says all that a title could. */
function isTitle({ kind }: Target, prompt: string): boolean {
  return kind === "grounding" && prompt.length <= SHORT;
}

function titleOf(target: Target, prompt: string): Html {
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
    case "grounding":
      return isTitle(target, prompt) ? markup`<bdi>${prompt}</bdi>` : markup`Region`;
    default:
      return markup`<bdi>${targetTitle(target)}</bdi>`;
  }
}

function answerOf(
  name: string,
  answer: ReadAnswer,
  picture: Thumbnail,
  options: { readonly id?: string; readonly labelSize: number },
): Html {
  const { text, frame, target, reward, rewards } = answer;
  const stated = parseAnswer(text, frame).detections.map((
    { box, confidence },
  ): DrawnBox => ({
    box,
    look: "answer",
    label: confidence === undefined
      ? "answer"
      : String(Number(confidence.toPrecision(3))),
  }));
  const alt = `${name}: ${stated.length} boxes answered, ${
    trueBoxes(target).length
  } true`;
  const parts = Object.entries(rewards).map(([part, value]) =>
    markup`<span>${part} ${shown(value, 2)}</span> `
  );
  const boxes = [...trueBoxes(target), ...stated];
  return markup`<div class="answer">${drawing(picture, boxes, { alt, ...options })}
<h4><span>${name}</span><span>${shown(reward, 2)}</span></h4>
<p class="quiet">${parts}</p>
<p class="said" dir="auto">${said(text)}</p>
</div>`;
}

function trueBoxes(target: Target): DrawnBox[] {
  return boxesOf(target).map((box, i) => ({
    box,
    look: "truth",
    ...i === 0 && { label: "true" },
  }));
}

/** Characters of an answer that are shown. */
const MOST_TEXT = 1200;

/** A completion's text, its tags set back. */
function said(text: string): Html {
  if (text === "") return markup`<i>(nothing)</i>`;
  return markup`${
    cut(text, MOST_TEXT).split(/(<\/?(?:think|answer)>)/)
      .map((part, i) => i % 2 === 0 ? part : markup`<i>${part}</i>`)
  }`;
}
