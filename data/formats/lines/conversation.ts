import { cut, quoted } from "../../short_text.ts";

/** One question of a conversation and its answer. */
export interface Turn {
  readonly asked: string;
  /** The answer; `undefined` if the conversation ends with the question. */
  readonly told?: string;
}

/** A conversation by its roles. */
export interface Conversation {
  readonly system?: string;
  readonly turns: readonly Turn[];
}

/** A message, of LLaVA's form (from, value) or of OpenAI's (role, content). */
type Message = Readonly<Record<string, unknown>>;

const ROLES: Readonly<Record<string, "system" | "user" | "assistant">> = {
  system: "system",
  developer: "system",
  human: "user",
  user: "user",
  gpt: "assistant",
  assistant: "assistant",
  model: "assistant",
};

/**
 * Reads a list of messages by their roles: a system message at the beginning, then questions and
 * answers in turn. An answer that is a number or a list counts as its text in JSON, as VLM-R1
 * reads it.
 *
 * @param place The key of the list, for errors: `.conversations`.
 * @throws {SyntaxError} If roles are unknown or out of order, or a message has no text: names the
 * place.
 *
 * @example
 * ```ts
 * import { readConversation } from "./conversation.ts";
 *
 * readConversation(
 *   [{ role: "user", content: "Which colour?" }, { role: "assistant", content: "red" }],
 *   ".messages",
 * ).turns; // [{ asked: "Which colour?", told: "red" }]
 * ```
 */
export function readConversation(messages: unknown, place: string): Conversation {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new SyntaxError(
      `${place} must be a list of messages: it is ${quoted(messages)}`,
    );
  }
  let system: string | undefined;
  const turns: { asked: string; told?: string }[] = [];
  messages.forEach((message: unknown, i) => {
    const at = `${place}[${i}]`;
    const { role, text } = readMessage(message, at);
    const last = turns.at(-1);
    switch (role) {
      case "system":
        if (i > 0) throw new SyntaxError(`${at} is a system message, which comes first`);
        system = text;
        return;
      case "user":
        if (last !== undefined && last.told === undefined) {
          throw new SyntaxError(
            `${at} is a question, and the one before it has no answer`,
          );
        }
        turns.push({ asked: text });
        return;
      case "assistant":
        if (last === undefined || last.told !== undefined) {
          throw new SyntaxError(`${at} is an answer, and no question is before it`);
        }
        last.told = text;
    }
  });
  if (turns.length === 0) throw new SyntaxError(`${place} has no question`);
  return { ...system !== undefined && { system }, turns };
}

function readMessage(message: unknown, at: string) {
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    throw new SyntaxError(`${at} must be a message: it is ${quoted(message)}`);
  }
  const { from, value, role = from, content = value } = message as Message;
  const known = typeof role === "string" && Object.hasOwn(ROLES, role.toLowerCase())
    ? ROLES[role.toLowerCase()]!
    : undefined;
  if (known === undefined) {
    throw new SyntaxError(
      `${at} is of ${quoted(role)}: write system, human or user, gpt or assistant`,
    );
  }
  return { role: known, text: textOf(content, at) };
}

/** A message's text; images among its parts become tags. */
function textOf(content: unknown, at: string): string {
  if (typeof content === "string") return content.trim();
  if (typeof content === "number" || isNumbers(content)) return JSON.stringify(content);
  if (Array.isArray(content) && content.every(isPart)) {
    return content.map((part) => {
      if (part.type === "text" && typeof part.text === "string") return part.text;
      if (part.type === "image" || part.type === "image_url") return "<image>";
      throw new SyntaxError(
        `${at} has a part of type ${quoted(part.type)}: text and image are read`,
      );
    }).join("").trim();
  }
  if (Array.isArray(content) || typeof content === "object" && content !== null) {
    return JSON.stringify(content);
  }
  throw new SyntaxError(`${at} must have a text: it has ${cut(quoted(content), 60)}`);
}

function isPart(part: unknown): part is Readonly<Record<string, unknown>> {
  return typeof part === "object" && part !== null && "type" in part;
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 &&
    value.every((one) => typeof one === "number" || isNumbers(one));
}

/** The images among the parts of messages, as OpenAI's form has them. */
export function imagesOfMessages(messages: unknown): readonly unknown[] {
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message: unknown) => {
    const content = (message as Message | null)?.content;
    if (!Array.isArray(content) || !content.every(isPart)) return [];
    return content.flatMap((part) => {
      if (part.type === "image") return [part.image ?? part.path ?? part.url];
      if (part.type !== "image_url") return [];
      const { image_url } = part as { image_url?: { url?: unknown } | string };
      return [typeof image_url === "object" ? image_url?.url : image_url];
    });
  }).filter((image) => image !== undefined);
}
