import { type Asked, type AuditQuestion, type Kind, KINDS } from "./questions.ts";

/**
 * A way to answer that deserves less than the honest answer, or at most as much.
 *
 * What it knows says what it deserves: "nothing" of the image, "part" of the ground
 * truth, or "all" of it, dressed up. `write` gives `undefined` if a question does not suit the
 * cheat.
 */
export type Cheat =
  & { readonly name: string; readonly kinds: readonly Kind[] }
  & (
    | { readonly knows: "nothing"; readonly write: (asked: Asked) => string }
    | {
      readonly knows: "part" | "all";
      readonly write: (question: AuditQuestion) => string | undefined;
    }
  );

/** Detection alone. */
export const DETECTION: readonly Kind[] = ["detection"];
/** Classification alone. */
export const CLASSIFICATION: readonly Kind[] = ["classification"];
/** Grounding alone. */
export const GROUNDING: readonly Kind[] = ["grounding"];
/** Numbers alone. */
export const NUMBER: readonly Kind[] = ["number"];
/** Texts alone. */
export const TEXT: readonly Kind[] = ["text"];
/** Choices alone. */
export const CHOICE: readonly Kind[] = ["choice"];
/** Points alone. */
export const POINT: readonly Kind[] = ["point"];
/** The kinds that are answered with boxes. */
export const BOXES: readonly Kind[] = ["detection", "grounding"];
/** All kinds. */
export const ALL: readonly Kind[] = KINDS;
