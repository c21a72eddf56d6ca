import { wantedOf } from "../settings/check_setting.ts";
import { type Setting, SETTING_GROUPS } from "../settings/setting.ts";
import { settingRows } from "../settings/settings.ts";
import { flagOf } from "./options_as_flags.ts";

const HEADS = ["Flag", "Setting", "Default", "Values", "Commands", "Meaning"];

/** The text of docs/settings.md: every setting, by group, from the table of settings. */
export function settingsPage(): string {
  const rows = settingRows();
  const first = rows.filter(([, { first }]) => first).map(([name]) =>
    `\`${flagOf(name)}\``
  );
  const groups = Object.entries(SETTING_GROUPS).map(([group, title]) =>
    `## ${title}\n\n` + markdownTable([
      HEADS,
      ...rows.filter(([, row]) => row.group === group).map(([name, row]) =>
        cellsOf(name, row)
      ),
    ])
  );
  return [INTRODUCTION, wrapped(`Start with ${listed(first)}.`), ...groups].join("\n\n") +
    "\n";
}

const INTRODUCTION = `# Settings

\`deno task settings\` writes this page from \`pipeline/settings/table.ts\`.

A setting is a flag on the command line (\`--learning-rate 1e-4\`), and a property in a
program and in the JSON file of \`--config\` (\`{ "learningRate": 1e-4 }\`). Flags override
the file. \`--resume\` takes the run's own settings, and flags override those. Names are
TRL's if TRL has the setting.`;

function cellsOf(name: string, row: Setting): string[] {
  return [
    `\`${flagOf(name)}\``,
    `\`${name}\``,
    defaultOf(row),
    row.choices ? row.choices.map((choice) => `\`${choice}\``).join(", ") : wantedOf(row),
    row.tasks.map((task) => `\`${task}\``).join(", "),
    row.about,
  ];
}

function defaultOf({ default: value, unset = "none" }: Setting): string {
  if (value === undefined) return unset;
  const text = Array.isArray(value)
    ? value.join(",")
    : typeof value === "object"
    ? ""
    : String(value);
  return text === "" ? "none" : `\`${text}\``;
}

/** A paragraph in lines of at most 90 characters, as `deno fmt` has them. */
function wrapped(text: string): string {
  return text.replace(/(.{1,90})( |$)/g, (_, line, end) => line + (end && "\n"));
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** A Markdown table whose columns are as wide as their widest cells, the first row its head. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const [head, ...body] = rows.map(line);
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n");
}
