import { fixturePath } from "./fixtures.ts";
import { openData } from "../../pipeline/open/open_data.ts";
import type { DataSets } from "../../pipeline/open/data_sets.ts";
import type { Question } from "../../data/questions/question.ts";

/** The path of a file or folder of `test/fixtures/cases`. */
export function casePath(name: string): string {
  return fixturePath(`cases/${name}`);
}

/** Opens a case as `train` does; all of its questions are both learnt from and held out. */
export async function openCase(
  name: string,
  options = "",
  kind = "",
): Promise<DataSets> {
  return await openData(`${kind}${casePath(name)},held-out=1${options}`, {
    seed: 0,
    prompts: "paper",
  });
}

/** Every question of a case, images decoded. */
export async function questionsOf(
  name: string,
  options = "",
  kind = "",
): Promise<readonly Question[]> {
  const { train } = await openCase(name, options, kind);
  return await Promise.all(
    Array.from({ length: train.size }, (_, i) => train.question(i)),
  );
}
