import { namedFrame } from "../../questions/named_frame.ts";
import { boxesOf } from "../../questions/framed_target.ts";
import { PROMPT_LENGTH } from "../../questions/question_limits.ts";
import type { BoxUnit } from "../file_spec.ts";
import type { LineOptions, QuestionLine } from "./line.ts";

/**
 * A question in the data's own words and its answer. A region that is given as a bare list gets the
 * grounding prompt, with the words as its instruction, as VLM-R1's lines do.
 *
 * @param frame What the boxes count, if the line says so. Default: what the options say.
 * @throws {SyntaxError} If the answer cannot be read.
 */
export function questionOf(
  asked: string,
  told: string,
  { prompts, readTruth, frame: given }: LineOptions,
  frame: BoxUnit | undefined = given,
): Pick<QuestionLine, "prompt" | "truth" | "reasoning"> {
  for (const [what, text] of [["the question", asked], ["the answer", told]] as const) {
    if (text.length <= PROMPT_LENGTH) continue;
    throw new SyntaxError(
      `${what} has ${text.length} characters, more than ${PROMPT_LENGTH}: shorten it`,
    );
  }
  const { reasoning, ...truth } = readTruth(asked, told);
  if (frame === undefined && boxesOf(truth.target).length > 0) {
    checkFrame(asked, truth.frame);
  }
  const isRegion = truth.target.kind === "grounding" && truth.frame === "pixels" &&
    !/box/i.test(told);
  const prompt = isRegion
    ? prompts({ kind: "grounding", instruction: asked })
    : prompts({ kind: "problem", text: asked });
  return { prompt, truth, ...reasoning !== undefined && { reasoning } };
}

/** Refuses boxes whose form means another frame than the words ask for. */
function checkFrame(asked: string, frame: "pixels" | "per mille" | "unit"): void {
  const named = namedFrame(asked);
  if (named === undefined || named === frame) return;
  throw new SyntaxError(
    `the problem asks for boxes in ${named}, and boxes of the solution's form are in ${frame}: ` +
      "say which it is by frame=pixels, frame=per-mille or frame=unit",
  );
}
