import type { Ingredients } from "../checkpoint/checkpoint.ts";

/**
 * What a run was made of that is no longer the same.
 *
 * @returns A phrase each, such as "the base model (sha256 …)"; empty if all is as it was.
 */
export function changesOf(before: Ingredients, now: Ingredients): string[] {
  const { data, model } = before;
  const short = (hash: string) => hash.slice(0, 12);
  const changed = (what: string, from: string, to: string) =>
    `${what} (${short(from)}… then, ${short(to)}… now)`;
  return [
    ...before.version === now.version
      ? []
      : [`the version of this program (${before.version} then, ${now.version} now)`],
    ...(["train", "heldOut"] as const).flatMap((split) =>
      data[split] === now.data[split] ? [] : [changed(
        split === "train" ? "the training data" : "the held-out data",
        data[split],
        now.data[split],
      )]
    ),
    ...model === undefined || now.model === undefined || model === now.model
      ? []
      : [changed("the base model", model, now.model)],
  ];
}

/**
 * Refuses to resume a run that is made of something else by now.
 *
 * @throws {TypeError} If something changed: names it, and the option that accepts it.
 */
export function checkUnchanged(run: string, before: Ingredients, now: Ingredients): void {
  const changes = changesOf(before, now);
  if (changes.length === 0) return;
  throw new TypeError(
    `Since the checkpoint of ${run} was written, ${
      changes.join(" and ")
    } changed: put it ` +
      "back as it was, or accept that with acceptChanges",
  );
}

/**
 * Refuses to resume a run under other rewards than its own, unless they are named anew.
 *
 * @throws {TypeError} If one is new, missing or changed: names it.
 */
export function checkSameRewards(
  run: string,
  before: Ingredients["rewards"],
  now: Ingredients["rewards"],
): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [then, today] = [own(before, name), own(now, name)];
    if (then === today) continue;
    const what = today === undefined
      ? "is missing"
      : then === undefined
      ? "is new"
      : "has changed";
    throw new TypeError(
      `The reward ${
        JSON.stringify(name)
      } of ${run} ${what} since its checkpoint: put it ` +
        `back as it was, or name the modules to use with option reward`,
    );
  }
}

function own(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
