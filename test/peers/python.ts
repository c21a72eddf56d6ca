import { fileURLToPath } from "node:url";
import { encodePng } from "../../data/pictures/image.ts";
import type { Question } from "../../data/questions/question.ts";
import {
  openSafetensors,
  type SafetensorsFile,
} from "../../stages/model/safetensors/open.ts";
import { MAX_NEW_TOKENS, type Variant } from "./ours.ts";

const PYTHON = Deno.env.get("PYTHON") ?? "python3";
/** The modules that reference.py imports. */
const MODULES = [
  "torch",
  "transformers",
  "huggingface_hub",
  "tokenizers",
  "peft",
  "safetensors",
  "PIL",
];

/** What Python's libraries make of the same files; see reference.py, which writes it. */
export interface Theirs {
  readonly texts: readonly {
    readonly tokenizers: readonly number[];
    readonly transformers: readonly number[];
    readonly decoded: string;
  }[];
  readonly prompts: readonly { readonly ids: readonly number[] }[];
  readonly variants: readonly {
    /** Parameters, or matrices of an adapter, that were missing, unexpected or misshapen. */
    readonly faults: readonly string[];
    /** How far a merged model's weights are from what PEFT merges, at most. */
    readonly merge_apart: number | null;
    readonly answers: readonly {
      readonly ids: readonly number[];
      readonly text: string;
    }[];
  }[];
  /** `pixels/QUESTION` and `logits/VARIANT/QUESTION`. */
  readonly tensors: SafetensorsFile;
}

/** @throws {Error} If there is no Python, or it lacks a module: says what to install. */
export async function checkPython(modules: readonly string[] = MODULES): Promise<void> {
  const script = "import importlib.util as u, sys\n" +
    "print(*(m for m in sys.argv[1:] if u.find_spec(m) is None))";
  const found = await runPython(["-c", script, ...modules]);
  const missing = found.split(/\s+/).filter((name) => name !== "");
  if (missing.length > 0) {
    throw new Error(
      `${PYTHON} has no ${missing.join(", ")}: ` +
        `install with "${PYTHON} -m pip install -r test/peers/requirements.txt", ` +
        "or name another interpreter in the environment variable PYTHON",
    );
  }
}

/**
 * Lets reference.py read the same files and answer the same questions.
 *
 * @param work A folder for what goes there and comes back.
 */
export async function askPython(
  texts: readonly string[],
  questions: readonly Question[],
  variants: readonly Variant[],
  work: string,
): Promise<Theirs> {
  for (const [i, { images: [image] }] of questions.entries()) {
    await Deno.writeFile(`${work}/${i}.png`, await encodePng(image!));
  }
  const request = {
    texts,
    questions: questions.map(({ prompt }, i) => ({ image: `${i}.png`, prompt })),
    variants: variants.map(({ name, model, adapter, mergedFrom, answers }) => ({
      name,
      model,
      adapter: adapter ?? null,
      merged_from: mergedFrom ?? null,
      answers: answers.map(({ tokenIds }) => tokenIds),
    })),
    max_new_tokens: MAX_NEW_TOKENS,
  };
  await Deno.writeTextFile(`${work}/request.json`, JSON.stringify(request));
  await runPython([fileURLToPath(new URL("reference.py", import.meta.url)), work]);
  return {
    ...JSON.parse(await Deno.readTextFile(`${work}/reply.json`)),
    tensors: await openSafetensors(`${work}/reply.safetensors`),
  };
}

/** Runs Python and gives its standard output. */
export async function runPython(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const command = new Deno.Command(PYTHON, {
    args: [...args],
    env: {
      HF_HUB_OFFLINE: "1",
      TRANSFORMERS_OFFLINE: "1",
      TOKENIZERS_PARALLELISM: "0",
      ...env,
    },
    stdout: "piped",
    stderr: "piped",
  });
  // A program that is not there throws at once, before there is a promise.
  const ended = (async () => await command.output())();
  const { success, stdout, stderr } = await ended.catch((cause) => {
    throw new Error(
      `${PYTHON} does not start: install Python 3, or name an interpreter in the ` +
        "environment variable PYTHON",
      { cause },
    );
  });
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${PYTHON} failed:\n${text(stderr).slice(-4000)}`);
  return text(stdout);
}
