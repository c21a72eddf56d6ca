import { SingleBar } from "npm:cli-progress@3.12.0";
import type { Fetching } from "../../data/hub/snapshot.ts";

/** Downloads' progress for people. */
export interface DownloadBar extends Pick<Fetching, "onProgress" | "onNotice"> {
  /** Leaves the last state on the terminal. */
  stop(): void;
}

/**
 * A bar on standard error for each repository that is fetched; where standard error is no
 * terminal, a line at the beginning of each file.
 *
 * @param say Writes a line for people.
 */
export function downloadBar(say: (line: string) => void): DownloadBar {
  let bar: SingleBar | undefined;
  let repo: string | undefined, file: string | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
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
        bar = startBar(progress.repo, total);
      }
      ({ repo, file } = progress);
      bar?.update(done, sizes);
      if (done === total) stop();
    },
    onNotice(message) {
      stop();
      say(message);
    },
    stop,
  };
}

function startBar(repo: string, total: number): SingleBar {
  const bar = new SingleBar({
    format: `fetching ${repo} {bar} {now}/{all} MB  {eta_formatted} left  {file}`,
    barsize: 20,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    etaBuffer: 200,
    noTTYOutput: false,
  });
  bar.start(total, 0, { now: "0", all: megabytes(total), file: "" });
  return bar;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
