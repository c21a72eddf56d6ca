import { mean } from "../../data/statistics.ts";
import { createHash } from "node:crypto";
import { answerCard, type Card, rank } from "./answer_card.ts";
import { type Html, markup } from "../page/markup.ts";
import { EMPTY_FRAME } from "../page/picture.ts";
import { type OpenAgain, picturesOf } from "./pictures_of.ts";
import type { Answered } from "../run_folder/read_answers.ts";
import type { ReadRun } from "../run_folder/read_run.ts";
import { spreadChoice } from "./spread_choice.ts";

/** A run and what it answered. */
export interface AnsweredRun {
  readonly run: ReadRun;
  readonly answers: readonly Answered[];
}

/** How a gallery is made. */
export interface GalleryOptions {
  /** Questions that are shown, at most, of all runs together. */
  readonly most: number;
  readonly open?: OpenAgain;
  /** Called with a sentence for people if images are missing. */
  readonly onNotice?: (message: string) => void;
}

/** Runs side by side in a card, at most. */
const ABREAST = 3;

/** Galleries in a page, at most: one for each set of questions. */
const GALLERIES = 6;

/**
 * Held-out questions with their images, true boxes and what was answered before and after.
 *
 * Runs that were asked the same and answered the same before stand side by side, three at most.
 * The questions shown are spread evenly over the ranking by gain, so that losses are among them;
 * they stand in that order, and a script may sort them again.
 */
export async function galleries(
  runs: readonly AnsweredRun[],
  { most, ...options }: GalleryOptions,
): Promise<Html> {
  const asked = runs.filter(({ answers }) => answers.length > 0);
  const sets = [...Map.groupBy(asked, ({ answers }) => startOf(answers)).values()];
  const shownSets = sets.slice(0, GALLERIES);
  if (most === 0) return markup`<p class="quiet">Left out.</p>`;
  if (shownSets.length === 0) {
    return markup`<p class="quiet">This run has no answers to held-out questions.</p>`;
  }
  const parts: Html[] = [];
  for (const [i, set] of shownSets.entries()) {
    const share = Math.floor((i + 1) * most / shownSets.length) -
      Math.floor(i * most / shownSets.length);
    parts.push(await gallery(set, share, i, options));
  }
  const more = sets.length - shownSets.length;
  return markup`${parts}${
    more > 0 && markup`<p class="quiet">${more} more sets of questions are not shown.</p>`
  }`;
}

/** Identifies a set of questions and the model that was asked first. */
function startOf(answers: readonly Answered[]): string {
  const start = answers.map((
    { before: { question, prompt, target, text } },
  ) => [question, prompt, target, text]);
  return createHash("sha256").update(JSON.stringify(start)).digest("hex");
}

async function gallery(
  set: readonly AnsweredRun[],
  most: number,
  number: number,
  { open, onNotice }: Omit<GalleryOptions, "most">,
): Promise<Html> {
  const abreast = chosenRuns(set);
  const cards = ranked(abreast);
  const chosen = spreadChoice(cards.length, most).map((place) => cards[place]!);
  const wanted = chosen.map(({ order, before }) => ({
    order,
    question: before.question,
  }));
  const { found, reason } = await picturesOf(abreast[0]!.run.manifest, wanted, open);
  const names = abreast.map(({ run }) => run.name);
  if (reason !== undefined) {
    onNotice?.(`Images of ${names.join(", ")} are left out: ${reason}`);
  }
  const left = set.length - abreast.length;
  const more = left > 0 && markup` <small>and ${left} more with the same start</small>`;
  const columns = 1 +
    abreast.filter(({ answers }) => answers.some((one) => one.after)).length;
  return markup`<section>
<h3>${names.join(", ")}${more}</h3>
<p class="quiet">${chosen.length} of ${cards.length} questions, evenly from the largest gain in reward to the largest loss.${
    reason !== undefined && ` The images are missing: ${reason}.`
  }</p>
<div class="tools" role="group" aria-label="Order" hidden>
<button type="button" data-by="gain" aria-pressed="true">Gains first</button>
<button type="button" data-by="loss" aria-pressed="false">Losses first</button>
<button type="button" data-by="order" aria-pressed="false">As asked</button>
</div>
<ol class="gallery" style="--card: ${5 + 9.2 * columns}rem">
${
    chosen.map((card, i) => {
      const picture = found.get(card.before.question) ?? EMPTY_FRAME;
      return answerCard(card, { names, picture, id: `p${number}-${i}` });
    })
  }</ol>
</section>`;
}

/** At most three: one of each task first, so that SFT stands beside RFT. */
function chosenRuns(set: readonly AnsweredRun[]): readonly AnsweredRun[] {
  const first = [...Map.groupBy(set, ({ run }) => run.config?.task).values()]
    .map(([run]) => run!);
  const chosen = [...first, ...set.filter((run) => !first.includes(run))].slice(
    0,
    ABREAST,
  );
  return set.filter((run) => chosen.includes(run));
}

function ranked(runs: readonly AnsweredRun[]): Card[] {
  const later = runs.map(({ answers }) =>
    new Map(answers.map(({ before, after }) => [before.question, after]))
  );
  return runs[0]!.answers.map(({ order, before }): Card => {
    const after = later.map((own) => own.get(before.question));
    const gains = after.flatMap((answer) =>
      answer === undefined ? [] : [answer.reward - before.reward]
    );
    return {
      order,
      before,
      after,
      gain: mean(gains),
    };
  }).sort((a, b) => rank(b.gain) - rank(a.gain) || a.order - b.order);
}
