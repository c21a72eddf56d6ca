import { OF_PROCESS } from "../settings/settings.ts";
import type { ReadConfig, ReadRun } from "../run_folder/read_run.ts";

/** Something that changed when a run was resumed. */
export interface SettingChange {
  /** The last step that was made before. */
  readonly step: number;
  /** A setting's name, "data", "model files", "rewards" or "version". */
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** What changed while a run was made, in order; empty if it was made in one piece. */
export function settingChanges(
  { config, earlier = [] }: Pick<ReadRun, "config" | "earlier">,
): SettingChange[] {
  const all = config === undefined ? earlier : [...earlier, config];
  return all.slice(1).flatMap((after, i) => {
    const before = factsOf(all[i]!), now = factsOf(after);
    return [...new Set([...before.keys(), ...now.keys()])]
      .map((name) => ({
        step: after.step ?? 0,
        name,
        from: before.get(name) ?? "",
        to: now.get(name) ?? "",
      }))
      .filter(({ from, to }) => from !== to);
  });
}

function factsOf(config: ReadConfig): Map<string, string> {
  const { settings, version, backend, describe, modelSha256 = "", rewards } = config;
  const shown = (value: unknown) =>
    typeof value === "string" ? value : JSON.stringify(value) ?? "";
  // The setting may be "auto": what computes is told below.
  const left = [...OF_PROCESS, "backend"];
  const kept = Object.entries(settings).filter(([name]) => !left.includes(name));
  return new Map([
    ...kept.map(([name, value]) => [name, shown(value)] as const),
    ["version", version],
    ["backend", backend],
    ["data", describe],
    ["model files", modelSha256.slice(0, 12)],
    ["rewards", Object.keys(rewards).length === 0 ? "" : shown(rewards)],
  ]);
}
