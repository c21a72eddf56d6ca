import assert from "node:assert/strict";
import {
  imagesOfMessages,
  readConversation,
} from "../../../../data/formats/lines/conversation.ts";

const read = (messages: unknown) => readConversation(messages, ".messages");

Deno.test("messages are read by their roles, in both forms", () => {
  assert.deepEqual(
    read([
      { from: "system", value: "Be brief." },
      { from: "human", value: "Colour?" },
      { from: "gpt", value: "red" },
      { role: "user", content: "Shape?" },
      { role: "assistant", content: [{ type: "text", text: "square" }] },
    ]),
    {
      system: "Be brief.",
      turns: [{ asked: "Colour?", told: "red" }, { asked: "Shape?", told: "square" }],
    },
  );
});

Deno.test("numbers and lists are their text, and image parts are tags", () => {
  assert.deepEqual(
    read([
      {
        role: "user",
        content: [{ type: "image", image: "1.jpg" }, { type: "text", text: "?" }],
      },
      { role: "assistant", content: [20, 30, 140.5, 150] },
    ]).turns,
    [{ asked: "<image>?", told: "[20,30,140.5,150]" }],
  );
  assert.equal(
    read([{ from: "human", value: "?" }, { from: "gpt", value: 3 }]).turns[0]!.told,
    "3",
  );
  assert.deepEqual(
    imagesOfMessages([{
      role: "user",
      content: [{ type: "image_url", image_url: { url: "1.jpg" } }, {
        type: "image",
        path: "2.jpg",
      }],
    }]),
    ["1.jpg", "2.jpg"],
  );
});

Deno.test("roles that are unknown or out of order are refused with their place", () => {
  const user = { role: "user", content: "?" },
    answer = { role: "assistant", content: "a" };
  const cases: [unknown, RegExp][] = [
    [[], /\.messages must be a list of messages/],
    ["?", /\.messages must be a list of messages: it is "\?"/],
    [[user, { role: "tool", content: "x" }], /\.messages\[1\] is of "tool"/],
    [[user, { role: "system", content: "x" }], /\.messages\[1\] is a system message/],
    [[user, user], /\.messages\[1\] is a question, and the one before it has no answer/],
    [[answer], /\.messages\[0\] is an answer, and no question is before it/],
    [[user, answer, answer], /\.messages\[2\] is an answer/],
    [[{ role: "system", content: "x" }], /\.messages has no question/],
    [[{ role: "user", content: null }], /\.messages\[0\] must have a text/],
    [[{ role: "user", content: [{ type: "video" }] }], /has a part of type "video"/],
    [[3], /\.messages\[0\] must be a message/],
  ];
  for (const [messages, message] of cases) {
    assert.throws(() => read(messages), { name: "SyntaxError", message });
  }
});
