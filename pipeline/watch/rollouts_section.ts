import { boxesOf } from "../../data/questions/framed_target.ts";
import type { Target } from "../../data/questions/question.ts";
import { targetTitle } from "../../data/questions/target_title.ts";
import { type Html, markup } from "../page/markup.ts";
import {
  drawing,
  type DrawnBox,
  EMPTY_FRAME,
  type Thumbnail,
  thumbnail,
} from "../page/picture.ts";
import {
  REWARD_STOPS,
  rewardColour,
  type RewardRange,
  rewardRange,
} from "./reward_colour.ts";
import type { Sampled, SampledAnswer } from "./sampled.ts";
import type { SampledStep } from "./watch_state.ts";

/** The most boxes that are drawn on an image, ground truth included: the best answers first. */
const MOST_BOXES = 24;

/** Characters of an answer that are shown. */
const MOST_TEXT = 2000;

/**
 * The newest step's questions: image, true boxes (solid) and the boxes of all completions
 * (dashed, coloured by reward, with the rank of their answer), and the answers, best first.
 *
 * @param credits The artists of the drawings in the images.
 */
export async function rolloutsSection(
  { step, questions }: SampledStep,
  credits: readonly string[] = [],
): Promise<Html> {
  const rewards = questions.flatMap(({ answers }) => answers.map(({ reward }) => reward));
  const range = rewardRange(rewards);
  const cards = await Promise.all(questions.map((sampled) => card(sampled, range)));
  return markup`<h2>Newest answers</h2>
<p class="quiet">Sampled in step ${step}: one card for each question, best answers first. Point at an answer to see only its boxes.</p>
${legend(range)}
<ul class="gallery">${cards}</ul>
${credits.length > 0 && markup`<p class="credits">Drawings: ${credits.join("; ")}.</p>`}`;
}

function legend({ least, most }: RewardRange): Html {
  return markup`<p class="scale"><span>reward</span> <span>${least}</span><span class="ramp" style="background: linear-gradient(to right in oklab, ${
    REWARD_STOPS.join(", ")
  })"></span><span>${most}</span>
<span class="key"><i class="solid"></i>ground truth</span>
<span class="key"><i class="dashed"></i>answer, with its rank</span></p>`;
}

async function card(sampled: Sampled, range: RewardRange): Promise<Html> {
  const { prompt, target, answers, rewardMean, rewardStd } = sampled;
  const picture = await pictureOf(sampled);
  const boxes = drawnBoxes(target, answers, range);
  const wanted = targetTitle(target);
  const rows = answers.map((answer, i) => row(answer, i + 1, range));
  return markup`<li class="card">
<header><h3>${wanted}</h3><span class="gain"><small>mean</small> ${
    rewardMean.toFixed(2)
  } <small>± ${rewardStd.toFixed(2)}</small></span></header>
<details class="asked"><summary>prompt</summary><p>${
    prompt.slice(0, MOST_TEXT)
  }</p></details>
${
    picture &&
    drawing(picture, boxes, {
      alt: `Image with ${boxes.length} boxes; ground truth: ${wanted}`,
      labelSize: 48,
    })
  }
<ol class="answered">${rows}</ol>
</li>`;
}

/** Nothing, if there is neither an image nor a box to show. */
async function pictureOf(
  { picture, target }: Sampled,
): Promise<Thumbnail | undefined> {
  if (picture === undefined) {
    return target.kind === "detection" || boxesOf(target).length > 0
      ? EMPTY_FRAME
      : undefined;
  }
  return "data" in picture ? await thumbnail(picture) : await picture;
}

function drawnBoxes(
  target: Target,
  answers: readonly SampledAnswer[],
  range: RewardRange,
): DrawnBox[] {
  const truth = boxesOf(target).map((box): DrawnBox => ({ box, look: "truth" }));
  const stated = answers.flatMap(({ boxes, reward }, i) =>
    boxes.map((box): DrawnBox => ({
      box,
      look: "answer",
      label: String(i + 1),
      colour: rewardColour(reward, range),
      group: `rank-${i + 1}`,
    }))
  );
  // The best come last, so that they lie on top.
  return [...truth, ...stated.slice(0, Math.max(0, MOST_BOXES - truth.length)).reverse()];
}

function row(answer: SampledAnswer, rank: number, range: RewardRange): Html {
  const { text, count, reward, advantage } = answer;
  const rewards = Object.entries(answer.rewards)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ");
  const shown = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)} …` : text;
  return markup`<li tabindex="0" style="--earned: ${rewardColour(reward, range)}">
<p class="worth"><span class="rank">${rank}</span><b>${
    reward.toFixed(2)
  }</b> <small title="advantage">${signed(advantage)}</small>${
    count > 1 && markup` <small>${count} times</small>`
  }<small class="parts">${rewards}</small></p>
<p class="said">${shown}</p></li>`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
