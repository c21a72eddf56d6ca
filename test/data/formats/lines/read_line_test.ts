import assert from "node:assert/strict";
import fc from "fast-check";
import { readLine } from "../../../../data/formats/lines/read_line.ts";
import { shortPrompt } from "../../../../data/questions/prompt.ts";
import { parseSolution } from "../../../../stages/parse/parse_solution.ts";

const options = { prompts: shortPrompt, readTruth: parseSolution };
const read = (line: unknown) => readLine(line, "x.jsonl, line 1", options);

const name = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8})?$/)
  .filter((text) => !/^(?:no|none|nothing)\b/.test(text));
const edge = fc.integer({ min: 0, max: 400 });
const corners = fc.tuple(edge, edge, edge, edge)
  .map(([x, y, w, h]) => [x, y, x + w + 1, y + h + 1]);
const boxOf = ([x1, y1, x2, y2]: readonly number[]) => ({ x1, y1, x2, y2 });

/** What a line says and a way to write it. */
const line = fc.oneof(
  fc.record({ category: name, boxes: fc.array(corners, { maxLength: 4 }) }).map((
    own,
  ) => ({
    json: own,
    target: { kind: "detection", ...own, boxes: own.boxes.map(boxOf) },
  })),
  fc.record({ label: name }).map((own) => ({
    json: own,
    target: { kind: "classification", ...own },
  })),
  fc.record({ instruction: name, box: corners }).map((own) => ({
    json: own,
    target: { kind: "grounding", box: boxOf(own.box) },
  })),
  fc.record({ instruction: name, point: corners }).map((own) => ({
    json: own,
    target: { kind: "point", box: boxOf(own.point) },
  })),
  fc.record({ problem: name, number: fc.integer(), tolerance: fc.nat() }).map((own) => ({
    json: own,
    target: { kind: "number", value: own.number, tolerance: own.tolerance },
  })),
  fc.record({ problem: name, text: name }).map((own) => ({
    json: own,
    target: { kind: "text", text: own.text },
  })),
  fc.record({
    options: fc.uniqueArray(name, { minLength: 2, maxLength: 9 })
      .filter((all) => all.every((one) => one.length > 1)),
    at: fc.nat(),
    isText: fc.boolean(),
  }).map(({ options, at, isText }) => {
    const i = at % options.length, choice = String.fromCharCode(65 + i);
    return {
      json: { problem: "which?", options, choice: isText ? options[i] : choice },
      target: { kind: "choice", choice, options },
    };
  }),
  fc.record({ problem: name, own: fc.record({ name, truth: fc.jsonValue() }) }).map((
    own,
  ) => ({
    json: own,
    target: { kind: "own", ...own.own },
  })),
  fc.record({
    asked: name,
    told: fc.oneof(name, corners),
    system: fc.option(name, { nil: undefined }),
    way: fc.constantFrom(
      "problem",
      "query",
      "conversations",
      "messages",
      "beside",
      "parts",
    ),
  }).map(({ asked, told, system, way }) => ({
    json: spoken(way, asked, told, system),
    target: typeof told === "string"
      ? { kind: "classification", label: told }
      : { kind: "grounding", box: boxOf(told) },
    system,
  })),
);

function spoken(way: string, asked: string, told: unknown, system?: string) {
  const first = system === undefined ? [] : [{ role: "system", content: system }];
  const user = { role: "user", content: `<image>\n${asked}` };
  switch (way) {
    case "problem":
      return { problem: asked, solution: told, ...system !== undefined && { system } };
    case "query":
      return { query: asked, response: told, ...system !== undefined && { system } };
    case "conversations":
      return {
        conversations: [
          ...first.map(({ content }) => ({ from: "system", value: content })),
          { from: "human", value: user.content },
          { from: "gpt", value: told },
        ],
      };
    case "beside":
      return { messages: [...first, user], solution: told };
    case "parts": {
      const content = [{ type: "image" }, { type: "text", text: asked }];
      const answer = { role: "assistant", content: told };
      return { messages: [...first, { role: "user", content }, answer] };
    }
    default:
      return { messages: [...first, user, { role: "assistant", content: told }] };
  }
}

Deno.test("every form of a line is read as what was written", () => {
  fc.assert(
    fc.property(line, fc.option(name, { nil: undefined }), ({ json, ...said }, id) => {
      const [found, another] = read({
        ...id !== undefined && { id },
        image: "1.jpg",
        ...json,
      });
      assert.equal(another, undefined);
      assert.deepEqual(found!.truth.target, said.target);
      assert.equal(found!.truth.frame === "per mille" && "box" in said.target, false);
      assert.equal(found!.id, id);
      assert.equal(found!.system, "system" in said ? said.system : undefined);
      assert.ok(!found!.prompt.includes("<image>"));
    }),
    { numRuns: 500 },
  );
});

Deno.test("columns that tables leave empty say nothing", () => {
  const empty = { videos: [], audios: null, objects: null, system: "", history: [] };
  const [found] = read({
    images: ["1.jpg"],
    query: "colour?",
    response: "red",
    ...empty,
  });
  assert.deepEqual(found!.truth.target, { kind: "classification", label: "red" });
  assert.equal(found!.system, undefined);
});

Deno.test("what would change a question in silence is refused", () => {
  const user = { role: "user", content: "?" },
    answer = { role: "assistant", content: "a" };
  const base = { image: "1.jpg", problem: "?" };
  const objects = { bbox: [[1, 2, 3, 4]], image_id: [1] };
  const choice = { ...base, options: ["B", "A"], choice: "B" };
  const cases: [unknown, RegExp][] = [
    [{ ...base, solution: "a", answer: "b" }, /both solution and answer/],
    [{ ...base, question: "!", answer: "b" }, /both problem and question/],
    [{ ...base, messages: [user, answer] }, /both messages and problem/],
    [{ ...base, answer: "B", options: ["x", "y"] }, /write "options" and "choice"/],
    [
      { image: "1.jpg", query: "?", response: "a", history: [["a", "b"]] },
      /earlier turns/,
    ],
    [
      { ...base, solution: "<bbox>", objects },
      /image_id \[1\] means boxes of another image/,
    ],
    [choice, /\.choice "B" is the letter of one option and the text of another/],
    [{ ...choice, options: ["a", "a"], choice: "A" }, /\.options has "a" twice/],
    [
      { image: "1.jpg", problem: "<image><image>Where?", solution: [1, 2, 3, 4] },
      /2 <image> tags, and there are 1 images/,
    ],
    [{ ...base, problem: "<img>1.jpg</img> ?", solution: "a" }, /contains <img>/],
    [
      {
        image: "1.jpg",
        messages: [{
          role: "user",
          content: [{ type: "image", image: "2.jpg" }, { type: "text", text: "?" }],
        }, answer],
      },
      /other images in its messages than in image/,
    ],
  ];
  for (const [json, message] of cases) {
    assert.throws(() => read(json), { name: "SyntaxError", message });
  }
});
