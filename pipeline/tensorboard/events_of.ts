import type { Figures } from "../../stages/records.ts";
import type { ConfigRecord, MetricsRecord } from "../run_folder/metrics.ts";
import type { Event } from "./event.ts";

/**
 * A record as TensorBoard's events: a step's figures under their own names, an evaluation's as
 * `<split>/<figure>`, and an alarm's message as text. Figures that are not finite are left out.
 *
 * @param wallTime Seconds since 1970.
 */
export function eventsOf(record: MetricsRecord, wallTime: number): readonly Event[] {
  switch (record.type) {
    case "step": {
      const { type: _, step, ...values } = record;
      return [{ wallTime, step, what: { kind: "scalars", values: finite(values) } }];
    }
    case "evaluation": {
      const { step, split, figures } = record;
      const named = Object.entries(figures).map(([name, value]) =>
        [`${split}/${name}`, value] as const
      );
      const values = finite(Object.fromEntries(named));
      return [{ wallTime, step, what: { kind: "scalars", values } }];
    }
    case "alarm": {
      const { step, name, message } = record;
      const text = `**${name}**: ${message}`;
      return [{ wallTime, step, what: { kind: "text", tag: "alarms", text } }];
    }
    case "config":
    case "done":
      return [];
  }
}

/**
 * The first events of a file: its version; the start of a session, which voids the records of
 * earlier files from that step on; and the configuration as text.
 *
 * @param first The first record after the configuration: a resumed run's next step, or an
 * evaluation that was still due after a step that was made.
 */
export function openingEvents(
  config: ConfigRecord,
  first: MetricsRecord,
  wallTime: number,
): readonly Event[] {
  const made = "step" in first ? first.step ?? 0 : 0;
  const step = first.type === "step" || made === 0 ? made : made + 1;
  const text = "```json\n" + JSON.stringify(config, null, 2) + "\n```";
  return [
    { wallTime, step: 0, what: { kind: "version" } },
    { wallTime, step, what: { kind: "start" } },
    { wallTime, step, what: { kind: "text", tag: "config", text } },
  ];
}

function finite(values: Readonly<Record<string, number | string>>): Figures {
  const kept = Object.entries(values).filter(([, value]) => Number.isFinite(value));
  return Object.fromEntries(kept) as Figures;
}
