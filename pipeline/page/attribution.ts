import type { ReadRun } from "../run_folder/read_run.ts";

/** Who drew the embedded images, as pages that show them must say: see NOTICE. */
const ARTISTS: Readonly<Record<string, string>> = {
  noto: "Noto Emoji by Google, Apache License 2.0",
  twemoji: "Twemoji by Twitter, Inc. and other contributors, CC-BY 4.0",
  fluent: "Fluent Emoji by Microsoft, MIT License",
  openmoji:
    "OpenMoji, CC-BY-SA 4.0; images made of its drawings are under the same licence",
};

/** Sentences on the drawings that pages about these runs may show. */
export function attribution(runs: readonly ReadRun[]): string[] {
  const artists = runs.flatMap(({ manifest }) => {
    const named = manifest?.heldOut.artists;
    return Array.isArray(named) ? named.map(String) : [];
  });
  return Object.keys(ARTISTS).filter((artist) => artists.includes(artist))
    .map((artist) => ARTISTS[artist]!);
}
