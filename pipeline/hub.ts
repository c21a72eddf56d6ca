/** What to fetch from the Hub. */
export interface SnapshotOptions {
  /** `owner/name`. */
  readonly repo: string;
  readonly type: "model" | "dataset";
  /** A branch, a tag or a commit; absent: "main". */
  readonly revision?: string;
  /**
   * Which files, by their path in the repository; absent: of a model what a model folder holds
   * (configuration, tokenizer, safetensors), of a data set its parquet files and README.md.
   */
  readonly files?: (path: string) => boolean;
  readonly signal?: AbortSignal;
  /** Called when files begin, grow and end. */
  readonly onProgress?: (progress: SnapshotProgress) => void;
}

/** How far a download has come. */
export interface SnapshotProgress {
  /** The file's path in its repository. */
  readonly file: string;
  /** Bytes that are on the disk, of all files together. */
  readonly done: number;
  /** Bytes of all files together. */
  readonly total: number;
}

/** `owner/name[@revision]`, read. */
export interface HubName {
  readonly repo: string;
  readonly revision?: string;
}

/**
 * Reads `owner/name[@revision]`; undefined where the text is none.
 */
export function hubName(text: string): HubName | undefined {
  const match = /^([\w.-]+\/[\w.-]+)(?:@([^\s]+))?$/.exec(text);
  return match === null ? undefined : { repo: match[1]!, revision: match[2] };
}

/**
 * A local folder with the files of a repository of the Hub at one revision: what is not in the
 * Hub's own cache yet is fetched into it.
 */
export function snapshot(_options: SnapshotOptions): Promise<string> {
  return Promise.reject(new Error("under way"));
}
