import type { ListedCommand } from "./run_command.ts";

/** Every command by group and name; help and the tasks of deno.json have them in this order. */
export const COMMANDS: Readonly<
  Record<string, Readonly<Record<string, ListedCommand>>>
> = {
  "Train and evaluate": {
    train: {
      about: "Train a vision-language model by reinforcement (GRPO) on checkable answers",
      load: async () => (await import("./train.ts")).train,
    },
    sft: {
      about: "Fine-tune on the same questions with supervision, to compare train with",
      load: async () => (await import("./train.ts")).sft,
    },
    evaluate: {
      about: "Score a model's answers to held-out questions, or answers in a file",
      load: async () => (await import("./evaluate.ts")).evaluate,
    },
    experiment: {
      about: "Compare a model as it is, after SFT and after RFT, over several seeds",
      load: async () => (await import("./experiment.ts")).experiment,
    },
    merge: {
      about: "Merge a LoRA adapter into its model and write a full model",
      load: async () => (await import("./merge.ts")).merge,
    },
  },
  "Prepare data": {
    "init": {
      about: "Write a folder for images of your own, with examples to train on",
      load: async () => (await import("./init.ts")).init,
    },
    "check-data": {
      about: "Check every question and image of your data",
      load: async () => (await import("./check_data.ts")).checkData,
    },
  },
  "Look at results": {
    report: {
      about:
        "Write one HTML file about runs: figures, curves, alarms, images with answers",
      load: async () => (await import("./report.ts")).report,
    },
    audit: {
      about: "Attack rewards with known cheats and a search for unknown ones",
      load: async () => (await import("./audit.ts")).audit,
    },
  },
  "Set up": {
    native: {
      about: "Install TensorFlow's own engine, which trains faster",
      load: async () => (await import("./native.ts")).native,
    },
  },
  "Develop": {
    pretrain: {
      about: "Train the embedded model from nothing",
      load: async () => (await import("./pretrain.ts")).pretrain,
    },
    bench: {
      about: "Measure where the time of a training step goes",
      load: async () => (await import("./bench.ts")).bench,
    },
    settings: {
      about: "Write docs/settings.md from the table of settings",
      load: async () => (await import("./settings.ts")).settings,
    },
    sbom: {
      about: "Write a bill of materials of all packages, in CycloneDX's JSON",
      load: async () => (await import("./sbom.ts")).sbom,
    },
  },
};
