import type { ReadRun } from "../run_folder/read_run.ts";

/** How a run's line and swatch are drawn. */
export interface Look {
  /** Number of a colour that style.css has for runs, light and dark; the ninth is the first. */
  readonly colour: number;
  /** Number of a kind of dashes; the first is a solid line. */
  readonly dash: number;
}

/** A run and how a page draws it. */
export interface LookedRun extends ReadRun {
  /** Default: by its place in the page. */
  readonly look?: Look;
}

const COLOURS = 8;

/** Runs of one colour, and neighbours, differ in these too: colour alone is not enough. */
const DASHES = [undefined, "7 3", "2 3", "10 3 2 3"] as const;

/** The look of the run at a place in the page: its own if it has one. */
export function lookOf({ look }: Pick<LookedRun, "look">, place: number): Look {
  return look ?? { colour: place, dash: place + Math.floor(place / COLOURS) };
}

/** A look's colour, as CSS has it. */
export function colourOf({ colour }: Look): string {
  return `var(--run-${colour % COLOURS})`;
}

/** A look's dashes; `undefined` for a solid line. */
export function dashOf({ dash }: Look): string | undefined {
  return DASHES[dash % DASHES.length];
}
