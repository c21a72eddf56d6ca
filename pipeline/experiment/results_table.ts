import { WITHOUT_NO_OBJECTS } from "../run_folder/splits.ts";
import { figureName } from "../page/figure_name.ts";
import { type PaperTable, paperTable } from "./paper_tables.ts";
import { type Method, METHODS } from "./plan.ts";
import type { ExperimentResults, MethodResult, Spread } from "./results_file.ts";

type Arm = ExperimentResults["arms"][number];

/** A column: what it is called, and where a method's result has its figure. */
interface Column {
  readonly name: string;
  readonly of: (result: MethodResult) => Spread | undefined;
}

const NAMES: Readonly<Record<Method, string>> = {
  baseline: "baseline",
  sft: "SFT",
  rft: "RFT",
};

/** Categories that a table has columns for, at most; results.json has all. */
const MOST_CATEGORIES = 10;

/**
 * results.md of an experiment: for each arm the rows baseline, SFT and RFT with mean and standard
 * deviation over seeds, and their differences; the same by category; how learning rates were
 * chosen; what the runs took; the paper's own table.
 *
 * @returns Markdown. Shares are in per cent.
 */
export function resultsTable(results: ExperimentResults): string {
  const { title, name, arms, model, plan } = results;
  const first = arms[0]!.methods.rft;
  const categories = Object.keys(first.categories);
  const sections = [
    `# ${title}`,
    `${name}; model ${model}; ${arms.map(dataText).join(", ")}. ` +
    `Test half of the held-out questions, ${
      first.figures.questions?.mean ?? "?"
    } a seed; ` +
    `mean ± standard deviation over seeds ${plan.seeds.join(", ")}, in per cent.`,
    table(arms, figureColumns(results)),
    arms.map((arm) => verdict(arm, results.metric)).join("\n"),
    ...categories.length > 0 && categories.length <= MOST_CATEGORIES
      ? [
        "By category:",
        table(
          arms,
          categories.map((category) => ({
            name: category,
            of: (result) => result.categories[category],
          })),
        ),
      ]
      : [],
    tuningText(results),
    costText(results),
    ...plan.paper.map((key) => paperText(paperTable(key))),
  ];
  return sections.join("\n\n") + "\n";
}

function dataText({ data, testData }: Arm): string {
  return `\`${data}\`` + (testData === undefined ? "" : ` judged by \`${testData}\``);
}

/** The figures that a table has columns for, by the metric of the experiment. */
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  accuracy: ["accuracy", "format_rate"],
  map: ["map", "ap50", "map_equal_confidence", "mean_iou", "absent_right"],
  grounding_mean_iou: [
    "grounding_mean_iou",
    "grounding_acc50",
    "grounding_giou",
    "grounding_ciou",
  ],
};

function figureColumns({ metric, arms }: ExperimentResults): Column[] {
  const { figures, probes } = arms[0]!.methods.rft;
  const own = FIGURES[metric]!.filter((key) => key in figures).map(
    (key): Column => ({ name: figureName(key), of: (result) => result.figures[key] }),
  );
  return [
    ...own,
    ...Object.keys(probes).map((probe): Column => ({
      name: probe === WITHOUT_NO_OBJECTS ? "mAP, 'No Objects' banned" : probe,
      of: (result) => result.probes[probe]?.[metric],
    })),
  ];
}

function table(arms: readonly Arm[], columns: readonly Column[]): string {
  const rows = arms.flatMap(({ label, methods }) => [
    ...METHODS.map((method) => [
      label,
      NAMES[method],
      ...columns.map(({ of }) => shown(of(methods[method]))),
    ]),
    ...([["rft", "baseline"], ["rft", "sft"]] as const).map(([better, worse]) => [
      "",
      `${NAMES[better]} − ${NAMES[worse]}`,
      ...columns.map(({ of }) => difference(of(methods[better]), of(methods[worse]))),
    ]),
  ]);
  return markdown(["", "method", ...columns.map(({ name }) => name)], rows);
}

/** Whether the claim holds seed by seed. */
function verdict({ label, methods }: Arm, metric: string): string {
  const values = (method: Method) => methods[method].figures[metric]!.values;
  const rft = values("rft");
  const against = (["baseline", "sft"] as const).map((method) => {
    const others = values(method);
    const above = rft.filter((value, i) => value > others[i]!).length;
    const apart = Math.min(...rft) > Math.max(...others)
      ? "no run of RFT is below one of it"
      : Math.max(...rft) < Math.min(...others)
      ? "no run of RFT is above one of it"
      : "the ranges overlap";
    return `above ${NAMES[method]} in ${above} of ${rft.length} seeds (${apart})`;
  });
  return `- ${label}: RFT is ${against.join(", ")}.`;
}

function tuningText({ tuning, plan, metric }: ExperimentResults): string {
  const lines = (["sft", "rft"] as const).map((method) => {
    const { chosen, tried } = tuning[method];
    const list = tried.length === 0
      ? `${chosen}, the only one of the grid`
      : tried.map(({ learningRate, value }) => `${learningRate}: ${percent(value)}`)
        .join(", ");
    return `- ${NAMES[method]}: ${list}; taken: ${chosen}`;
  });
  return `Learning rates, chosen by ${metric} on the validation half with ${plan.tuningArm} ` +
    `data of seed ${plan.tuningSeed}:\n\n${lines.join("\n")}`;
}

function costText({ arms, seconds }: ExperimentResults): string {
  const rows = arms.flatMap(({ label, methods }) =>
    METHODS.map((method) => {
      const { steps, tokens, seconds, learningRate } = methods[method];
      return [
        label,
        NAMES[method],
        String(steps),
        learningRate === undefined ? "" : String(learningRate),
        (tokens.mean / 1000).toFixed(0),
        seconds.mean.toFixed(0),
      ];
    })
  );
  return `What a run takes (evaluations included); all runs together ${
    (seconds / 60).toFixed(0)
  } minutes:\n\n` +
    markdown(
      ["", "method", "steps", "learning rate", "thousand tokens learnt", "seconds"],
      rows,
    );
}

function paperText({ table, metric, columns, rows }: PaperTable): string {
  return `The paper's ${table} (${metric}):\n\n` +
    markdown(
      ["model", "shots", "method", ...columns],
      rows.map(({ model, shots, method, values }) => [
        model,
        shots === undefined ? "" : String(shots),
        NAMES[method as Method] ?? method ?? "",
        ...values.map((value) => value.toFixed(1)),
      ]),
    );
}

function shown(spread: Spread | undefined): string {
  if (spread === undefined) return "";
  const { mean, sd, values } = spread;
  return values.length > 1 ? `${percent(mean)} ± ${percent(sd)}` : percent(mean);
}

function difference(a: Spread | undefined, b: Spread | undefined): string {
  if (a === undefined || b === undefined) return "";
  const value = a.mean - b.mean;
  return `${value < 0 ? "−" : "+"}${percent(Math.abs(value))}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function markdown(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [
    line(heads),
    line(heads.map((_, i) => i < 2 ? "---" : "---:")),
    ...rows.map(line),
  ].join("\n");
}
