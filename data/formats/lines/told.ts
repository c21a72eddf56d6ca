import { PROMPT_LENGTH } from "../../questions/question_limits.ts";
import type { BoxUnit } from "../file_spec.ts";
import { checkFrame } from "../truth.ts";
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
  if (frame === undefined) checkFrame(asked, truth);
  const isRegion = truth.target.kind === "grounding" && truth.frame === "pixels" &&
    !/box/i.test(told);
  const prompt = isRegion
    ? prompts({ kind: "grounding", instruction: asked })
    : prompts({ kind: "problem", text: asked });
  return { prompt, truth, ...reasoning !== undefined && { reasoning } };
}
