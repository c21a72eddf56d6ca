import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";

/** Runs the command with an empty cache folder and the given PATH. */
async function native(args: readonly string[], path: string) {
  const cache = await Deno.makeTempDir();
  try {
    const env = { ...process.env as Record<string, string> };
    const { DENO_DIR } = JSON.parse(await denoInfo());
    const main = new URL("../../../pipeline/cli/main.ts", import.meta.url).pathname;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", main, "native", ...args],
      env: { ...env, PATH: path, XDG_CACHE_HOME: cache, DENO_DIR },
    }).output();
    const left: string[] = [];
    const parent = join(cache, "visual-rft");
    for (const { name } of await entries(parent)) left.push(name);
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr), left };
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

/** Deno's own cache also follows XDG_CACHE_HOME: it must stay where it is. */
async function denoInfo(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] })
    .output();
  return JSON.stringify({
    DENO_DIR: JSON.parse(new TextDecoder().decode(stdout)).denoDir,
  });
}

async function entries(folder: string): Promise<Deno.DirEntry[]> {
  return await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
}

const isSupported = Deno.build.target.startsWith("x86_64-unknown-linux");

Deno.test({
  name: "without its programs, native names the first and the remedy, and leaves nothing",
  ignore: !isSupported,
  fn: async () => {
    const { code, stderr, left } = await native([], "/nonexistent");
    assert.equal(code, 2);
    assert.equal(
      stderr,
      "deno task native: python3 is missing: install Python 3 with pip (Debian, Ubuntu: apt install python3-pip)\n",
    );
    assert.deepEqual(left, []);
  },
});

Deno.test({
  name: "with python3 but without g++, native says so before it downloads",
  ignore: !isSupported,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(join(folder, "python3"), "#!/bin/sh\n", { mode: 0o755 });
      const { code, stderr, left } = await native([], folder);
      assert.equal(code, 2);
      assert.match(
        stderr,
        /^deno task native: g\+\+ is missing: install a C\+\+ compiler .*\n$/,
      );
      assert.deepEqual(left, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a mistyped flag gets a suggestion and exit code 2", async () => {
  const { code, stderr } = await native(["--forse"], "/nonexistent");
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^deno task native: There is no flag --forse: did you mean --force\?\n$/,
  );
});

Deno.test("--help shows every flag", async () => {
  const { code, stdout } = await native(["--help"], "/nonexistent");
  assert.equal(code, 0);
  for (const flag of ["--gpu", "--force", "--help"]) assert.ok(stdout.includes(flag));
});
