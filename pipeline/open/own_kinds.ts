import type { Question, QuestionSource } from "../../data/questions/question.ts";
import {
  described,
  targetKind,
  type TargetKinds,
} from "../../stages/reward/target_kind.ts";

/**
 * A source whose targets of the caller's kinds have their category and title.
 *
 * @returns The source itself, if no kinds are defined.
 * @throws {RangeError} If the source says that it has targets of a kind that is not defined; if it
 * does not say so, when such a question is asked.
 */
export function withOwnKinds(source: QuestionSource, kinds: TargetKinds): QuestionSource {
  for (const name of source.ownKinds ?? []) targetKind(name, kinds);
  if (Object.keys(kinds).length === 0) return source;
  const of = <Q extends Question | undefined>(asked: Q): Q =>
    asked?.target.kind === "own"
      ? { ...asked, target: described(asked.target, kinds) }
      : asked;
  const { name, size, manifest, reasoned, ownKinds } = source;
  return {
    ...{ name, size, manifest },
    ...reasoned !== undefined && { reasoned },
    ...ownKinds && { ownKinds },
    question: async (index) => of(await source.question(index)),
    ...source.picture && { picture: (index) => source.picture!(index) },
    ...source.questionUnlessBad && {
      questionUnlessBad: async (index) => of(await source.questionUnlessBad!(index)),
    },
  };
}
