import type { Setting } from "../settings/setting.ts";
import { SETTINGS } from "../settings/table.ts";
import { swatch } from "./curves.ts";
import { cut } from "../../data/short_text.ts";
import { type LookedRun, lookOf } from "./look.ts";
import { type Html, markup } from "./markup.ts";
import { settingChanges } from "./setting_changes.ts";
import { row, table } from "./table.ts";

/** Characters of a manifest that are shown. */
const MOST = 20_000;

/** All settings of the runs side by side, and the manifests of their data, folded away. */
export function runDetails(runs: readonly LookedRun[]): Html {
  const known = runs.filter(({ config }) => config !== undefined);
  const hashes = runs.flatMap(({ name, manifest }) =>
    manifest === undefined ? [] : [
      row(markup`<bdi>${name}</bdi>`, [
        manifest.testData === undefined
          ? manifest.data
          : `${manifest.data}; judged by ${manifest.testData}`,
        manifest.seed,
        markup`<code>${manifest.sha256.train}</code>`,
        markup`<code>${manifest.sha256.heldOut}</code>`,
      ]),
    ]
  );
  return markup`${changesList(known)}${
    known.length > 0 &&
    markup`<details class="more"><summary>Every setting</summary>
<p class="quiet">Shaded rows differ between the runs; bold values differ from the default.</p>
${settingsTable(known)}</details>`
  }
${
    hashes.length > 0 &&
    markup`<details class="more"><summary>Manifests of the data</summary>
<p class="quiet">SHA-256 of the canonical JSON: runs with equal hashes had the same questions.</p>
${
      table(["", "data", "seed", "train", "held out"], [hashes], {
        label: "Hashes of manifests",
        look: "text wrap",
      })
    }
${runs.map(manifestOf)}</details>`
  }`;
}

/** What changed in runs that were resumed with other settings. */
function changesList(runs: readonly LookedRun[]): Html | false {
  const rows = runs.flatMap((run) =>
    settingChanges(run).map(({ step, name, from, to }) =>
      row(markup`<bdi>${run.name}</bdi>`, [`after step ${step}`, name, from, to])
    )
  );
  return rows.length > 0 &&
    markup`<p>Resumed with other settings; the table below shows the final ones.</p>
${
      table(["", "when", "what", "from", "to"], [rows], {
        label: "Settings that changed",
        look: "text wrap",
      })
    }`;
}

function settingsTable(runs: readonly LookedRun[]): Html {
  const heads = runs.map(({ name, config }) =>
    markup`<bdi>${name}</bdi><br><small>${config!.task}, version ${
      config!.version
    }</small>`
  );
  const used = new Set(runs.flatMap(({ config }) => Object.keys(config!.settings)));
  const names = Object.keys(SETTINGS).filter((name) => used.delete(name));
  const facts = ["engine", "describe"] as const;
  const rows = [
    ...facts.map((name) => ({
      name: name === "describe" ? "data, described" : name,
      values: runs.map(({ config }) => config![name]),
      fallback: undefined,
    })),
    ...[...names, ...used].map((name) => ({
      name,
      values: runs.map(({ config }) => textOf(config!.settings[name])),
      fallback: textOf(
        Object.hasOwn(SETTINGS, name)
          ? (SETTINGS as Readonly<Record<string, Setting>>)[name]!.default
          : undefined,
      ),
    })),
  ].map(({ name, values, fallback }) => {
    const cells = values.map((value) =>
      fallback === undefined || value === fallback ? value : markup`<b>${value}</b>`
    );
    return row(name, cells, new Set(values).size > 1 ? "changed" : "");
  });
  return table(["", ...heads], [rows], { label: "Settings", look: "text wrap" });
}

/** A setting's value as text; empty if it has none. */
function textOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function manifestOf(run: LookedRun, place: number): Html | undefined {
  const { name, manifest } = run;
  if (manifest === undefined) return undefined;
  const { train, heldOut } = manifest;
  const json = JSON.stringify({ train, heldOut }, null, 2);
  return markup`<details class="more"><summary>${
    swatch(lookOf(run, place))
  } <bdi>${name}</bdi></summary><pre>${cut(json, MOST)}</pre></details>`;
}
