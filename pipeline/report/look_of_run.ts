/** Colours that style.css has for runs, light and dark. */
const COLOURS = 8;

/** Runs of one colour, and neighbours, differ in these too: colour alone tells nobody apart. */
const DASHES = [undefined, "7 3", "2 3", "10 3 2 3"] as const;

/** Colour of the run at a place, as CSS has it; the ninth has that of the first. */
export function colourOf(place: number): string {
  return `var(--run-${place % COLOURS})`;
}

/** Dashes of the line of the run at a place; `undefined` for a solid one. */
export function dashOf(place: number): string | undefined {
  return DASHES[(place + Math.floor(place / COLOURS)) % DASHES.length];
}
