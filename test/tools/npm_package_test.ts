import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import deno from "../../deno.json" with { type: "json" };
import {
  exactVersions,
  forNode,
  packForNode,
  textImports,
} from "../../tools/npm_package.ts";
import { inFolder } from "../support/in_folder.ts";
import { ROOT } from "../support/pages.ts";

Deno.test("a module that imports text imports a module of it", () => {
  const code =
    'import css from "./a.css" with {\n  type: "text"\n};\nimport b from "./b.js";\n';
  assert.deepEqual(textImports(code), ["./a.css"]);
  assert.equal(
    forNode("x/y.js", code),
    'import css from "./a.css.text.js";\nimport b from "./b.js";\n',
  );
});

Deno.test("a module that uses Deno imports its stand-in, and another does not", () => {
  const code = "Deno.cwd();\n";
  const first = (path: string) => forNode(path, code).split("\n")[0];
  assert.equal(first("a/b/c.js"), 'import { Deno } from "../../deno_in_node.js";');
  assert.equal(first("mod.js"), 'import { Deno } from "./deno_in_node.js";');
  assert.equal(forNode("mod.js", "cwd();\n"), "cwd();\n");
});

Deno.test("dependencies have the versions of deno.json", () => {
  assert.deepEqual(exactVersions(["rxjs"]), { rxjs: deno.imports.rxjs.split("@")[1] });
  assert.throws(() => exactVersions(["left-pad"]), /deno.json does not import left-pad/);
});

async function output(command: string, args: readonly string[], cwd: string) {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", npm_config_update_notifier: "false" },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** Whether a command starts Node 24 or later. */
async function isNode24([command, ...args]: readonly string[]): Promise<boolean> {
  const { stdout } = await output(command!, [...args, "--version"], ROOT)
    .catch(() => ({ stdout: "" }));
  return Number(/^v(\d+)/.exec(stdout)?.[1]) >= 24;
}

const AT_HAND = ["node"], OF_NPM = ["npx", "-y", "node@24"];
const node = await isNode24(AT_HAND)
  ? AT_HAND
  : await isNode24(OF_NPM)
  ? OF_NPM
  : undefined;

const PROGRAM = `
import * as all from "@visual-rft/visual-rft";
import { iou } from "@visual-rft/visual-rft/data";
import { averagePrecision } from "@visual-rft/visual-rft/evaluate";
import { loadRewards, parseAnswer, type Reward, rewardsFor } from "@visual-rft/visual-rft/rewards";
import { normaliseGroups } from "@visual-rft/visual-rft/stages";

// @ts-expect-error Types are there: the number of steps is no text.
const wrong: all.SettingsInput = { steps: "many" };
const { accuracy } = rewardsFor("hardened", "classification");
const format: Reward = rewardsFor("paper", "classification").format!;
const answer = parseAnswer("<think>It barks.</think><answer>dog</answer>");
const target = { kind: "classification", label: "dog" } as const;
const box = { x1: 100, y1: 100, x2: 300, y2: 300 };
const cat = { image: 1, category: "cat", box };
console.log(JSON.stringify({
  accuracy: accuracy!(answer, target),
  format: format(answer, target),
  iou: iou(box, { ...box, x1: 200 }),
  map: averagePrecision([{ ...cat, score: 0.9 }], [cat]).map,
  operator: typeof normaliseGroups({ numGenerations: 2 }),
  train: typeof all.train,
  files: await loadRewards(["none.ts"]).then(() => "loaded", ({ message }) => message),
}));
`;
const EXPECTED = {
  accuracy: 1,
  format: 1,
  iou: 0.5,
  map: 1,
  operator: "function",
  train: "function",
  files: "this function uses Deno.errors, which Node does not have: run it with Deno",
};

/** Lays the package and its dependencies, which are those of this project, into a folder. */
async function install(folder: string): Promise<void> {
  const place = join(folder, "node_modules/@visual-rft");
  await Deno.mkdir(place, { recursive: true });
  await packForNode(join(folder, "package.tgz"));
  const { code, stderr } = await output("tar", ["-xzf", "package.tgz"], folder);
  assert.equal(code, 0, stderr);
  await Deno.rename(join(folder, "package"), join(place, "visual-rft"));
  const { dependencies } = JSON.parse(
    await Deno.readTextFile(join(place, "visual-rft/package.json")),
  );
  assert.ok(!("@tensorflow/tfjs-node-gpu" in dependencies)); // its script downloads an engine
  for (const [name, version] of Object.entries(dependencies)) {
    const from = join(ROOT, "node_modules", name),
      to = join(folder, "node_modules", name);
    const installed = JSON.parse(await Deno.readTextFile(join(from, "package.json")));
    assert.equal(installed.version, version, name);
    await Deno.mkdir(dirname(to), { recursive: true });
    await Deno.symlink(from, to);
  }
}

const why = node === undefined
  ? " (ignored: no Node 24 here, and npm cannot fetch it)"
  : "";

Deno.test({
  name:
    `the packed package has types, and its entry points load and run in Node 24${why}`,
  ignore: node === undefined,
  fn: () =>
    inFolder(async (folder) => {
      await install(folder);
      await Deno.writeTextFile(join(folder, "package.json"), '{"type":"module"}');
      await Deno.writeTextFile(join(folder, "program.ts"), PROGRAM);
      const checked = await output(
        Deno.execPath(),
        ["check", "-q", "program.ts"],
        folder,
      );
      assert.equal(checked.code, 0, checked.stderr);
      const [command, ...args] = node!;
      const { code, stdout, stderr } = await output(
        command!,
        [...args, "--disable-warning=ExperimentalWarning", "program.ts"],
        folder,
      );
      assert.equal(code, 0, stderr);
      assert.deepEqual(JSON.parse(stdout), EXPECTED);
    }),
});
