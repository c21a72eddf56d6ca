import assert from "node:assert/strict";
import { colourOf, dashOf, lookOf } from "../../../pipeline/page/look.ts";
import { linePlot, shortened } from "../../../pipeline/page/line_plot.ts";
import { htmlOf } from "../../../pipeline/page/markup.ts";

function line(place: number, values: readonly number[]) {
  const points = values.map((value, i) => ({ step: i + 1, value }));
  return { place, look: lookOf({}, place), points };
}

/** Paths in the groups of a class. */
function pathsOf(svg: string, name: string): string[] {
  const groups = svg.matchAll(new RegExp(`<g [^>]*class="${name}"[^>]*>(.*?)</g>`, "gs"));
  return [...groups].flatMap(([, group]) =>
    [...group!.matchAll(/<path d="([^"]*)"/g)].map(([, path]) => path!)
  );
}

Deno.test("linePlot() draws a line for each run, in its place's colour", () => {
  const svg = htmlOf(linePlot([line(0, [1, 2, 3]), line(2, [3, 2, 1])], { label: "x" }));
  assert.equal(pathsOf(svg, "run-0").length, 1);
  assert.equal(pathsOf(svg, "run-1").length, 0);
  assert.equal(pathsOf(svg, "run-2").length, 1);
  assert.match(svg, /stroke="var\(--run-2\)"/);
  assert.match(svg, /aria-label="x"/);
});

Deno.test("a NaN is a gap in a line", () => {
  const svg = htmlOf(linePlot([line(0, [1, 2, NaN, 4, 5])], { label: "x" }));
  const [path] = pathsOf(svg, "run-0");
  assert.equal(path!.match(/M/g)?.length, 2);
});

Deno.test("a long line is drawn faint as it is and strong as its moving average", () => {
  const values = Array.from({ length: 60 }, (_, i) => i % 2);
  const [faint, strong] = pathsOf(
    htmlOf(linePlot([line(0, values)], { label: "x" })),
    "run-0",
  );
  const heights = (path: string) =>
    [...path.matchAll(/,([\d.]+)/g)].map(([, y]) => Number(y));
  const spread = (path: string) =>
    Math.max(...heights(path)) - Math.min(...heights(path));
  assert.equal(heights(faint!).length, 60);
  assert.ok(spread(strong!) < spread(faint!) / 2);
});

Deno.test("a line of one value is drawn, and of one point, and of huge numbers of points", () => {
  for (const values of [[5, 5, 5], [0], new Array(20_000).fill(1e-9)]) {
    const svg = htmlOf(linePlot([line(0, values)], { label: "x" }));
    assert.doesNotMatch(svg, /NaN|Infinity/);
    assert.ok(svg.length < 20_000, `${svg.length}`);
  }
});

Deno.test("a plot's label cannot open a tag", () => {
  const label = '"><script>alert(1)</script>';
  const svg = htmlOf(linePlot([line(0, [1, 2])], { label, dots: true }));
  assert.doesNotMatch(svg, /<script/);
  assert.match(svg, /<title>step 2: 2\.000<\/title>/);
});

Deno.test("shortened() takes the means of equal stretches", () => {
  const points = [1, 3, 5, 7, 9, 11].map((value, i) => ({ step: i, value }));
  assert.deepEqual(shortened(points, 3), [
    { step: 1, value: 2 },
    { step: 3, value: 6 },
    { step: 5, value: 10 },
  ]);
  assert.equal(shortened(points, 6), points);
});

Deno.test("runs of one colour differ in their dashes, and so do neighbours", () => {
  const at = (place: number) => lookOf({}, place);
  const looks = Array.from(
    { length: 32 },
    (_, i) => `${colourOf(at(i))} ${dashOf(at(i))}`,
  );
  assert.equal(new Set(looks).size, 32);
  for (let i = 1; i < 8; i++) assert.notEqual(dashOf(at(i)), dashOf(at(i - 1)));
});
