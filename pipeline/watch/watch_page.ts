import { markup, trusted } from "../page/markup.ts";
import { page } from "../page/page.ts";
import live from "./live.js" with { type: "text" };
import type { Rendered } from "./rendered.ts";
import { SECTIONS } from "./sections.ts";
import css from "./watch.css" with { type: "text" };

/** Ranks whose boxes can be seen alone. */
const RANKS = 24;

/**
 * The whole live page as it is now, and a script that puts later sections in their places.
 *
 * @param token Names the run and the version of the sections, for the script to go on from.
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
<p id="connection" role="status" hidden>The connection is lost: trying again.</p>
<main data-seen="${token}">${parts}</main>
<button id="pause" type="button" aria-pressed="false" hidden>Hold still</button>`,
  });
}

/** Rules by which pointing at the answer of a rank fades the boxes of all others. */
function onlyRank(): string {
  return Array.from({ length: RANKS }, (_, i) => {
    const row = `.answered li:nth-child(${i + 1})`;
    return `.card:has(${row}:hover, ${row}:focus) .box.answer:not(.rank-${i + 1})`;
  }).join(",\n") + " { opacity: 0.08 }\n";
}
