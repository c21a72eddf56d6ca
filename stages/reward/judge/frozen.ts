import type { Answer } from "../../records.ts";

/** Values that are deeply frozen already: targets come again and again. */
const done = new WeakSet<object>();

/**
 * Freezes a value and everything in it, so that a reward cannot change what it is
 * given. Typed arrays stay as they are: JavaScript cannot freeze them.
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
  done.add(value); // before its parts, which may refer back to it
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}

/**
 * The same for an answer, which is judged once: several times as fast as {@linkcode frozen}, which
 * remembers what it has frozen.
 */
export function frozenAnswer(answer: Answer): Answer {
  if (Object.isFrozen(answer)) return answer;
  for (const detection of Object.freeze(answer.detections)) {
    Object.freeze(detection);
    Object.freeze(detection.box);
  }
  if (answer.points) Object.freeze(answer.points).forEach(Object.freeze);
  return Object.freeze(answer);
}
