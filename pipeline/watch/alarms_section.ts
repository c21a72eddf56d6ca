import { type Html, markup } from "../page/markup.ts";
import type { ReadAlarm } from "../run_folder/read_run.ts";

/** The alarms, newest first; nothing if there are none. */
export function alarmsSection(alarms: readonly ReadAlarm[]): Html {
  if (alarms.length === 0) return markup``;
  const items = alarms.toReversed().map(({ step, name, message }) =>
    markup`<li><strong>${name.replaceAll("_", " ")}</strong> <small>step ${step}</small>
<p>${message}</p></li>`
  );
  return markup`<h2>Alarms</h2>
<ul class="alarms">${items}</ul>`;
}
