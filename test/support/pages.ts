import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block of a page. */
export interface Fence {
  /** The first word after the backticks, "" if there is none. */
  readonly language: string;
  /** Why it is not run: `not-run=REASON` after the language. */
  readonly notRun?: string;
  readonly code: string;
}

/** A Markdown page of the project. */
export interface Page {
  /** From the project's folder on. */
  readonly path: string;
  readonly fences: readonly Fence[];
  /** All but the fenced blocks. */
  readonly prose: string;
}

const FENCE = /^```([^\s`]*)([^\n`]*)\n([\s\S]*?)^```$/gm;

/** Splits a page into fenced blocks and the rest. */
export function readPage(path: string, text: string): Page {
  const fences = [...text.matchAll(FENCE)].map(([, language, info, code]): Fence => {
    const notRun = /(?:^|\s)not-run=(\S+)/.exec(info!)?.[1];
    return { language: language!, code: code!, ...notRun && { notRun } };
  });
  return { path, fences, prose: text.replace(FENCE, "") };
}

/** README, CONTRIBUTING, the changes, the embedded model's card, and all of docs/. */
export function readPages(): Page[] {
  const names = [...Deno.readDirSync(`${ROOT}/docs`)].map(({ name }) => `docs/${name}`);
  return [
    ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/emoji/model/README.md"],
    ...names.filter((name) => name.endsWith(".md")).sort(),
  ].map((path) => readPage(path, Deno.readTextFileSync(`${ROOT}/${path}`)));
}

/** What stands between single or double backticks. */
export function codeSpans({ prose }: Page): string[] {
  return [...prose.matchAll(/(`+)(?!`)([\s\S]*?[^`])\1(?!`)/g)]
    .map(([, , code]) => code!.replaceAll(/\s+/g, " ").trim());
}

/** The anchors that GitHub gives a page's headings. */
export function anchors({ prose }: Page): Set<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  for (const [, heading] of prose.matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = heading!.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    found.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return found;
}

/** The commands of a block of shell: lines that end in a backslash joined, comments apart. */
export function commands(code: string): { command: string; comment: string }[] {
  return code.replaceAll(/\\\n\s*/g, "").split("\n").filter((line) => line.trim() !== "")
    .map((line) => {
      const [, command, comment] = /^(.*?)(?:\s+#\s*(.*))?$/.exec(line)!;
      return { command: command!.trim(), comment: comment ?? "" };
    });
}
