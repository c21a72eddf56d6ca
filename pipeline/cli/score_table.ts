import type { Figures } from "../../stages/records.ts";
import { figuresTable } from "./figures_table.ts";
import type { CocoFigures, LvisFigures } from "../../stages/evaluate/coco/records.ts";
import type {
  PredictionsScore,
  ResultsScore,
} from "../evaluate/predictions/score_predictions.ts";

/** More categories than this fill the screen. */
const MOST_CATEGORIES = 100;

/**
 * A score as text for people: the benchmark's numbers, and the precisions of each category
 * where these are no more than 100; for a completions log the figures of all completions, and of
 * the first step and the last beside them.
 */
export function scoreTable(score: PredictionsScore): string {
  if (score.benchmark !== "completions") return resultsTable(score);
  const { figures, steps } = score;
  const first = steps[0], last = steps.at(-1);
  const columns: Record<string, Figures> = { all: figures };
  if (first !== undefined && last !== undefined && first !== last) {
    columns[`step ${first.step}`] = first.figures;
    columns[`step ${last.step}`] = last.figures;
  }
  return figuresTable("completions", columns);
}

function resultsTable(score: ResultsScore): string {
  const { benchmark, bbox, segm, unknownCategories } = score;
  const found = Object.entries({ bbox, segm }).filter(([, figures]) => figures) as [
    string,
    CocoFigures | LvisFigures,
  ][];
  const tables = [
    figuresTable(
      benchmark.toUpperCase(),
      Object.fromEntries(
        found.map(([name, { summary }]) => [name, withData({ ...summary })]),
      ),
    ),
    ...found.flatMap(([name, { categories }]) =>
      categories.length > MOST_CATEGORIES
        ? [`${categories.length} categories by ${name}: --json has the figures of each`]
        : [byCategory(name, categories)]
    ),
  ];
  if (unknownCategories > 0) {
    tables.push(
      `${unknownCategories} of ${score.detections} detections are of categories that the ` +
        "annotations do not have, and count for nothing",
    );
  }
  if (score.hasIdZero) {
    tables.push(
      "The annotation whose id is 0 counts as never found, as in pycocotools: number " +
        "annotations from 1",
    );
  }
  return tables.join("\n\n");
}

function byCategory(
  title: string,
  categories: (CocoFigures | LvisFigures)["categories"],
): string {
  const names = categories.map(({ name }) => printable(name));
  const column = (key: "AP" | "AP50" | "AP75") =>
    withData(Object.fromEntries(categories.map((row, i) => [names[i]!, row[key]])));
  // All names, so that a category without data has its row.
  const rows = Object.fromEntries(names.map((name) => [name, undefined]));
  const columns = { AP: column("AP"), AP50: column("AP50"), AP75: column("AP75") };
  return figuresTable(
    title,
    Object.fromEntries(
      Object.entries(columns).map(([key, values]) => [key, { ...rows, ...values }]),
    ) as Record<string, Figures>,
  );
}

/** Less the figures that have no data. */
function withData(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== -1));
}

/** A name from outside, without what a terminal would take for an order. */
function printable(name: string): string {
  return name.replace(/\p{C}/gu, "?");
}
