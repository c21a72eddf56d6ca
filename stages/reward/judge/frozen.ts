import type { Answer } from "../../records.ts";

/** What is frozen to its depths already: targets are asked about again and again. */
const done = new WeakSet<object>();

/**
 * Freezes a value and everything in it, so that what is handed to a reward is the same
 * afterwards. Typed arrays stay as they are: JavaScript cannot freeze them.
 *
 * @returns The value itself.
 *
 * @example
 * ```ts
 * import { frozen } from "./frozen.ts";
 *
 * const target = frozen({ kind: "classification", label: "cat" });
 * Object.isFrozen(target); // true
 * ```
 */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || done.has(value)) return value;
  if (ArrayBuffer.isView(value)) return value;
  done.add(value); // before its parts: one of them may lead back here
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}

/**
 * The same for an answer, which is judged once: several times as quick as {@linkcode frozen}, which
 * looks for what it may have seen.
 */
export function frozenAnswer(answer: Answer): Answer {
  if (Object.isFrozen(answer)) return answer;
  for (const detection of Object.freeze(answer.detections)) {
    Object.freeze(detection);
    Object.freeze(detection.box);
  }
  return Object.freeze(answer);
}
