import * as v from "npm:valibot@1.5.0";
import {
  about,
  anything,
  count,
  figure,
  named,
  number,
  text,
} from "../run_folder/fields.ts";

/** A figure over seeds. */
export const spreadSchema = about(
  v.object({
    mean: about(figure, "Mean over the seeds."),
    sd: about(figure, "Unbiased standard deviation; 0 of a single value."),
    values: about(v.array(figure), "In the order of the plan's seeds."),
  }, "mean and sd"),
  "A figure over seeds.",
);

const spread = named(spreadSchema, "Spread");
const spreads = v.record(text, spread, "figures by name");

/** What a method reached in one arm. */
export const methodSchema = about(
  v.object({
    learningRate: v.optional(about(number, "The one that was chosen.")),
    steps: about(count, "Optimiser steps of a run."),
    runs: about(
      v.array(text, "a list of folders"),
      "Folders of the runs, relative to the experiment's, in the order of the seeds.",
    ),
    figures: about(spreads, "Held-out figures on the test half."),
    categories: about(
      spreads,
      "AP or accuracy by category; empty if seeds have different ones.",
    ),
    probes: about(v.record(text, spreads, "figures by probe"), "By name of probe."),
    seconds: about(spread, "Wall-clock time of a run."),
    tokens: about(spread, "Tokens that a run trained on."),
  }, "an object"),
  "What a method reached in one arm.",
);

const method = named(methodSchema, "MethodResult");
const tuning = v.object({
  chosen: number,
  tried: v.array(v.object({ learningRate: number, value: figure, run: text })),
});

/** What is compared on the same data. */
export const armSchema = v.object({
  label: text,
  shots: v.optional(number),
  data: text,
  testData: v.optional(text),
  methods: v.object({ baseline: method, sft: method, rft: method }),
}, "an object");

/** The file results.json. */
export const resultsSchema = about(
  v.object({
    type: about(
      v.literal("experiment", '"experiment"'),
      "Tells the file from others.",
    ),
    version: about(text, "Version of this program."),
    plan: about(named(anything, "ExperimentPlan"), "All that decided the runs."),
    name: about(text, "Name of the experiment."),
    title: about(text, "A line about what is asked."),
    metric: about(text, "The figure that methods are compared by."),
    model: about(text, "As the setting `model`."),
    tuning: about(
      v.object({ sft: tuning, rft: tuning }),
      "Learning rates: what each one tried reached on the validation half, and the one taken.",
    ),
    arms: about(v.array(armSchema, "a list"), "What was compared, in the plan's order."),
    seconds: about(
      number,
      "Wall-clock time of all runs together, tuning included; it takes less if runs go side " +
        "by side.",
    ),
  }, "an object"),
  "results.json of an experiment.",
);
