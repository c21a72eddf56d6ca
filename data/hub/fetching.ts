import type { SnapshotOptions } from "./snapshot.ts";

/** What whoever opens a model or a data set wants to know of a download, and how to end it. */
export type Fetching = Pick<SnapshotOptions, "signal" | "onProgress" | "onNotice">;
