import type { CaseResult, HostileCase, Outcome } from "./case.ts";

const OUTCOMES: readonly Outcome[] = [
  "refused",
  "accepted",
  "hung",
  "crashed",
  "executed",
  "over memory",
];

/** Whether a case did what it must. */
export function isRight(case_: HostileCase, { outcome }: CaseResult): boolean {
  return case_.outcome === "either"
    ? outcome === "refused" || outcome === "accepted"
    : outcome === case_.outcome;
}

/** A table for people: for each kind, how many cases did what, and the slowest and largest. */
export function countsTable(
  done: readonly (readonly [HostileCase, CaseResult])[],
): string {
  const kinds = [...new Set(done.map(([{ kind }]) => kind))].sort();
  const row = (name: string, ofKind: typeof done) => [
    name,
    String(ofKind.length),
    ...OUTCOMES.map((one) =>
      String(ofKind.filter(([, { outcome }]) => outcome === one).length)
    ),
    String(ofKind.filter(([case_, result]) => !isRight(case_, result)).length),
    Math.max(...ofKind.map(([, { busySeconds }]) => busySeconds)).toFixed(1),
    Math.max(...ofKind.map(([, { megabytes }]) => megabytes)).toFixed(0),
  ];
  const rows = [
    ["kind", "cases", ...OUTCOMES, "not as it must", "most s of work", "most MB"],
    ...kinds.map((name) => row(name, done.filter(([{ kind }]) => kind === name))),
    row("all", done),
  ];
  const widths = rows[0]!.map((_, i) =>
    Math.max(...rows.map((cells) => cells[i]!.length))
  );
  return rows.map((cells) =>
    cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))
      .join("  ")
  ).join("\n");
}
