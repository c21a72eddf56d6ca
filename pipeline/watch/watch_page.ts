import { markup, trusted } from "../page/markup.ts";
import { page } from "../page/page.ts";
import live from "./live.js" with { type: "text" };
import type { Rendered } from "./rendered.ts";
import { SECTIONS } from "./sections.ts";
import css from "./watch.css" with { type: "text" };

/** Ranks whose boxes can be shown alone. */
const RANKS = 24;

/**
 * The live page as it is now, with a script that updates its sections.
 *
 * @param token The run and the version of the sections that the script continues from.
 */
export function watchPage({ sections }: Rendered, token: string): string {
  const parts = SECTIONS.map(({ id }) => {
    const html = sections.find((section) => section.id === id)?.html ?? "";
    return markup`<section id="${id}">${trusted(html)}</section>`;
  });
  return page({
    title: "A run, live",
    live: true,
    script: live,
    body: markup`<style>${trusted(css + onlyRank())}</style>
<p id="connection" role="status" hidden>Connection lost, reconnecting.</p>
<main data-seen="${token}">${parts}</main>
<button id="pause" type="button" aria-pressed="false" hidden>Pause</button>`,
  });
}

/** Style rules: pointing at an answer fades the boxes of all others. */
function onlyRank(): string {
  return Array.from({ length: RANKS }, (_, i) => {
    const row = `.answered li:nth-child(${i + 1})`;
    return `.card:has(${row}:hover, ${row}:focus) .box.answer:not(.rank-${i + 1})`;
  }).join(",\n") + " { opacity: 0.08 }\n";
}
