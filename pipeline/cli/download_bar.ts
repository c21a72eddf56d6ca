import type { Fetching } from "../../data/hub/snapshot.ts";
import { type Bar, newBar } from "./bar.ts";

/** Downloads' progress for people. */
export interface DownloadBar
  extends Pick<Fetching, "onProgress" | "onNotice">, Pick<Bar, "stop"> {}

/**
 * A bar on standard error for each repository that is downloaded; if standard error is no
 * terminal, a line at the beginning of each file.
 *
 * @param say Writes a line for people.
 */
export function downloadBar(say: (line: string) => void): DownloadBar {
  let bar: Bar | undefined, repo: string | undefined, file: string | undefined;
  const stop = () => bar?.stop();
  return {
    onProgress(progress) {
      const { done, total } = progress;
      const sizes = { now: megabytes(done), all: megabytes(total), file: progress.file };
      if (progress.file !== file && !Deno.stderr.isTerminal()) {
        say(
          `fetching ${progress.repo}: ${sizes.file}, ${sizes.now} of ${sizes.all} MB there`,
        );
      }
      if (progress.repo !== repo) {
        stop();
        const format = `fetching ${progress.repo} {bar} {now}/{all} MB  ` +
          "{eta_formatted} left  {file}";
        bar = newBar(format, 200);
      }
      ({ repo, file } = progress);
      bar?.show(done, total, sizes);
      if (done === total) stop();
    },
    onNotice(message) {
      stop();
      say(message);
    },
    stop,
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
