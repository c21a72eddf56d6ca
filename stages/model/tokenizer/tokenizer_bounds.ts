import { printable, quoted } from "../../../data/short_text.ts";

/** The parts of an untrusted tokenizer.json that can be too large. */
export interface TokenizerParts {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly normalizer: unknown;
  readonly pre_tokenizer: unknown;
  readonly post_processor: unknown;
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly unknown[];
  };
}

/** Most entries of the vocabulary and of merges; Qwen2-VL has 151,643 and 151,387. */
const MAX_ENTRIES = 2 ** 20;
/** Largest id; ids may have gaps. */
const MAX_ID = 2 ** 22;
/** Most added tokens; Qwen2-VL has 14. */
const MAX_ADDED = 100_000, MAX_ADDED_CHARACTERS = 1_000_000;
/** Most characters of a token; Qwen2-VL's longest has 128. */
const MAX_TOKEN = 1024;
/** Most normalizers, pre-tokenizers and post-processors; Qwen2-VL has four. */
const MAX_STEPS = 64;
/** Most characters of a regular expression; Qwen2-VL's has 116. */
const MAX_REGEX = 4096;
/** Most that a text may grow; in Qwen2-VL it grows 9 times. */
const MAX_GROWTH = 64;
/** Most characters of a suffix that marks the ends of words. */
const MAX_AFFIX = 64;

const TEXTS = [
  "unk_token",
  "continuing_subword_prefix",
  "continuing_subword_suffix",
  "end_of_word_suffix",
];

/**
 * Refuses a tokenizer.json with which a text of normal length takes gigabytes or hours: steps
 * that multiply a text's length, too many steps, too many tokens, ids that stand
 * for two tokens. The cost of a regular expression is limited by a deadline.
 *
 * @param config tokenizer_config.json.
 * @param where The file's name, for messages.
 * @returns One more than the highest id.
 * @throws {SyntaxError} Names the file, the part and the bound.
 */
export function checkTokenizer(
  parts: TokenizerParts,
  config: object,
  where: string,
): number {
  const wrong = (message: string) =>
    new SyntaxError(`${where}: ${message}: fetch the model's tokenizer.json again`);
  const atMost = (what: string, count: number, most: number) => {
    if (count > most) throw wrong(`${what} has ${count} entries, more than ${most}`);
  };
  const { added_tokens, model } = parts;
  const names = Object.keys(model.vocab);
  atMost("model.vocab", names.length, MAX_ENTRIES);
  atMost("model.merges", model.merges.length, MAX_ENTRIES);
  atMost("added_tokens", added_tokens.length, MAX_ADDED);
  let characters = 0;
  for (const { content } of added_tokens) {
    characters += content.length;
  }
  if (characters > MAX_ADDED_CHARACTERS) {
    throw wrong(
      `added_tokens have ${characters} characters, more than ${MAX_ADDED_CHARACTERS}`,
    );
  }
  const { additional_special_tokens: more } = config as {
    additional_special_tokens?: unknown;
  };
  if (Array.isArray(more)) atMost("additional_special_tokens", more.length, 10_000);
  for (const key of TEXTS) {
    const text = (model as unknown as Record<string, unknown>)[key];
    if (text === undefined || text === null) continue;
    if (typeof text === "string" && text.length <= MAX_AFFIX) continue;
    throw wrong(
      `model.${key} is ${quoted(text)}, not a text of ${MAX_AFFIX} characters`,
    );
  }
  checkSteps(parts, wrong);
  return tokensById(names, parts, wrong).length;
}

type Wrong = (message: string) => SyntaxError;

/** Tokens are short, and only an added token may repeat an id: that of its text in the vocabulary. */
function tokensById(
  names: readonly string[],
  { model, added_tokens }: TokenizerParts,
  wrong: Wrong,
): readonly string[] {
  const tokens: string[] = []; // by id; a Map takes three times as long
  const add = (token: string, id: number) => {
    if (token.length > MAX_TOKEN) {
      throw wrong(
        `token ${quoted(token.slice(0, 40))} has ${token.length} characters, more than ` +
          `${MAX_TOKEN}`,
      );
    }
    if (id > MAX_ID) throw wrong(`${quoted(token)} is token ${id}, beyond ${MAX_ID}`);
    const other = tokens[id];
    if (other !== undefined && other !== token) {
      throw wrong(
        `${quoted(other)} and ${quoted(token)} are both token ${id}`,
      );
    }
    tokens[id] = token;
  };
  for (const name of names) add(name, model.vocab[name]!);
  for (const { content, id } of added_tokens) add(content, id);
  return tokens;
}

/** A step of encoding a text. */
interface Step {
  readonly type?: unknown;
  readonly pattern?: { readonly Regex?: unknown; readonly String?: unknown };
  readonly content?: unknown;
  readonly prepend?: unknown;
}

/** How many times longer each kind of step can make a text; kinds that are missing are refused. */
const GROWTH: Readonly<Record<string, (step: Step) => number>> = {
  // Unicode's own bounds of composed and decomposed text.
  NFC: () => 3,
  NFD: () => 4,
  NFKC: () => 18,
  NFKD: () => 18,
  Lowercase: () => 2,
  Strip: () => 1,
  StripAccents: () => 1,
  Prepend: ({ prepend }) => 1 + length(prepend),
  Replace: ({ pattern, content }) => {
    // JavaScript reads a "$" as a reference, which can stand for the whole text.
    if (typeof content === "string" && content.includes("$")) return Infinity;
    const found = typeof pattern?.String === "string" ? pattern.String.length : 0;
    return found > 0 ? Math.max(1, length(content) / found) : 1 + length(content);
  },
  ByteLevel: () => 3,
  Split: () => 1,
  Digits: () => 1,
  Punctuation: () => 1,
  Whitespace: () => 1,
  WhitespaceSplit: () => 1,
};

/** Post-processors see no text, because nothing is added to what is encoded. */
const POST_PROCESSORS = ["ByteLevel", "TemplateProcessing"];

function length(text: unknown): number {
  return typeof text === "string" ? text.length : text === undefined ? 0 : Infinity;
}

function checkSteps(parts: TokenizerParts, wrong: Wrong): void {
  const { normalizer, pre_tokenizer, post_processor } = parts;
  const steps = [
    ...flat(normalizer, "normalizers"),
    ...flat(pre_tokenizer, "pretokenizers"),
  ];
  const after = [...flat(post_processor, "processors")];
  const count = steps.length + after.length;
  if (count > MAX_STEPS) {
    throw wrong(`it has ${count} normalizers and other steps, more than ${MAX_STEPS}`);
  }
  let growth = 1;
  for (const step of steps) {
    const type = String(step.type);
    if (!Object.hasOwn(GROWTH, type)) {
      throw wrong(`steps of type "${printable(type, 40)}" are not supported`);
    }
    growth *= GROWTH[type]!(step);
    const regex = step.pattern?.Regex;
    if (regex !== undefined && !(length(regex) <= MAX_REGEX)) {
      throw wrong(
        `${type}'s regular expression ${quoted(regex)} is longer than ${MAX_REGEX}`,
      );
    }
    if (growth > MAX_GROWTH) {
      throw wrong(
        `${type} and the steps before it make a text more than ${MAX_GROWTH} times as long`,
      );
    }
  }
  for (const { type, single } of after as (Step & { single?: unknown })[]) {
    if (!POST_PROCESSORS.includes(String(type))) {
      throw wrong(`post-processors of type ${quoted(type)} are not supported`);
    }
    if (Array.isArray(single) && single.length > MAX_STEPS) {
      throw wrong(`post_processor's single has more than ${MAX_STEPS} entries`);
    }
  }
}

/** A step, or the steps of a sequence, nested ones included. */
function flat(step: unknown, key: string): readonly Step[] {
  if (step === null || step === undefined) return [];
  const { type, [key]: inner } = step as Record<string, unknown>;
  if (type !== "Sequence") return [step as Step];
  return Array.isArray(inner) ? inner.flatMap((one) => flat(one, key)) : [];
}
