import { put, putPictures } from "../../support/made_files.ts";
import type { HostileCase } from "../case.ts";

/** Arguments of an evaluation of the embedded model on all questions of some data. */
export function evaluation(spec: string, ...flags: readonly string[]): readonly string[] {
  return [
    ...["evaluate", "--data", `${spec},held-out=1`, "--eval-samples", "3", "--json"],
    ...["--max-completion-length", "4", "--backend", "wasm", ...flags],
  ];
}

/** A case of a JSONL file among good pictures. */
export function jsonlCase(
  name: string,
  outcome: HostileCase["outcome"],
  content: (folder: string) => Promise<string | Uint8Array> | string | Uint8Array,
  ...flags: readonly string[]
): HostileCase {
  return {
    kind: "data: JSON lines",
    name,
    outcome,
    async make(folder) {
      await putPictures(folder);
      const path = await put(folder, "t.jsonl", await content(folder));
      return evaluation(`jsonl:${path}`, ...flags);
    },
  };
}
