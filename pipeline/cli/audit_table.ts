import type { Finding, KindAudit } from "../audit/audit.ts";
import type { Verdict } from "../audit/verdict.ts";

const MARKS: Readonly<Record<Verdict, string>> = {
  wins: "!",
  breaks: "!",
  tempts: "?",
  fails: " ",
};

/**
 * Audits of several rewards as text for people: for each kind of questions a row a cheat, and
 * its mean reward under each column's rewards. "!" marks a cheat that wins or breaks them, "?"
 * one that tempts.
 *
 * @param columns Audits by the name of the rewards.
 * @param audited The column that the verdicts are of; it decides which rows there are.
 */
export function auditTable(
  columns: Readonly<Record<string, readonly KindAudit[]>>,
  audited: string,
): string {
  return columns[audited]!.map((own, i) => {
    if (!own.judged) return `${own.kind}: every text earns the same; not audited`;
    const kinds = Object.values(columns).map((audits) => audits[i]!);
    const rows = own.findings.map((finding) =>
      line(
        finding.cheat,
        finding.knows,
        kinds.map(({ findings }) => {
          const other = findings.find(({ cheat }) => cheat === finding.cheat);
          return other === undefined ? "– " : cellOf(other);
        }),
        finding.verdict === "fails" ? "" : finding.verdict,
      )
    );
    const cells = (of: (audit: KindAudit) => number) =>
      kinds.map((audit) => audit.judged ? `${shown(of(audit))} ` : "– ");
    return [
      line(own.kind, "knows", Object.keys(columns).map((name) => `${name} `), audited),
      line("the honest answer", "all", cells(({ honest }) => honest), ""),
      line("a fair try", "half", cells(({ fair }) => fair), ""),
      ...rows,
    ].join("\n");
  }).join("\n\n");
}

function line(
  cheat: string,
  knows: string,
  cells: readonly string[],
  verdict: string,
): string {
  const numbers = cells.map((cell) => cell.padStart(11)).join("");
  return `${cheat.padEnd(44)}${knows.padEnd(8)}${numbers} ${verdict}`.trimEnd();
}

function cellOf({ mean, verdict }: Finding): string {
  return (Number.isNaN(mean) ? "–" : shown(mean)) + MARKS[verdict];
}

function shown(value: number): string {
  return Math.abs(value) < 1e6 ? value.toFixed(3) : value.toExponential(1);
}
