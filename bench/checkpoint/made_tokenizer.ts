import { fileURLToPath } from "node:url";
import { SPECIAL_TOKENS } from "../../pipeline/pretrain/vocabulary.ts";
import type { Form } from "../shapes.ts";

/**
 * A tokenizer.json with as many tokens as a form has before its special ones (Qwen2: 151643), and
 * their merges: all pairs of bytes, then pairs with one more byte. The other parts are those of
 * the embedded model's tokenizer.
 */
export async function madeTokenizer({ image_token_id }: Form): Promise<string> {
  const words = image_token_id - SPECIAL_TOKENS.indexOf("<|image_pad|>");
  const source = new URL("../../data/emoji/model/tokenizer.json", import.meta.url);
  const json = JSON.parse(await Deno.readTextFile(fileURLToPath(source)));
  const bytes = byteLetters();
  const tokens = [...bytes], merges: [string, string][] = [];
  // Letters first, so that the pairs of ordinary text are among the first to be merged.
  for (let i = 0; tokens.length < words; i++) {
    const left = tokens[Math.floor(i / bytes.length)]!, right = bytes[i % bytes.length]!;
    merges.push([left, right]);
    tokens.push(left + right);
  }
  json.model.vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  json.model.merges = merges;
  const [form] = json.added_tokens;
  json.added_tokens = SPECIAL_TOKENS.map((content, i) => ({
    ...form,
    id: words + i,
    content,
  }));
  return JSON.stringify(json);
}

/** The letter that byte-level tokenizers write for each byte: printable ones for themselves. */
function byteLetters(): string[] {
  const printable = (b: number) => b > 32 && b < 127 || b > 160 && b !== 173 && b < 256;
  const all = Array.from({ length: 256 }, (_, b) => b);
  const shown = all.filter(printable).map((b) => String.fromCharCode(b));
  const others = all.filter((b) => !printable(b)).map((_, i) =>
    String.fromCharCode(256 + i)
  );
  return [...shown, ...others];
}
