/**
 * `deno run -A test/hostile/open_damaged.ts SEED COUNT`: opens damaged copies of the embedded
 * model one after another and prints a line of JSON for each: see {@linkcode Opened}.
 *
 * A process of its own, since nothing in this one could end a regular expression that hangs.
 *
 * @module
 */
import type { Question } from "../../data/questions/question.ts";
import { openModelFolder } from "../../stages/model/folder/model_folder.ts";
import { encodePrompt } from "../../stages/model/prompt_tokens.ts";
import { checkFinite } from "../../stages/model/safetensors/check_finite.ts";
import { type Damaged, damagedFiles } from "./damage.ts";
import { copyModel } from "./models/model.ts";

/** What became of a damaged copy. */
export interface Opened {
  readonly file: string;
  readonly what: string;
  /** "unnamed": an error that does not name file or model, or that the language made. */
  readonly outcome: "opened" | "refused" | "unnamed";
  readonly message: string;
  readonly seconds: number;
}

const QUESTION = {
  id: "q",
  prompt: "Where is the cat?\n It's in 3 boxes ...",
  images: [{ width: 64, height: 64, data: new Uint8Array(64 * 64 * 3) }],
} as unknown as Question;

/** Errors that JavaScript makes, not the project. */
const UNNAMED =
  /call stack|Cannot (read|convert|destructure|access)|is not (a function|iterable|defined)|undefined (is|\()|object Object/;

async function open(folder: string): Promise<void> {
  const model = await openModelFolder(folder);
  try {
    encodePrompt(QUESTION, model);
    model.tokenizer.decode(model.tokenizer.encode(QUESTION.prompt));
    for (const name of model.checkpoint.names) {
      checkFinite(await model.checkpoint.read(name), folder, name);
    }
  } finally {
    model.close();
  }
}

async function openDamaged({ file, what, bytes }: Damaged): Promise<Opened> {
  const folder = await Deno.makeTempDir({ prefix: "damaged-" });
  const start = performance.now();
  const done = (outcome: Opened["outcome"], message: string): Opened => ({
    file,
    what,
    outcome,
    message,
    seconds: (performance.now() - start) / 1000,
  });
  try {
    const model = await copyModel(folder);
    await model.write(file, bytes);
    await open(folder);
    return done("opened", "");
  } catch (error) {
    const { message } = error as Error;
    const isNamed = !UNNAMED.test(message) && message.length < 1000 &&
      (message.includes(folder) || /images|picture/.test(message));
    return done(isNamed ? "refused" : "unnamed", message);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const [seed, count] = Deno.args.map(Number) as [number, number];
  for (const damaged of damagedFiles(seed, count)) {
    console.log(JSON.stringify(await openDamaged(damaged)));
  }
}
