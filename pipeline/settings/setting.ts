/** The commands that read settings. */
export type Task = "train" | "sft" | "evaluate";

/** What a setting is about: help and docs/settings.md show settings by group, in this order. */
export const SETTING_GROUPS = {
  data: "Data",
  model: "Model",
  rewards: "Rewards",
  sampling: "Sampling",
  loss: "Loss",
  optimiser: "Optimiser",
  evaluation: "Evaluation",
  output: "Output and resuming",
} as const;

/** One of `SETTING_GROUPS`. */
export type SettingGroup = keyof typeof SETTING_GROUPS;

/** The values that a setting, or a flag, takes. */
export interface ValueRule {
  /**
   * What its values are:
   *
   * - "text": a text that is not empty; "choice": one of `choices`;
   * - "number": a finite number; "count": a whole number;
   * - "switch": true or false;
   * - "names": a list of texts, one flag with commas or several flags; "texts": a list of texts
   *   that may have commas, a flag each;
   * - "weights": numbers by name, `name=number,…` as a flag.
   */
  readonly kind:
    | "text"
    | "choice"
    | "number"
    | "count"
    | "switch"
    | "names"
    | "texts"
    | "weights";
  /** Values of a "choice". */
  readonly choices?: readonly string[];
  /** The smallest number. */
  readonly least?: number;
  /** The largest number. */
  readonly most?: number;
  /** Numbers are below this one. */
  readonly below?: number;
}

/** One setting: its values, its default, and what it means. */
export interface Setting extends ValueRule {
  /** The value without one from the caller; a setting without a default may be `undefined`. */
  readonly default?: unknown;
  /** What is used if a setting without a default is not given. */
  readonly unset?: string;
  /** What it means, for help and docs/settings.md. */
  readonly about: string;
  /** Where help and docs/settings.md show it. */
  readonly group: SettingGroup;
  /** One of the few that matter first: help shows them before all others. */
  readonly first?: true;
  /** The commands that have it. */
  readonly tasks: readonly Task[];
  /** Of one process and not of the run: a resumed run may have another value. */
  readonly ofProcess?: true;
}

/** The values of a setting, from its row. */
export type SettingValue<Row> = Row extends { readonly default: unknown } ? Plain<Row>
  : Plain<Row> | undefined;

/** The values of a setting that is given, from its row. */
export type Plain<Row> = Row extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Row extends { readonly kind: infer Kind extends keyof Values } ? Values[Kind]
  : never;

/** The type of the values of each kind of setting but "choice". */
export interface Values {
  /** A text. */
  readonly text: string;
  /** A finite number. */
  readonly number: number;
  /** A whole number. */
  readonly count: number;
  /** On or off. */
  readonly switch: boolean;
  /** Texts without commas. */
  readonly names: readonly string[];
  /** Texts. */
  readonly texts: readonly string[];
  /** Numbers by name. */
  readonly weights: Readonly<Record<string, number>>;
}
