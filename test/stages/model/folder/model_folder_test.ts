import assert from "node:assert/strict";
import { openModelFolder } from "../../../../stages/model/folder/model_folder.ts";
import {
  fixturePath,
  readFixture,
  REFERENCE,
  referenceTest,
} from "../../../support/fixtures.ts";
import { referenceModels } from "../../../support/model_case.ts";

type Json = Record<string, unknown>;
const SOURCE = "qwen2_vl/tiny-untied";

/** Opens a copy of tiny-untied after `change`, and hands on what that gives. */
async function changed<T>(
  change: (folder: string, edit: (name: string, f: (json: Json) => Json) => void) => void,
  then: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    for (const { name } of Deno.readDirSync(fixturePath(SOURCE))) {
      Deno.copyFileSync(fixturePath(`${SOURCE}/${name}`), `${folder}/${name}`);
    }
    change(folder, (name, f) => {
      const json = f(JSON.parse(Deno.readTextFileSync(`${folder}/${name}`)));
      Deno.writeTextFileSync(`${folder}/${name}`, JSON.stringify(json));
    });
    return await then(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function open(folder: string) {
  const model = await openModelFolder(folder);
  model.close();
  return model;
}

for (const folder of referenceModels()) {
  referenceTest(`openModelFolder() reads ${folder}`, [folder], async () => {
    const model = await open(fixturePath(folder, REFERENCE));
    const { eos_token_id } = readFixture<Json>(
      `${folder}/generation_config.json`,
      REFERENCE,
    );
    assert.deepEqual(model.config.tokens.eos, [eos_token_id].flat());
    assert.deepEqual(model.generation.eosTokenIds, [eos_token_id].flat());
    assert.equal(model.preprocessor.patchSize, model.config.vision.patchSize);
    assert.ok(model.checkpoint.names.length > 0);
    assert.equal(model.prompts, undefined);
  });
}

Deno.test("openModelFolder() reads which prompts a model was taught", async () => {
  const prompts = (value: unknown) =>
    changed(
      (folder) =>
        Deno.writeTextFileSync(
          `${folder}/visual_rft.json`,
          JSON.stringify({ prompts: value }),
        ),
      async (folder) => (await open(folder)).prompts,
    );
  assert.equal(await prompts("short"), "short");
  assert.equal(await prompts("paper"), "paper");
  await assert.rejects(
    prompts("long"),
    /visual_rft\.json: \.prompts must be "short" or "paper"/,
  );
});

Deno.test("openModelFolder() knows in which frame a model states boxes", async () => {
  assert.equal((await open(fixturePath(SOURCE))).frame, "per mille");
  const frame = (value: unknown) =>
    changed(
      (folder) =>
        Deno.writeTextFileSync(
          `${folder}/visual_rft.json`,
          JSON.stringify({ frame: value }),
        ),
      async (folder) => (await open(folder)).frame,
    );
  assert.equal(await frame("pixels"), "pixels");
  await assert.rejects(
    frame("inches"),
    /visual_rft\.json: \.frame must be "per mille" or "pixels"/,
  );
});

Deno.test("openModelFolder() falls back to config.json's end token", async () => {
  const eos = (change: (folder: string) => void) =>
    changed(change, async (folder) => (await open(folder)).config.tokens.eos);
  const { eos_token_id } = readFixture<Json>(`${SOURCE}/config.json`);
  const without = await eos((folder) =>
    Deno.removeSync(`${folder}/generation_config.json`)
  );
  assert.deepEqual(without, [eos_token_id].flat());
});

Deno.test("openModelFolder() reads the chat template from any of its places", async () => {
  const render = (change: Parameters<typeof changed>[0]) =>
    changed(change, async (folder) => {
      const model = await open(folder);
      return model.chat([{ role: "user", content: "Hi" }], {
        addGenerationPrompt: false,
      });
    });
  const published = await render(() => {});
  assert.match(published, /<\|im_start\|>user\nHi/);
  const drop = (folder: string) => Deno.removeSync(`${folder}/chat_template.json`);
  assert.equal(await render(drop), published);
  const listed = await render((folder, edit) => {
    drop(folder);
    edit("tokenizer_config.json", (json) => ({
      ...json,
      chat_template: [
        { name: "tools", template: "no" },
        { name: "default", template: "{{ messages[0].content }}{{ eos_token }}" },
      ],
    }));
  });
  assert.equal(listed, "Hi<|im_end|>");
  const jinja = await render((folder) =>
    Deno.writeTextFileSync(`${folder}/chat_template.jinja`, "{{ messages[0].role }}")
  );
  assert.equal(jinja, "user");
  const none = render((folder, edit) => {
    drop(folder);
    edit("tokenizer_config.json", ({ chat_template: _, ...json }) => json);
  });
  await assert.rejects(none, /tokenizer_config\.json has no chat_template/);
});

Deno.test("openModelFolder() reads the preprocessor where newer tools put it", async () => {
  const { preprocessor } = await open(fixturePath(SOURCE));
  const newer = await changed((folder) => {
    const json = JSON.parse(Deno.readTextFileSync(`${folder}/preprocessor_config.json`));
    Deno.removeSync(`${folder}/preprocessor_config.json`);
    Deno.writeTextFileSync(
      `${folder}/processor_config.json`,
      JSON.stringify({ image_processor: json }),
    );
  }, open);
  assert.deepEqual(newer.preprocessor, preprocessor);
});

for (
  const name of [
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "preprocessor_config.json",
    "model.safetensors",
  ]
) {
  Deno.test(`openModelFolder() names ${name} where it is missing, and what to do`, async () => {
    const missing = changed((folder) => Deno.removeSync(`${folder}/${name}`), open);
    await assert.rejects(missing, (error: Error) => {
      assert.ok(error instanceof Deno.errors.NotFound, error.stack);
      assert.ok(error.message.includes(name), error.message);
      assert.match(error.message, /fetch/);
      return true;
    });
  });

  Deno.test(`openModelFolder() names ${name} where it is damaged`, async () => {
    const damaged = changed(
      (folder) => Deno.writeTextFileSync(`${folder}/${name}`, "{"),
      open,
    );
    await assert.rejects(damaged, (error: Error) => {
      assert.ok(error instanceof SyntaxError, error.stack);
      assert.ok(error.message.includes(name), error.message);
      return true;
    });
  });
}

Deno.test("openModelFolder() says that a folder is missing", async () => {
  await assert.rejects(open("no/such/model"), /There is no model folder no\/such\/model/);
});

Deno.test("openModelFolder() compares the files with each other", async () => {
  const wrong: [string, (json: Json) => Json, RegExp][] = [
    ["preprocessor_config.json", (j) => ({ ...j, patch_size: 7 }), /patch_size is 7/],
    ["preprocessor_config.json", (j) => ({ ...j, merge_size: 3 }), /merge_size is 3/],
    [
      "config.json",
      (j) => ({ ...j, image_token_id: 3 }),
      /<\|image_pad\|>.*image_token_id is 3/,
    ],
    ["config.json", (j) => ({ ...j, vocab_size: 5 }), /vocab_size is 5/],
    [
      "config.json",
      (j) => ({ ...j, intermediate_size: 5 }),
      /mlp\.(gate|up|down)_proj.*\[5,/,
    ],
    [
      "config.json",
      (j) => ({ ...j, num_hidden_layers: 1e9 }),
      /num_hidden_layers 1000000000/,
    ],
    [
      "generation_config.json",
      (j) => ({ ...j, eos_token_id: [588, 608] }),
      /eos_token_id .* is 608, but vocab_size is 608/,
    ],
    [
      "generation_config.json",
      (j) => ({ ...j, eos_token_id: 598 }),
      /eos_token_id .* is 598, which stands for an image/,
    ],
    [
      "generation_config.json",
      (j) => ({ ...j, pad_token_id: 1e9 }),
      /pad_token_id .* is 1000000000, but vocab_size/,
    ],
    [
      "config.json",
      (j) => ({ ...j, num_hidden_layers: 9 }),
      /no parameter "model\.layers\.\d/,
    ],
  ];
  for (const [name, change, message] of wrong) {
    const opened = changed((_, edit) => edit(name, change), open);
    await assert.rejects(opened, (error: Error) => {
      assert.ok(error instanceof SyntaxError, error.stack);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("openModelFolder() refuses companion files that could not be copied later", async () => {
  const opened = changed(
    (folder) => Deno.mkdirSync(`${folder}/special_tokens_map.json`),
    open,
  );
  await assert.rejects(opened, /TypeError: .*special_tokens_map\.json is a folder/);
});
