/**
 * What a policy is at work on, from one call of {@linkcode enterPhase} to the next:
 *
 * - `prompt`: prompts become tokens and images become pixels.
 * - `vision`: the vision tower, where it runs alone.
 * - `prefill`: the model reads the prompts.
 * - `decode`: the model computes the logits of the next tokens.
 * - `sampling`: tokens are drawn from logits, on the host.
 * - `reference`, `forward`: log-probabilities under the frozen and under the current weights.
 * - `loss`: the loss and its gradient to the log-probabilities, on the host.
 * - `backward`: gradients of the weights.
 * - `optimiser`: the gradient's norm, and the step of the weights.
 * - `workers sample`, `workers learn`: all from `vision` to `sampling`, and from `vision` to
 *   `backward`, where workers with engines of their own do it.
 */
export type Phase =
  | "prompt"
  | "vision"
  | "prefill"
  | "decode"
  | "sampling"
  | "reference"
  | "forward"
  | "loss"
  | "backward"
  | "optimiser"
  | "workers sample"
  | "workers learn";

let told: ((phase: Phase) => void) | undefined;

/** Says that the work from here on belongs to `phase`; does nothing if nobody listens. */
export function enterPhase(phase: Phase): void {
  told?.(phase);
}

/**
 * Listens to the phases of all policies of this process, instead of who listened before.
 *
 * @param listener Called at the beginning of each phase; `undefined` ends listening.
 *
 * @example
 * ```ts
 * import { enterPhase, onPhase } from "./phases.ts";
 *
 * const phases: string[] = [];
 * onPhase((phase) => phases.push(phase));
 * enterPhase("prefill");
 * onPhase(undefined);
 * enterPhase("decode");
 * console.assert(phases.join() === "prefill");
 * ```
 */
export function onPhase(listener: ((phase: Phase) => void) | undefined): void {
  told = listener;
}
