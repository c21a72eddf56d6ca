import assert from "node:assert/strict";
import { peerRows } from "../../../bench/peers/peer_rows.ts";

const run = (program: string, seconds: readonly number[], peakBytes = 2 ** 30) => ({
  program,
  steps: seconds.map((one) => ({ seconds: one, cpuSeconds: 10 * one * one })),
  peakBytes,
});

Deno.test("a program's row has the median of all its turns, and multiples of the first", () => {
  assert.deepEqual(
    peerRows([run("ours", [1, 9]), run("TRL", [8, 4]), run("ours", [2], 2 ** 31)]),
    [
      {
        ...{ program: "ours", seconds: 2, cpuSeconds: 40, peakGiB: 2 },
        ...{ timesOurs: 1, cpuTimesOurs: 1 },
      },
      {
        // The upper of two.
        ...{ program: "TRL", seconds: 8, cpuSeconds: 640, peakGiB: 1 },
        ...{ timesOurs: 4, cpuTimesOurs: 16 },
      },
    ],
  );
});
