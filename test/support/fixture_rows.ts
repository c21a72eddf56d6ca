import { createHash } from "node:crypto";
import { readFixture } from "./fixtures.ts";

/** What the reference says of one row of the paper's tables. */
export interface ExpectedRow {
  readonly path: string | null;
  readonly problem: string;
  readonly solution: string | null;
  readonly bytes_length?: number;
  readonly bytes_sha256?: string;
  readonly width?: number;
  readonly height?: number;
  readonly format?: string;
  readonly mode?: string;
  readonly rgb_sha256?: string;
  readonly image_error?: string;
}

/** The entries of data/expected.json, by file or folder. */
export const EXPECTED = readFixture<
  Readonly<
    Record<string, {
      readonly rows?: readonly ExpectedRow[];
      readonly must_fail?: boolean;
      readonly file?: { readonly rows: number };
    }>
  >
>("data/expected.json");

/** In hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
