import type { Vocabulary } from "./vocabulary.ts";
import {
  coordinateTarget,
  type SoftTarget,
  type TokenKinds,
  uniformTarget,
} from "./token_targets.ts";

/** A question and the answer that is to be learnt. */
export interface Exercise {
  readonly prompt: string;
  /** The completion's text, without the end token; coordinates are multiples of 10. */
  readonly answer: string;
  /** The answer's coordinates before rounding, in the order of the text; frame 0–1000. */
  readonly coordinates: readonly number[];
}

/** What a learnt token is, for the figures. */
export const TOKEN_KINDS = ["text", "presence", "coordinate", "confidence"] as const;

/** The target at one token. */
export interface TokenTarget {
  readonly kind: typeof TOKEN_KINDS[number];
  readonly target: SoftTarget;
  readonly weight: number;
}

/** Weight of the token that says whether there is anything to find: the hardest of all. */
const PRESENCE_WEIGHT = 4;
const COORDINATE_WEIGHT = 2;

/** One question with its answer, as tokens. */
export interface Block {
  readonly tokens: readonly number[];
  /** Target of the token with the same index; undefined if it is given, not learnt. */
  readonly targets: readonly (TokenTarget | undefined)[];
}

/**
 * Tokens and targets of an exercise, as the chat template lays them out: the prompt, a line
 * break, the answer and the end token.
 *
 * @throws {RangeError} If the answer holds another number of coordinates than
 * `exercise.coordinates`.
 */
export function exerciseBlock(
  exercise: Exercise,
  vocabulary: Vocabulary,
  kinds: TokenKinds,
): Block {
  const given = vocabulary.encode(`${exercise.prompt}\n`);
  const learnt = [...vocabulary.encode(exercise.answer), vocabulary.id("<|im_end|>")];
  let coordinates = 0;
  const targets = learnt.map((token): TokenTarget => {
    for (const tokens of [kinds.first, kinds.further]) {
      if (!tokens.includes(token)) continue;
      const exact = exercise.coordinates[coordinates++] ?? NaN;
      return {
        kind: "coordinate",
        weight: COORDINATE_WEIGHT,
        target: coordinateTarget(tokens, exact),
      };
    }
    if (kinds.confidences.includes(token)) {
      return { kind: "confidence", weight: 1, target: uniformTarget(kinds.confidences) };
    }
    const decides = kinds.presence.includes(token);
    return {
      kind: decides ? "presence" : "text",
      weight: decides ? PRESENCE_WEIGHT : 1,
      target: new Map([[token, 1]]),
    };
  });
  if (coordinates !== exercise.coordinates.length) {
    throw new RangeError(
      `The answer "${exercise.answer}" has ${coordinates} coordinate tokens, not ${exercise.coordinates.length}`,
    );
  }
  return {
    tokens: [...given, ...learnt],
    targets: [...given.map(() => undefined), ...targets],
  };
}

/**
 * The block of a presence exercise: the answer up to its presence token, which alone is learnt.
 *
 * @throws {RangeError} If the answer decides nothing about presence.
 */
export function presenceBlock(
  exercise: Exercise,
  vocabulary: Vocabulary,
  kinds: TokenKinds,
): Block {
  const { tokens, targets } = exerciseBlock(exercise, vocabulary, kinds);
  const at = targets.findIndex((target) => target?.kind === "presence");
  if (at < 0) throw new RangeError(`"${exercise.answer}" decides nothing about presence`);
  return {
    tokens: tokens.slice(0, at + 1),
    targets: targets.slice(0, at + 1).map((target, i) => i === at ? target : undefined),
  };
}
