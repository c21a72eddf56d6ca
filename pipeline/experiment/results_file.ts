// Made from results_schema.ts by `deno task formats`: change the schema, not this file.

import type { ExperimentPlan } from "./plan.ts";

/** A figure over seeds. */
export interface Spread {
  /** Mean over the seeds. */
  readonly mean: number;
  /** Unbiased standard deviation; 0 of a single value. */
  readonly sd: number;
  /** In the order of the plan's seeds. */
  readonly values: readonly number[];
}

/** What a method reached in one arm. */
export interface MethodResult {
  /** The one that was chosen. */
  readonly learningRate?: number;
  /** Optimiser steps of a run. */
  readonly steps: number;
  /** Folders of the runs, relative to the experiment's, in the order of the seeds. */
  readonly runs: readonly string[];
  /** Held-out figures on the test half. */
  readonly figures: Readonly<Record<string, Spread>>;
  /** AP or accuracy by category; empty if seeds have different ones. */
  readonly categories: Readonly<Record<string, Spread>>;
  /** By name of probe. */
  readonly probes: Readonly<Record<string, Readonly<Record<string, Spread>>>>;
  /** Wall-clock time of a run. */
  readonly seconds: Spread;
  /** Tokens that a run trained on. */
  readonly tokens: Spread;
}

/** results.json of an experiment. */
export interface ExperimentResults {
  /** Tells the file from others. */
  readonly type: "experiment";
  /** Version of this program. */
  readonly version: string;
  /** All that decided the runs. */
  readonly plan: ExperimentPlan;
  /** Name of the experiment. */
  readonly name: string;
  /** A line about what is asked. */
  readonly title: string;
  /** The figure that methods are compared by. */
  readonly metric: string;
  /** As the setting `model`. */
  readonly model: string;
  /**
   * Learning rates: what each one tried reached on the validation half, and the one
   * taken.
   */
  readonly tuning: {
    readonly sft: {
      readonly chosen: number;
      readonly tried: readonly {
        readonly learningRate: number;
        readonly value: number;
        readonly run: string;
      }[];
    };
    readonly rft: {
      readonly chosen: number;
      readonly tried: readonly {
        readonly learningRate: number;
        readonly value: number;
        readonly run: string;
      }[];
    };
  };
  /** What was compared, in the plan's order. */
  readonly arms: readonly {
    readonly label: string;
    readonly shots?: number;
    readonly data: string;
    readonly testData?: string;
    readonly methods: {
      /** What a method reached in one arm. */
      readonly baseline: MethodResult;
      /** What a method reached in one arm. */
      readonly sft: MethodResult;
      /** What a method reached in one arm. */
      readonly rft: MethodResult;
    };
  }[];
  /**
   * Wall-clock time of all runs together, tuning included; it takes less if runs go side
   * by side.
   */
  readonly seconds: number;
}
