import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { CATEGORIES } from "../../data/emoji/categories.ts";
import { openModelFolder } from "../../stages/model/folder/model_folder.ts";
import { startTestBackend } from "../support/test_backend.ts";
import { ourPrompts, ourVariants, type Variant } from "./ours.ts";
import { askPython, checkPython, type Theirs } from "./python.ts";
import { peerQuestions } from "./questions.ts";

const MODEL = Deno.env.get("PEERS_MODEL") ??
  fileURLToPath(new URL("../../data/emoji/model", import.meta.url));

/** What is in the vocabulary, what is not, and what is half in it. */
const TEXTS = [
  ...CATEGORIES.map(({ name }) => name),
  "<answer>[{'Position': [10, 20, 300, 1000], 'Confidence': 0.95}]</answer>",
  "<think>two of them</think> <answer>No Objects</answer><|im_end|>\n",
  "(0,0),(1000,1000)",
  "0.050.05 99 1001, 5, 50, 500",
  "Find the animal left of the category 'catcar'",
  "<|vision_start|><|image_pad|><|image_pad|><|vision_end|>What is this?",
  "I'm sure it's NOT what they'd SAY'S",
  "cafe\u0301 \u212a \u017f Ünï 猫 🐱\u200d👤 \u{1F1E6}",
  "  spaces \t tabs \r\n\n lines   ",
  "\u0000\u007f\u00ad\ufeff",
];

/**
 * Registers the comparisons, after both sides have done their work.
 *
 * @throws {Error} Where Python, one of its modules or the model is missing.
 */
export async function comparePeers(): Promise<void> {
  await checkPython();
  const { tokenizer, prompts = "paper", close } = await openModelFolder(MODEL);
  close();
  await startTestBackend();
  const questions = await peerQuestions(prompts);
  const ourTokens = await ourPrompts(MODEL, questions);
  const work = await Deno.makeTempDir();
  let variants: Variant[], theirs: Theirs;
  const logits = new Map<string, Float32Array>();
  try {
    variants = await ourVariants(MODEL, questions, work);
    theirs = await askPython(TEXTS, questions, variants, work);
    for (const name of theirs.tensors.tensors.keys()) {
      logits.set(name, await theirs.tensors.read(name));
    }
    theirs.tensors.close();
  } finally {
    await Deno.remove(work, { recursive: true });
  }

  Deno.test("tokenizers and transformers encode and decode text as we do", () => {
    TEXTS.forEach((text, i) => {
      const { tokenizers, transformers, decoded } = theirs.texts[i]!;
      const ids = tokenizer.encode(text);
      assert.deepEqual(tokenizers, ids, text);
      assert.deepEqual(transformers, ids, text);
      assert.equal(decoded, tokenizer.decode(ids), text);
    });
  });

  Deno.test("transformers' processor makes the same prompts and pixels", () => {
    questions.forEach(({ id }, i) => {
      const { tokenIds, images } = ourTokens[i]!;
      assert.deepEqual(theirs.prompts[i]!.ids, tokenIds, id);
      near(images[0]!.pixelValues, logits.get(`pixels/${i}`)!, 1e-5, id);
    });
  });

  variants.forEach(({ name, answers }, v) => {
    const { faults, merge_apart, answers: others } = theirs.variants[v]!;
    const logitsOf = (i: number) => logits.get(`logits/${name}/${i}`)!;

    Deno.test(`${name}: Python loads every parameter and no other`, () => {
      assert.deepEqual(faults, []);
    });

    if (merge_apart !== null) {
      Deno.test(`${name}: the weights are what PEFT's merge gives`, () => {
        assert.ok(merge_apart < 1e-6, `${merge_apart}`);
      });
    }

    Deno.test(`${name}: logits of all tokens are equal`, () => {
      questions.forEach(({ id }, i) => near(answers[i]!.logits, logitsOf(i), 1e-4, id));
    });

    Deno.test(`${name}: the policy in memory says the same as its files in Python`, () => {
      questions.forEach(({ id }, i) => {
        const { tokenIds, logProbs } = answers[i]!;
        const wanted = answerLogProbs(
          logitsOf(i),
          ourTokens[i]!.tokenIds.length,
          tokenIds,
        );
        near(logProbs, wanted, 1e-4, id);
      });
    });

    Deno.test(`${name}: greedy answers are equal, token by token`, () => {
      questions.forEach(({ id }, i) => {
        assert.deepEqual(others[i]!.ids, answers[i]!.tokenIds, id);
        assert.equal(others[i]!.text, answers[i]!.text, id);
      });
    });
  });

  Deno.test("the adapter and the update change what the model says", () => {
    const first = (v: number) => variants[v]!.answers[0]!.logits;
    for (const v of [1, 2, 3]) {
      const moved = first(v).some((x, k) => Math.abs(x - first(0)[k]!) > 0.01);
      assert.ok(moved, variants[v]!.name);
    }
  });
}

/** @throws {assert.AssertionError} Where two values are further apart than `tolerance`. */
function near(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < actual.length; i++) {
    const apart = Math.abs(actual[i]! - expected[i]!);
    assert.ok(apart <= tolerance, `${what}: value ${i} is off by ${apart}`);
  }
}

/** Log-probabilities of an answer's tokens, in double precision. */
function answerLogProbs(
  logits: Float32Array,
  promptLength: number,
  tokenIds: readonly number[],
): number[] {
  const vocabulary = logits.length / (promptLength + tokenIds.length);
  return tokenIds.map((token, i) => {
    const start = (promptLength + i - 1) * vocabulary; // the token before predicts it
    const row = logits.subarray(start, start + vocabulary);
    const most = row.reduce((a, b) => Math.max(a, b));
    const sum = row.reduce((total, x) => total + Math.exp(x - most), 0);
    return row[token]! - most - Math.log(sum);
  });
}
