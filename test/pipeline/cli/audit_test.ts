import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFolder } from "../../support/in_folder.ts";

const COMMAND = fileURLToPath(
  new URL("../../../pipeline/cli/main.ts", import.meta.url),
);

async function run(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", COMMAND, "audit", ...args],
    cwd,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd();
  return { code, out: text(stdout), errors: text(stderr) };
}

Deno.test("deno task audit exits with 0 where no cheat wins, and shows a table", async () => {
  const { code, out } = await run(".", "--runs", "20");
  assert.equal(code, 0);
  assert.match(out, /^detection +knows +paper +official +hardened +hardened$/m);
  assert.match(out, /^every label +nothing +1\.000 +2\.000! +1\.000$/m);
  assert.match(out, /^inverted corners +nothing +1\.000 +\d\d\.\d{3}! +1\.000$/m);
  assert.match(out, /\nhardened: none of \d+ cheats wins$/);
});

Deno.test("deno task audit --json exits with 1 where a cheat wins", async () => {
  const { code, out } = await run(".", "--profile", "official", "--json", "--runs", "0");
  assert.equal(code, 1);
  const lines = out.split("\n").map((line) => JSON.parse(line));
  const last = lines.pop();
  assert.equal(last.type, "audit");
  assert.equal(last.audited, "official");
  assert.equal(last.cheats, lines.length);
  assert.equal(last.wins, lines.filter(({ verdict }) => verdict === "wins").length);
  const every = lines.find(({ cheat }) => cheat === "every label");
  assert.deepEqual(every.means, { paper: 1, hardened: 1, official: 2 });
  assert.equal(every.honest, 2);
  assert.match(every.example.text, /<answer>cat, dog/);
});

Deno.test("deno task audit guards a reward of one's own", async () => {
  await inFolder(async (folder) => {
    const text = `export const contained = ({ content = "" }, target) =>
      target.kind === "classification" && content.includes(target.label) ? 1 : 0;`;
    await Deno.writeTextFile(join(folder, "mine.ts"), text);
    const own = ["--reward", "./mine.ts", "--runs", "0"];
    const alone = await run(folder, ...own, "--profile", "none");
    assert.equal(alone.code, 1);
    assert.match(alone.out, /^detection: every text earns the same; not audited$/m);
    assert.match(alone.out, /^every label .* 1\.000! wins$/m);
    assert.match(alone.out, /^wins: classification, every label: "<think>/m);
    assert.match(alone.out, /\nyours: \d+ of \d+ cheats win, 0 break a reward$/);

    // A little of it beside the hardened rewards does no harm.
    const beside = await run(folder, ...own, "--reward-weights", "contained=0.01");
    assert.equal(beside.code, 0, beside.out);
  });
});

/** A module whose reward would end the audit as if no cheat won. */
const EXITS = fileURLToPath(new URL("../../support/exits.ts", import.meta.url));

Deno.test("deno task audit says in one sentence what cannot be used, with exit code 2", async () => {
  const cases: [string[], RegExp][] = [
    [["--reward", "no.ts"], /^deno task audit: --reward no.ts: there is no such file/],
    [["--profile", "harden"], /--profile must be one of paper, official, hardened, none/],
    [["--profile", "none"], /profile none has no rewards/],
    [["--reward-weights", "acuracy=2"], /no reward "acuracy": did you mean "accuracy"/],
    [["--reward", EXITS], /cannot be scored: reward "exits" threw: .* calls exit\(0\)/],
    [["--rewards", "a.ts"], /There is no flag --rewards: did you mean --reward\?/],
    [
      ["--questions", "two"],
      /--questions must be a whole number of at least 8: it is "two"/,
    ],
  ];
  for (const [args, message] of cases) {
    const { code, out, errors } = await run(".", ...args);
    assert.match(errors, message);
    assert.equal(errors.split("\n").length, 1, errors);
    assert.equal(out, "");
    assert.equal(code, 2);
  }
});
