import { Tokenizer as HubTokenizer } from "npm:@huggingface/tokenizers@0.2.0";
import * as v from "npm:valibot@1.5.0";
import { checkJson } from "../../../data/files/check_json.ts";
import { libraryReason } from "./library_reason.ts";
import { printable, quoted } from "../../../data/short_text.ts";
import { checkTokenizer } from "./tokenizer_bounds.ts";
import { withinTime } from "../../within_time.ts";

/** The token that stands for one merged visual token of an image. */
export const IMAGE_TOKEN = "<|image_pad|>";

/** Most characters of a text, with the tokens of images: 16,384 of these have 213,000. */
const MAX_TEXT = 2_000_000;
/** Most seconds for making a tokenizer; Qwen2-VL's takes 0.5. */
const SECONDS_TO_BUILD = 9;
/** Time limit of encoding in seconds: least, per character, and most. Qwen2-VL takes 2e-6 each. */
const SECONDS = 2, SECONDS_A_CHARACTER = 2e-5, MOST_SECONDS = 9;

/** Text to token ids and back. */
export interface Tokenizer {
  /** Number of tokens; the model's embedding may have more rows. */
  readonly size: number;
  /** Special tokens, such as `<|im_end|>`, and their ids. */
  readonly specialIds: ReadonlyMap<string, number>;
  /**
   * Special tokens in the text become their ids; nothing is added.
   *
   * @throws {RangeError} If the text has more than 2 million characters, or its encoding, by a
   * regular expression of tokenizer.json, takes more than 2 s and 20 µs a character.
   */
  encode(text: string): number[];
  /** Bytes that are not UTF-8 become U+FFFD. */
  decode(ids: readonly number[], options?: { readonly skipSpecial?: boolean }): string;
  /** A token as the vocabulary writes it; `undefined` for an id without a token. */
  token(id: number): string | undefined;
  /** Id of a token as the vocabulary writes it; undefined if there is none. */
  id(token: string): number | undefined;
}

const added = v.object({
  id: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  content: v.pipe(v.string(), v.nonEmpty()),
  special: v.optional(v.boolean(), false),
  // Neither library nor published Qwen2-VL has it; ignoring it would give other ids.
  single_word: v.optional(v.literal(false)),
});
const vocabulary = v.custom<Record<string, number>>(
  (vocab) =>
    typeof vocab === "object" && vocab !== null && !Array.isArray(vocab) &&
    Object.values(vocab).every((id) => Number.isSafeInteger(id) && id as number >= 0),
  "an object from token to id",
);
const merges = v.custom<unknown[]>(
  (list) =>
    Array.isArray(list) && list.every((merge) =>
      typeof merge === "string" ||
      Array.isArray(merge) && merge.length === 2 &&
        merge.every((part) => typeof part === "string")
    ),
  "a list of pairs",
);
const fileSchema = v.looseObject({
  added_tokens: v.array(added),
  normalizer: v.nullable(v.looseObject({ type: v.string() })),
  pre_tokenizer: v.looseObject({ type: v.string() }),
  post_processor: v.nullable(v.looseObject({ type: v.string() })),
  decoder: v.looseObject({ type: v.literal("ByteLevel") }),
  model: v.looseObject({ type: v.optional(v.literal("BPE")), vocab: vocabulary, merges }),
});

/**
 * Makes a tokenizer from tokenizer.json (byte-level BPE, as Qwen2's).
 *
 * @param config tokenizer_config.json.
 * @param where The file's name, for messages.
 * @throws {SyntaxError} Names the file, the path in the JSON and what was expected there, or
 * the image token if the tokenizer has none.
 */
export function createTokenizer(json: unknown, config: object, where: string): Tokenizer {
  const file = checkJson(fileSchema, json, where);
  const size = checkTokenizer(file, config, where);
  const hub = build(
    { ...file, pre_tokenizer: withUnicodeFolding(file.pre_tokenizer) },
    config,
    where,
  );
  const specialIds = new Map(
    file.added_tokens.filter(({ special }) => special).map((
      { content, id },
    ) => [content, id]),
  );
  if (hub.token_to_id(IMAGE_TOKEN) === undefined) {
    throw new SyntaxError(
      `${where} has no token ${IMAGE_TOKEN}: this is not the tokenizer of a Qwen2-VL model; ` +
        `use the model's own`,
    );
  }
  const special = new Set(specialIds.values());
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    size,
    specialIds,
    encode: (text) => text === "" ? [] : encode(hub, text, where),
    decode: (ids, { skipSpecial = false } = {}) => {
      const out: number[] = [];
      for (const id of ids) {
        if (skipSpecial && special.has(id)) continue;
        // The embedding has more rows than there are tokens; such an id says nothing.
        const token = hub.id_to_token(id);
        if (token !== undefined) out.push(...tokenBytes(token));
      }
      return utf8.decode(Uint8Array.from(out));
    },
    token: (id) => hub.id_to_token(id),
    id: (token) => hub.token_to_id(token),
  };
}

function build(file: object, config: object, where: string): HubTokenizer {
  try {
    return withinTime(SECONDS_TO_BUILD, () => new HubTokenizer(file, config));
  } catch (cause) {
    throw new SyntaxError(
      `${where} is not a usable tokenizer (${libraryReason(cause)}): ` +
        `fetch the model's tokenizer.json again`,
      { cause },
    );
  }
}

function encode(hub: HubTokenizer, text: string, where: string): number[] {
  const start = () => quoted(text.slice(0, 40));
  if (text.length > MAX_TEXT) {
    throw new RangeError(
      `The text ${start()} has ${text.length} characters, more than the ${MAX_TEXT} that can be ` +
        "encoded: shorten it",
    );
  }
  let ids: number[];
  try {
    ids = withinTime(
      Math.min(SECONDS + text.length * SECONDS_A_CHARACTER, MOST_SECONDS),
      () => hub.encode(text, { add_special_tokens: false }).ids,
    );
  } catch (cause) {
    throw new RangeError(
      `${where} cannot encode the text ${start()} of ${text.length} characters ` +
        `(${printable((cause as Error).message)}): use the published tokenizer.json`,
      { cause },
    );
  }
  // Text that neither the vocabulary nor an unknown token covers has no id.
  if (!ids.every((id) => id !== undefined)) {
    throw new RangeError(
      `${where} has no token for a part of the text ${start()}: use the published ` +
        "tokenizer.json",
    );
  }
  // A byte is one token at most; composed characters can decompose into twice the bytes.
  const most = () => 2 * new TextEncoder().encode(text).length + 64;
  if (ids.length <= text.length || ids.length <= most()) return ids;
  throw new RangeError(
    `${where} makes ${ids.length} tokens of the text ${start()} of ${text.length} ` +
      "characters: use the published tokenizer.json",
  );
}

/**
 * The pre-tokenizer with Unicode's case folding spelled out. The published pattern cuts off
 * `(?i:'s|'t|…)`; there Oniguruma takes the long s and the Kelvin sign for an s and a k, and
 * the library folds ASCII only.
 */
function withUnicodeFolding<T>(json: T): T {
  return JSON.parse(
    JSON.stringify(json),
    (key, value) =>
      key === "Regex" && typeof value === "string"
        ? value.replace(
          /\(\?i:[^()[\]\\]*\)/g,
          (group) =>
            "(?i:" +
            group.slice(4).replaceAll("s", "[s\u017f]").replaceAll("k", "[k\u212a]"),
        )
        : value,
  );
}

/**
 * Byte of each character of a byte-level vocabulary. Printable bytes stand for themselves,
 * the other 68 have the characters from U+0100 on, in order.
 */
const BYTE_OF: ReadonlyMap<string, number> = byteAlphabet();

function byteAlphabet(): Map<string, number> {
  const alphabet = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = byte > 32 && byte < 127 || byte > 160 && byte !== 173;
    alphabet.set(String.fromCodePoint(printable ? byte : next++), byte);
  }
  return alphabet;
}

/** A token's bytes; a token with a character outside of the byte alphabet is plain text. */
function tokenBytes(token: string): number[] {
  const bytes = [...token].map((character) => BYTE_OF.get(character));
  return bytes.every((byte) => byte !== undefined)
    ? bytes
    : [...new TextEncoder().encode(token)];
}
