import type { Box } from "../../data/geometry/box.ts";
import type { RgbImage } from "../../data/pictures/image.ts";
import type { Target } from "../../data/questions/question.ts";
import type { Advantaged, Group } from "../../stages/records.ts";
import { EMPTY_FRAME, type Thumbnail, thumbnail } from "../page/picture.ts";

/** One of a question's completions; equal ones of a group are counted together. */
export interface SampledAnswer {
  readonly text: string;
  /** How many completions said it. */
  readonly count: number;
  readonly reward: number;
  /** By name. */
  readonly rewards: Readonly<Record<string, number>>;
  readonly advantage: number;
  /** As stated, in the frame 0–1000. */
  readonly boxes: readonly Box[];
}

/** A question and its newest completions, without what makes a group heavy. */
export interface Sampled {
  /** The question's id. */
  readonly id: string;
  readonly prompt: string;
  readonly target: Target;
  /** Its first image, if it has one. */
  readonly picture: RgbImage | Promise<Thumbnail> | undefined;
  readonly rewardMean: number;
  readonly rewardStd: number;
  /** Best first. */
  readonly answers: readonly SampledAnswer[];
}

/** An image with more pixels is kept as a thumbnail: all those of a step are in memory. */
const MOST_PIXELS = 2 ** 19;

/** What the page shows of a group; takes a few microseconds, unless its image is large. */
export function sampledOf(
  { question, completions, rewardMean, rewardStd }: Group,
): Sampled {
  const { id, prompt, target, images: [image] } = question;
  const told = Map.groupBy(completions, ({ text, reward }) => `${reward}/${text}`);
  const answers = [...told.values()].map(answerOf)
    .sort((a, b) => b.reward - a.reward || b.count - a.count);
  const picture = image && image.width * image.height > MOST_PIXELS
    ? thumbnail(image).catch(() => EMPTY_FRAME)
    : image;
  return { id, prompt, target, picture, rewardMean, rewardStd, answers };
}

function answerOf(same: readonly Advantaged[]): SampledAnswer {
  const { text, reward, rewards, advantage, answer } = same[0]!;
  const boxes = answer.detections.map(({ box }) => box);
  return { text, count: same.length, reward, rewards, advantage, boxes };
}
