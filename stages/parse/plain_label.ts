import { withoutFence } from "./plain_content.ts";
import { readValue, skipSpace } from "./read_value.ts";

/** Keys under which a model may write its one label. */
const LABEL_KEYS = /^(?:label|answer|class|category|name)$/i;

/**
 * The label that a content states, without what models put around it: a code fence, quotes,
 * `**bold**` and `__bold__`, `$…$`, `\boxed{…}`, `{"label": …}` and a final full stop. Nothing is taken out of the label
 * itself. Total.
 *
 * @example
 * ```ts
 * import { plainLabel } from "./plain_label.ts";
 *
 * plainLabel("**Tiger lily**."); // "Tiger lily"
 * plainLabel('{"label": "tiger lily"}'); // "tiger lily"
 * ```
 */
export function plainLabel(content: string): string {
  let label = withoutFence(content);
  for (let layers = 0; layers < MOST_LAYERS; layers++) {
    const inner = oneLayerLess(label).trim();
    if (inner === label || inner === "") break;
    label = inner;
  }
  return label;
}

/** Things around a label, one in the other, that are taken off. */
const MOST_LAYERS = 8;

const AROUND = [
  /^"([^"]*)"$/s,
  /^'([^']*)'$/s,
  /^“([^”]*)”$/s,
  /^`([^`]*)`$/s,
  /^\*\*([^*]*)\*\*$/s,
  /^\*([^*]*)\*$/s,
  /^__((?:[^_]|_(?!_))*)__$/s,
  /^\$([^$]*)\$$/s,
  /^\\boxed\{(.*)\}$/s,
  /^\\text\{(.*)\}$/s,
  /^(.*[^.])\.$/s,
];

function oneLayerLess(label: string): string {
  for (const around of AROUND) {
    const inner = around.exec(label)?.[1];
    if (inner !== undefined) return inner;
  }
  if (!label.startsWith("{")) return label;
  const read = readValue(label, 0);
  if (read?.value.kind !== "object" || skipSpace(label, read.end) < label.length) {
    return label;
  }
  const [entry, another] = read.value.entries;
  if (entry === undefined || another !== undefined) return label;
  const [key, value] = entry;
  return LABEL_KEYS.test(key) && value.kind === "text" ? value.text : label;
}
