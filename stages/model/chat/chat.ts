import { boundedTemplate } from "./bounded_template.ts";
import { libraryReason } from "../tokenizer/library_reason.ts";
import { IMAGE_TOKEN } from "../tokenizer/tokenizer.ts";

/** A part of a message: an image's place, or text. */
export type ContentPart =
  | { readonly type: "image" }
  | { readonly type: "text"; readonly text: string };

/** A turn of the conversation. */
export interface Message {
  readonly role: string;
  readonly content: string | readonly ContentPart[];
}

/** How a conversation is rendered. */
export interface ChatOptions {
  /** End with the opening of the assistant's turn. */
  readonly addGenerationPrompt: boolean;
  /** Number the images: "Image 1: ". Default false. */
  readonly addVisionId?: boolean;
}

/** Renders a conversation as the text that the model was trained on. */
export type ChatTemplate = (messages: readonly Message[], options: ChatOptions) => string;

/**
 * Compiles a chat template (Jinja, as published in tokenizer_config.json).
 *
 * @param specialTokens Variables of the template: `eos_token`, `pad_token`, …
 * @param where The file that the template comes from, for messages.
 * @throws {SyntaxError} If the template does not parse, or later does not render: in 5 s, and
 * within what a prompt takes.
 */
export function compileChat(
  source: string,
  specialTokens: Readonly<Record<string, string>>,
  where: string,
): ChatTemplate {
  const wrong = (cause: unknown) =>
    new SyntaxError(
      `${where}: chat_template does not work: ${reason(cause)}; use the published one`,
      { cause },
    );
  let render: ReturnType<typeof boundedTemplate>;
  try {
    render = boundedTemplate(source);
  } catch (cause) {
    throw wrong(cause);
  }
  return (messages, options) => {
    try {
      return render({
        ...specialTokens,
        messages,
        add_generation_prompt: options.addGenerationPrompt,
        add_vision_id: options.addVisionId ?? false,
      });
    } catch (cause) {
      throw wrong(cause);
    }
  };
}

function reason(cause: unknown): string {
  const { message } = cause as Error;
  if (!(cause instanceof RangeError)) return libraryReason(cause);
  // Messages of the JavaScript engine about its own limits.
  if (message.includes("call stack")) return "it nests too deeply";
  return /^Invalid .*(length|count)/.test(message) ? "it makes a text too long" : message;
}

/**
 * Repeats each image token of a rendered conversation once per visual token of its image.
 *
 * @param counts Visual tokens of each image, in order.
 * @throws {RangeError} If the text has not one image token per count.
 *
 * @example
 * ```ts
 * import { expandImageTokens } from "./chat.ts";
 *
 * expandImageTokens("<|image_pad|>?", [2]); // "<|image_pad|><|image_pad|>?"
 * ```
 */
export function expandImageTokens(text: string, counts: readonly number[]): string {
  const pieces = text.split(IMAGE_TOKEN);
  if (pieces.length - 1 !== counts.length) {
    throw new RangeError(
      `The text has ${
        pieces.length - 1
      } image tokens for ${counts.length} images: use the ` +
        "model's published chat template",
    );
  }
  return pieces.map((piece, i) => piece + IMAGE_TOKEN.repeat(counts[i] ?? 0)).join("");
}
