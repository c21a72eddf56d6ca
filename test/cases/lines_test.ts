import assert from "node:assert/strict";
import type { Target } from "../../data/questions/question.ts";
import { casePath, openCase, questionsOf } from "../support/cases.ts";

/** x1 of the box in pixels grows by 10 with each image; it is 120 x 120 pixels from y = 30. */
const boxAt = (i: number) => ({
  x1: (20 + 10 * i) / 320 * 1000,
  y1: 30 / 240 * 1000,
  x2: (140 + 10 * i) / 320 * 1000,
  y2: 150 / 240 * 1000,
});

async function targets(name: string, options?: string, kind?: string): Promise<Target[]> {
  return (await questionsOf(name, options, kind)).map(({ target }) => target);
}

/** Compares to 1e-9 of a pixel. */
function same(found: readonly Target[], wanted: readonly Target[]): void {
  const round = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value),
      (_, one) => typeof one === "number" ? Number(one.toFixed(9)) : one,
    );
  assert.deepEqual(round(found), round(wanted));
}

const six = <T>(make: (i: number) => T) => Array.from({ length: 6 }, (_, i) => make(i));
const red: Target = { kind: "classification", label: "red" };
const detected = (category: string) => (i: number): Target => ({
  ...{ kind: "detection", category, boxes: [boxAt(i)] },
});

Deno.test("answers of conversations that are fenced or bare JSON are boxes", async () => {
  for (const name of ["01_bbox2d_fence", "02_bbox2d_bare", "03_solution_fence"]) {
    same(await targets(`${name}/train.jsonl`), six(detected("cup")));
  }
  same(await targets("02_bbox2d_object/train.jsonl"), six(detected("object")));
});

Deno.test("an empty list says that nothing is there", async () => {
  const found = await targets("04_empty_list/train.jsonl");
  const box = { x1: 100, y1: 100, x2: 500, y2: 600 };
  const kinds = found.map((target) => target.kind === "detection" && target.boxes.length);
  assert.deepEqual(kinds.slice(0, 3), [1, 0, 1]);
  same(found.slice(0, 1), [{ kind: "detection", category: "cup", boxes: [box] }]);
});

Deno.test("keys in lower case and categories without quotes are read", async () => {
  same(
    (await targets("05_lowercase_position/train.jsonl")).slice(0, 1),
    [{
      kind: "detection",
      category: "Pole",
      boxes: [{ x1: 567.7, y1: 100.2, x2: 592.6, y2: 400.5 }],
    }],
  );
  const names = (await targets("05_unquoted_category/train.jsonl")).map((target) =>
    target.kind === "detection" ? target.category : undefined
  );
  assert.deepEqual([...new Set(names)].sort(), ["human foot", "shoe"]);
});

Deno.test("frame= holds for solutions and for boxes", async () => {
  same(
    await targets("06_solution_pixels/train.jsonl", ",frame=pixels"),
    six(detected("cup")),
  );
  const unit = await targets("12_unit_boxes/train.jsonl", ",frame=unit");
  assert.equal(unit.length, 6);
  assert.ok(unit[0]!.kind === "detection");
  assert.deepEqual(unit[0]!.boxes, [{ x1: 63, y1: 125, x2: 438, y2: 625 }]);
});

Deno.test("a system message is kept as one", async () => {
  const questions = await questionsOf("07_system_first/train.jsonl");
  assert.deepEqual(questions.map(({ target }) => target), six(() => red));
  for (const { system, prompt } of questions) {
    assert.equal(system, "You are a careful assistant.");
    assert.equal(prompt, "Which colour has the block?");
  }
});

Deno.test("columns and keys of other trainers are read", async () => {
  const one: Target = { kind: "classification", label: "1" };
  assert.deepEqual(await targets("08_easyr1/train.jsonl"), six(() => one));
  assert.deepEqual(await targets("08_swift_solution/train.jsonl"), six(() => one));
  assert.deepEqual(await targets("08_messages/train.jsonl"), six(() => red));
  const [first] = await questionsOf("08_swift_objects/train.jsonl");
  assert.match(first!.prompt, /Find cup/);
  same(
    await targets("08_swift_objects/train.jsonl"),
    six((i) => ({ kind: "grounding", box: boxAt(i) })),
  );
});

Deno.test("RefCOCO's lists are read, and told from LISA's", async () => {
  const wanted = six((i): Target => ({ kind: "grounding", box: boxAt(i) }));
  same(await targets("09_rec_json/rec_val.json"), wanted);
  same(await targets("09_rec_json/rec_val.jsonl"), wanted);
  const [first] = await questionsOf("09_rec_json/rec_val.json");
  assert.match(first!.prompt, /corresponding to the instruction: the red block/);
});

Deno.test("tags stand where images go; a model's own placeholder is refused", async () => {
  const [tagged] = await questionsOf("10_image_tag_in_problem/train.jsonl");
  assert.equal(tagged!.prompt, "Which colour has the block?");
  await assert.rejects(openCase("10_image_pad_in_problem/train.jsonl"), {
    name: "SyntaxError",
    message: /train\.jsonl, line 1: the prompt contains <\|vision_start\|>, which stands/,
  });
});

Deno.test("images are read from data URLs, structs and paths with backslashes", async () => {
  for (const name of ["datauri", "image_struct", "backslash"]) {
    const questions = await questionsOf(`11_base64/${name}.jsonl`);
    const found = questions.map(({ target }) => target);
    assert.deepEqual(found, six((): Target => red), name);
    for (const { images: [image] } of questions) {
      assert.deepEqual([image!.width, image!.height], [320, 240]);
    }
  }
});

Deno.test("images elsewhere are refused in one short line", async () => {
  await assert.rejects(openCase("11_base64/http.jsonl"), {
    message:
      /line 1: \.image must .* the image "https:\/\/example\.org\/0\.jpg" is on the network/,
  });
  await assert.rejects(questionsOf("11_base64/fileurl.jsonl"), (error: Error) => {
    assert.match(error.message, /outside of the data's folder/);
    assert.ok(error.message.length < 300 && !error.message.includes("\n"));
    return true;
  });
});

Deno.test("lines in odd files are read, or refused in a sentence", async () => {
  const labels = async (name: string) =>
    (await targets(`17_lines/${name}.jsonl`)).map((target) =>
      target.kind === "classification" ? target.label : target.kind
    );
  assert.deepEqual((await labels("crlf")).length, 4);
  assert.deepEqual(await labels("one"), ["red"]);
  assert.deepEqual(await labels("extra_key"), ["red", "red", "red", "red"]);
  assert.deepEqual(await labels("sol_int"), ["3", "3", "3", "3"]);
  const refusals: [string, RegExp][] = [
    ["pretty", /is a JSON object over several lines.*write each object on one line/],
    ["utf16", /line 1: it is not UTF-8; save the file as UTF-8/],
    ["nolabel_int", /line 1: \.label must be a text/],
  ];
  for (const [name, message] of refusals) {
    await assert.rejects(openCase(`17_lines/${name}.jsonl`), {
      name: "SyntaxError",
      message,
    });
  }
});

Deno.test("ids that repeat are made distinct, and told", async () => {
  const { train, notes } = await openCase("17_lines/dup.jsonl");
  const ids = await Promise.all([0, 1].map(async (i) => (await train.question(i)).id));
  assert.deepEqual(ids, ["000000033471", "000000033471#2"]);
  assert.match(notes!.join(), /1 lines? repeats? an id, as "000000033471"/);
});

Deno.test("answers of conversations are what their content says", async () => {
  const regions = six((i): Target => ({ kind: "grounding", box: boxAt(i) }));
  for (const name of ["answer_tagged", "bbox_key", "nested", "think_tagged"]) {
    same(await targets(`18_gpt_values/${name}.jsonl`), regions);
  }
  const [thought] = await questionsOf("18_gpt_values/think_tagged.jsonl");
  assert.equal(thought!.reasoning, "look left");
  await assert.rejects(openCase("18_gpt_values/degenerate.jsonl"), {
    name: "SyntaxError",
    message: /line 1: the solution has a box without area: 20, 30, 20, 150/,
  });
});

Deno.test("several images are one question; too many tags, text alone and videos are refused", async () => {
  const [first] = await questionsOf("20_multi_image/train.jsonl");
  assert.equal(first!.images.length, 2);
  assert.equal(first!.prompt, "Is it the same block?");
  const refusals: [string, RegExp][] = [
    ["mismatch", /line 1: the words have 2 <image> tags, and there are 1 images/],
    ["text_only", /line 1: \.image is missing/],
    ["video", /line 1: it has a video: only images are read/],
  ];
  for (const [name, message] of refusals) {
    await assert.rejects(openCase(`20_multi_image/${name}.jsonl`), {
      name: "SyntaxError",
      message,
    });
  }
});

Deno.test("LLaVA's and Qwen's lists are read", async () => {
  assert.deepEqual(await targets("22_llava_json/train.json"), six(() => red));
  same(await targets("22_llava_json/qwen.json"), six(detected("object")));
});

Deno.test("an answer that is a list or a number is read as its text", async () => {
  const regions = six((i): Target => ({ kind: "grounding", box: boxAt(i) }));
  same(await targets("24_value_list/list.jsonl"), regions);
  same(await targets("24_value_list/string.jsonl"), regions);
  assert.deepEqual(
    await targets("24_value_list/number.jsonl"),
    six((): Target => ({ kind: "classification", label: "1" })),
  );
});

Deno.test("a JSON list in a file of lines is told what it is", async () => {
  const path = casePath("22_llava_json/train.json");
  const folder = await Deno.makeTempDir();
  try {
    await Deno.copyFile(path, `${folder}/train.jsonl`);
    await assert.rejects(
      (await import("../../pipeline/open/open_data.ts")).openData(
        `${folder}/train.jsonl`,
        {
          seed: 0,
          prompts: "paper",
        },
      ),
      /is a JSON list, not JSON lines: write json: before its path/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
