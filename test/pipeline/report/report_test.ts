import assert from "node:assert/strict";
import { basename, join } from "node:path";
import fc from "fast-check";
import { DOMParser } from "linkedom";
import { report } from "../../../pipeline/report/report.ts";
import { inFolder } from "../../support/in_folder.ts";
import {
  madeData,
  madeRun,
  TEXTS,
  type Texts,
  writeLines,
} from "../../support/made_run.ts";

const openData = () => Promise.resolve(madeData(3));

function parsed(text: string) {
  return new DOMParser().parseFromString(text, "text/html");
}

/** Names of tags and of their attributes, in the order of the page. */
function skeleton(text: string): string[] {
  return [...parsed(text).querySelectorAll("*")].map((element) =>
    [element.localName, ...element.getAttributeNames()].join(" ")
  );
}

Deno.test("a report has its parts in order, and loads nothing", () =>
  inFolder(async (folder) => {
    const [rft, sft] = [join(folder, "rft"), join(folder, "sft")];
    await madeRun(rft);
    await madeRun(sft, { task: "sft", after: [1, 0, 1] });
    const text = await report([rft, sft], { openData });
    const page = parsed(text);
    assert.equal(page.querySelector("h1")?.textContent, "rft, sft");
    assert.deepEqual([...page.querySelectorAll("h2")].map((head) => head.textContent), [
      ...["Comparison", "Curves", "Alarms", "Rewards", "Gallery", "Settings"],
    ]);
    for (const element of page.querySelectorAll("[src], [href]")) {
      const link = element.getAttribute("src") ?? element.getAttribute("href");
      assert.match(link!, /^(#|data:image\/webp;base64,)/);
    }
    assert.doesNotMatch(text, /https?:/);
  }));

Deno.test("every plot has a line of every run that has the figure", () =>
  inFolder(async (folder) => {
    const runs = ["a", "b", "c"].map((name) => join(folder, name));
    for (const run of runs) await madeRun(run);
    const page = parsed(await report(runs, { openData }));
    const plots = [...page.querySelectorAll(".curves .plot")];
    const titles = plots.map((plot) =>
      plot.querySelector("figcaption")!.firstChild!.textContent!.trim()
    );
    assert.deepEqual(
      titles,
      [
        ...["mAP", "Reward", "Other", "Reward", "Reward: iou", "KL divergence", "Loss"],
        ...["Gradient norm", "Learning rate"],
      ],
    );
    for (const plot of plots) {
      const lines = [0, 1, 2].map((i) => plot.querySelectorAll(`.run-${i} path`).length);
      assert.deepEqual(lines, [1, 1, 1]);
    }
  }));

Deno.test("the comparison has before, after and change of each run", () =>
  inFolder(async (folder) => {
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    await madeRun(one, { after: [2, 2] });
    await madeRun(two, { after: [0, 1] });
    const page = parsed(await report([one, two], { openData }));
    const rows = [
      ...page.querySelectorAll("#comparison .table")[0]!.querySelectorAll("tr"),
    ]
      .map((row) => [...row.children].map((cell) => cell.textContent!.trim()));
    assert.deepEqual(rows, [
      ["", "mAP", "reward", "other", "questions"],
      ["Before step 0", "0.250", "1.000", "0.500", "2"],
      ["one step 10", "0.500", "2.000", "0.500", "2"],
      ["change", "+0.250", "+1.000", "±0", ""],
      ["two step 10", "0.125", "0.500", "0.500", "2"],
      ["change", "−0.125", "−0.500", "±0", ""],
    ]);
  }));

Deno.test("the gallery stands by gain, and shows each picture once", () =>
  inFolder(async (folder) => {
    const run = join(folder, "run");
    await madeRun(run, { after: [1, 2.5, 0] });
    const page = parsed(await report([run], { openData }));
    const cards = [...page.querySelectorAll(".card")].map((card) => [
      card.getAttribute("data-order"),
      card.getAttribute("data-gain"),
      card.querySelector(".gain")!.textContent,
      card.querySelectorAll("image").length,
      card.querySelectorAll("use").length,
    ]);
    assert.deepEqual(cards, [
      ["1", "1.5", "gain +1.50", 1, 1],
      ["0", "0", "gain ±0", 1, 1],
      ["2", "-1", "gain −1.00", 1, 1],
    ]);
  }));

Deno.test("a smaller gallery still has the largest gain and the largest loss", () =>
  inFolder(async (folder) => {
    const run = join(folder, "run");
    await madeRun(run, { after: [1, 2.5, 0] });
    const gains = async (gallery: number) =>
      [...parsed(await report([run], { gallery, openData })).querySelectorAll(".card")]
        .map((card) => card.getAttribute("data-gain"));
    assert.deepEqual(await gains(2), ["1.5", "-1"]);
    assert.deepEqual(await gains(0), []);
  }));

Deno.test("where the data is gone the gallery says so, and keeps boxes and texts", () =>
  inFolder(async (folder) => {
    const run = join(folder, "run");
    await madeRun(run);
    const page = parsed(
      await report([run], {
        openData: () => Promise.reject(new Error("there is no file a.jsonl")),
      }),
    );
    const text = page.querySelector("#gallery")!.textContent!;
    assert.match(text, /The images are missing: there is no file a\.jsonl\./);
    assert.match(text, /No cat/);
    assert.equal(page.querySelectorAll("#gallery image").length, 0);
    assert.equal(page.querySelectorAll("#gallery .gone").length, 6);
    assert.equal(page.querySelectorAll("#gallery .box.truth .line").length, 6);
    // Other questions than those of the run are not shown as if they were.
    const others = await report([run], { openData: () => Promise.resolve(madeData(9)) });
    assert.match(others, /does not give the same questions again/);
  }));

Deno.test("a run that has only begun, or kept no answers, makes a report", () =>
  inFolder(async (folder) => {
    const settings = { steps: 5 };
    await writeLines(folder, "metrics.jsonl", [{
      ...{ type: "config", version: "0.1.0", task: "train", seed: 0, backend: "wasm" },
      ...{ model: "emoji", data: { describe: "made" }, settings },
    }]);
    const page = parsed(await report([folder]));
    assert.equal(page.querySelector("h1")?.textContent, basename(folder));
    const said = ["#comparison", "#alarms", "#rewards", "#gallery"].map((id) =>
      page.querySelector(`${id} p`)!.textContent
    );
    assert.match(said[0]!, /before and after training/);
    assert.equal(said[1], "No alarms.");
    assert.match(said[2]!, /No sampled answers/);
    assert.match(page.querySelector("#gallery")!.textContent!, /no answers to held-out/);
  }));

Deno.test("an experiment brings its runs and the paper's table", () =>
  inFolder(async (folder) => {
    await madeRun(join(folder, "runs", "rft"));
    await madeRun(join(folder, "runs", "base"), { steps: 0 });
    const spread = (mean: number, sd: number | null = 0.01) => ({
      mean,
      sd,
      values: [1],
    });
    const method = (map: number, cat: number) => ({
      ...{ runs: [], figures: { questions: spread(3), map: spread(map) } },
      ...{ categories: { cat: spread(cat, null) }, unknown: 1 },
      probes: { control: { map: spread(map / 2), other: spread(9) } },
    });
    const results = {
      ...{ type: "experiment", name: "few-shot", metric: "map", paper: {}, later: [1] },
      arms: [{
        shots: 4,
        methods: {
          rft: {
            ...method(0.5, 0.75),
            runs: ["runs/rft", "runs/gone"],
            learningRate: 1e-4,
          },
          baseline: { ...method(0.25, 0.25), runs: ["runs/base"] },
          sft: method(0.3, 0.25),
        },
      }],
    };
    await Deno.writeTextFile(join(folder, "results.json"), JSON.stringify(results));
    const page = parsed(await report([folder], { openData }));
    assert.equal(page.querySelector("h1")?.textContent, "few-shot");
    assert.equal(page.querySelectorAll(".run").length, 2, "the run that is gone is not");
    assert.equal(
      page.querySelectorAll(".legend label").length,
      1,
      "a baseline has no curve",
    );
    // Before and after of the run that was trained, on its three questions.
    assert.equal(page.querySelectorAll(".card .answer > svg").length, 6);
    const rows = [...page.querySelector("#comparison .table")!.querySelectorAll("tr")]
      .map((row) => [...row.children].map((cell) => cell.textContent!.trim()));
    assert.deepEqual(rows, [
      ["", "mAP", "mAP: control", "cat"],
      ["Baseline", "0.250 ± 0.010", "0.125 ± 0.010", "0.250"],
      ["SFT", "0.300 ± 0.010", "0.150 ± 0.010", "0.250"],
      ["RFT lr 1e-4", "0.500 ± 0.010", "0.250 ± 0.010", "0.750"],
      ["SFT − Baseline", "+0.050", "+0.025", "±0"],
      ["RFT − Baseline", "+0.250", "+0.125", "+0.500"],
      ["RFT − SFT", "+0.200", "+0.100", "+0.500"],
    ]);
    results.arms[0]!.methods.rft.runs = ["../elsewhere"];
    await Deno.writeTextFile(join(folder, "results.json"), JSON.stringify(results));
    await assert.rejects(
      report([folder]),
      /runs\[0\] must be a folder in the experiment/,
    );
    await Deno.writeTextFile(join(folder, "results.json"), '{"type": "experiment"}');
    await assert.rejects(report([folder]), /results\.json: \.name is missing/);
  }));

/** Texts that try to get out of where they stand. */
const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(
      "</script>",
      "<script>",
      "<img src=x onerror=a>",
      '"',
      "'",
      ">",
      "-->",
    ),
    fc.constantFrom("</style>", "</svg>", "]]>", "\u202E", "\0", "\uD800", "&lt;", "`"),
    fc.string({ maxLength: 8 }),
  ),
  { minLength: 1, maxLength: 4 },
).map((parts) => `x${parts.join("")}`); // an empty name would leave out its plot

const texts: fc.Arbitrary<Texts> = fc.record({
  ...{ model: hostile, data: hostile, setting: hostile, alarm: hostile, reward: hostile },
  ...{ figure: hostile, split: hostile, category: hostile, prompt: hostile },
  answer: hostile,
});

Deno.test("no text of a run can open a tag, end one or add an attribute", () =>
  inFolder(async (folder) => {
    const make = async (own: Texts, title: string) => {
      const run = join(folder, "run");
      await madeRun(run, { texts: own, steps: 2, after: [1.5] });
      return await report([run], {
        ...{ title, openData: () => Promise.resolve(madeData(1, own.category)) },
      });
    };
    const plain = skeleton(await make(TEXTS, "title"));
    assert.ok(plain.length > 200);
    await fc.assert(
      fc.asyncProperty(texts, hostile, async (own, title) => {
        const text = await make(own, title);
        assert.deepEqual(skeleton(text), plain);
        assert.ok(text.isWellFormed());
        assert.equal(text.match(/<script/gi)?.length, 1);
      }),
      { numRuns: 12 },
    );
  }));
