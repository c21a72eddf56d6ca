import assert from "node:assert/strict";
import fc from "fast-check";
import { loraTargets, peftTargets } from "../../../stages/adapter/lora_targets.ts";

const DENSE = [
  "visual.blocks.0.attn.qkv",
  "visual.blocks.0.attn.proj",
  "visual.blocks.1.attn.qkv",
  "visual.merger.mlp.0",
  "visual.merger.mlp.2",
  "model.layers.0.self_attn.q_proj",
  "model.layers.0.self_attn.k_proj",
  "model.layers.0.mlp.up_proj",
  "model.layers.10.self_attn.q_proj",
  "model.layers.10.self_attn.k_proj",
];
const OTHERS = [
  { name: "visual.patch_embed.proj.weight", shape: [8, 3, 2, 4, 4] },
  { name: "visual.blocks.0.norm1.weight", shape: [8] },
  { name: "visual.blocks.0.attn.qkv.bias", shape: [24] },
  { name: "model.embed_tokens.weight", shape: [90, 8] },
  { name: "model.norm.weight", shape: [8] },
  { name: "lm_head.weight", shape: [90, 8] },
];
const PARAMETERS = [
  ...DENSE.map((module) => ({ name: `${module}.weight`, shape: [8, 8] })),
  ...OTHERS,
];
const q = ["model.layers.0.self_attn.q_proj", "model.layers.10.self_attn.q_proj"];

Deno.test("loraTargets() reads names, patterns, all-linear and regular expressions", () => {
  const cases: [string[], string[]][] = [
    [["q_proj"], q],
    [["self_attn.q_proj"], q],
    [["layers.0.self_attn.q_proj"], q.slice(0, 1)],
    [["model.layers.*.self_attn.q_proj"], q],
    [["model.language_model.layers.*.self_attn.q_proj"], q],
    [["layers.1*.*.q_proj"], q.slice(1)],
    [["layers.0.*.*_proj"], DENSE.slice(5, 8)],
    [["merger.mlp.*"], DENSE.slice(3, 5)],
    [["attn.proj"], ["visual.blocks.0.attn.proj"]],
    [["lm_head"], ["lm_head"]],
    [["all-linear"], DENSE],
    [["/model\\.layers\\.\\d+\\..*q_proj/"], q],
    [["/.*language_model.*[qk]_proj/"], [
      ...q,
      ...DENSE.filter((m) => m.endsWith("k_proj")),
    ]],
    [["up_proj", "q_proj", "self_attn.q_proj"], [...q, "model.layers.0.mlp.up_proj"]],
  ];
  for (const [patterns, expected] of cases) {
    assert.deepEqual(
      loraTargets(PARAMETERS, patterns).sort(),
      [...expected].sort(),
      patterns.join(),
    );
  }
  assert.deepEqual(
    loraTargets(PARAMETERS, ["k_proj", "q_proj"]),
    [
      q[0],
      "model.layers.0.self_attn.k_proj",
      q[1],
      "model.layers.10.self_attn.k_proj",
    ],
    "in the parameters' order, so that a seed means the same whatever the patterns' order",
  );
});

Deno.test("loraTargets() leaves a frozen vision tower alone", () => {
  const text = DENSE.filter((module) => !module.startsWith("visual."));
  assert.deepEqual(loraTargets(PARAMETERS, ["all-linear"], true), text);
  assert.throws(
    () => loraTargets(PARAMETERS, ["qkv"], true),
    /Modules qkv names no layer outside of the vision tower, which freezeVision/,
  );
});

Deno.test("loraTargets() refuses what names nothing or no dense layer", () => {
  const cases: [string, RegExp][] = [
    ["w_q", /Modules w_q names no layer of the model: use names such as q_proj/],
    ["_proj", /_proj names no layer/],
    ["layers.*.q_proj", /names no layer/],
    ["/q_proj/", /names no layer/],
    ["self_attn.q.proj", /names no layer/],
    ["proj", /proj also names visual\.patch_embed\.proj, which is not a dense layer/],
    ["norm1", /not a dense layer/],
    ["embed_tokens", /also names model\.embed_tokens/],
    ["/(/", /is not a regular expression .*remove the slashes/],
  ];
  for (const [pattern, message] of cases) {
    assert.throws(() => loraTargets(PARAMETERS, ["q_proj", pattern]), (error: Error) => {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("peftTargets() says what PEFT reads as the same layers", () => {
  const modules = PARAMETERS.filter(({ name }) => name.endsWith(".weight"))
    .map(({ name }) => name.slice(0, -7));
  assert.deepEqual(peftTargets(q, modules), ["q_proj"]);
  assert.deepEqual(peftTargets(q.slice(1), modules), ["layers.10.self_attn.q_proj"]);
  assert.deepEqual(peftTargets(["visual.blocks.0.attn.proj"], modules), [
    "visual.blocks.0.attn.proj",
  ], "the patch embedding is a proj, too");
  assert.deepEqual(peftTargets(["visual.merger.mlp.0"], modules), [
    "visual.merger.mlp.0",
  ]);

  // As PEFT looks a module up in its list, under both of its namings.
  const isTarget = (key: string, list: readonly string[]) =>
    list.some((target) => key === target || key.endsWith(`.${target}`));
  const newer = (module: string) =>
    module.startsWith("visual.")
      ? `model.${module}`
      : module.replace(/^model\./, "model.language_model.");
  const blocks = [
    "visual.blocks.0",
    "visual.blocks.1",
    "model.layers.0",
    "model.layers.10",
  ];
  fc.assert(
    fc.property(fc.subarray([...DENSE, "lm_head"], { minLength: 1 }), (adapted) => {
      const list = peftTargets(adapted, modules);
      for (const module of [...modules, ...blocks]) {
        const wanted = adapted.includes(module);
        assert.equal(isTarget(module, list), wanted, `${module} by ${list}`);
        assert.equal(
          isTarget(newer(module), list),
          wanted,
          `${newer(module)} by ${list}`,
        );
      }
    }),
  );
});

Deno.test("loraTargets() gives up a regular expression that does not end", () => {
  for (const pattern of ["/(?:(?:.|[a-z_])+)+!/", `${"*".repeat(40)}!`]) {
    const start = performance.now();
    assert.throws(
      () => loraTargets([{ name: `${"a".repeat(60)}.weight`, shape: [2, 2] }], [pattern]),
      /RangeError: .*cannot be compared .* more than 2 s.*without repetitions/,
    );
    assert.ok(performance.now() - start < 10_000);
  }
});
