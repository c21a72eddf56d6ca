// Made from manifest_schema.ts by `deno task formats`: change the schema, not this file.

/**
 * What reproduces a run's questions. The setting `data` takes the file that it stands
 * in.
 */
export interface DataManifest {
  /** The data as a specification names it. */
  readonly data: string;
  /** The seed that the questions were drawn with. */
  readonly seed: number;
  /** The data of the held-out questions, if that is not `data`. */
  readonly testData?: string;
  /** Manifest of the training questions. */
  readonly train: Readonly<Record<string, unknown>>;
  /** Manifest of the held-out questions. */
  readonly heldOut: Readonly<Record<string, unknown>>;
  /** SHA-256 of the manifests' canonical JSON. */
  readonly sha256: {
    readonly train: string;
    readonly heldOut: string;
  };
}
