import { fewShot } from "../../data/questions/few_shot.ts";
import type { FileSides } from "../open/open_files.ts";
import { BadImage } from "../../data/pictures/picture.ts";
import type { Fault } from "./check_data.ts";

/**
 * Chooses the shots that training would choose, if the data's specification has any: what cannot be
 * chosen is a fault.
 */
export async function checkShots(
  { train, spec: { options: { shots } } }: FileSides,
  seed: number,
): Promise<readonly Fault[]> {
  if (shots === undefined) return [];
  try {
    await fewShot(train, { shots, seed, outline: train.outline });
    return [];
  } catch (error) {
    // Told already, with its image or its line.
    if (error instanceof BadImage || error instanceof SyntaxError) return [];
    return [{ kind: "shots", message: (error as Error).message }];
  }
}
