import type { AlarmRecord } from "../run_folder/metrics.ts";

/**
 * Alarms for the images of a run that cannot be read and are left out.
 *
 * @param skipped The images that were left out so far; absent if none ever is.
 * @returns Gives, at a step, an alarm for each image that was left out since the last call.
 */
export function badImageAlarms(
  skipped: () => readonly string[] = () => [],
): (step: number) => AlarmRecord[] {
  let told = 0;
  return (step) => {
    const all = skipped();
    const news = all.slice(told);
    const before = told;
    told = all.length;
    return news.map((message, i) => ({
      type: "alarm",
      name: "bad-image",
      step,
      message: `Left out, ${before + i + 1} so far: ${message}`,
    }));
  };
}
