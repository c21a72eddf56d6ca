/**
 * A table in Markdown that reads as text too; columns but the first are aligned to the right.
 *
 * @param rows The first one is the head.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows;
  const widths = head!.map((_, i) => Math.max(3, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((cell, i) =>
        i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i]!)
      )
        .join(" | ")
    } |`;
  const rule = widths.map((width, i) => "-".repeat(width - (i && 1)) + (i ? ":" : ""));
  return [line(head!), `| ${rule.join(" | ")} |`, ...body.map(line)].join("\n");
}

/** A number of three digits: 0.0123, 1.23, 123. */
export function short(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  if (Number.isInteger(value)) return String(value);
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(4, Math.max(0, 2 - digits)));
}
