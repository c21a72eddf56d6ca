import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import deno from "../../deno.json" with { type: "json" };
import { billOfMaterials } from "../../pipeline/sbom/bill.ts";
import { inFolder } from "../support/in_folder.ts";
import { lockedPackages } from "../../pipeline/sbom/locked_packages.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const packages = await lockedPackages(ROOT);
const direct = Object.values(deno.imports).map((one) => one.replace("npm:", ""));

/** Licences that any package may have. */
const ALLOWED = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
];

/** Packages under other licences, and why they are used. */
const EXCEPTIONS: readonly { readonly name: RegExp; readonly license: string }[] = [
  // Drawings: NOTICE says whose, and under what terms.
  { name: /^@iconify-json\/openmoji$/, license: "CC-BY-SA-4.0" },
  { name: /^@iconify-json\/twemoji$/, license: "CC-BY-4.0" },
  // A shared library that sharp loads, unchanged.
  { name: /^@img\/sharp-libvips-/, license: "LGPL-3.0-or-later" },
];

/** Packages that ask to run a program when they are installed, and do without. */
const SCRIPTS = ["@tensorflow/tfjs-node-gpu", "core-js"];

const licencesOf = (text: string) => text.replace(/[()]/g, "").split(" AND ").sort();

Deno.test("every package is fixed by version and hash", () => {
  assert.ok(packages.length > 200);
  for (const { key, version, integrity } of packages) {
    assert.match(version, /^\d+\.\d+\.\d+/, key);
    assert.match(integrity, /^sha512-[A-Za-z0-9+/]{86}==$/, key);
  }
});

Deno.test("every import names one version exactly, and nothing is remote but npm", () => {
  for (const [name, specifier] of Object.entries(deno.imports)) {
    assert.match(specifier, /^npm:@?[^@]+@\d+\.\d+\.\d+$/, name);
    assert.ok(specifier.startsWith(`npm:${name}@`), name);
  }
  assert.equal(deno.lock.frozen, true);
});

Deno.test("imports that deno.lock does not know end a command before it begins", async () => {
  await inFolder(async (folder) => {
    const { valibot: _, ...imports } = deno.imports;
    const edited = { ...deno, imports, nodeModulesDir: "none" };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(edited));
    await Deno.copyFile(`${ROOT}/deno.lock`, `${folder}/deno.lock`);
    await Deno.writeTextFile(`${folder}/empty.ts`, "");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "empty.ts"],
      cwd: folder,
    }).output();
    assert.match(new TextDecoder().decode(stderr), /The lockfile is out of date/);
    assert.equal(code, 1);
  });
});

Deno.test("no package runs a program when it is installed", () => {
  assert.ok(!("allowScripts" in deno));
  const asking = packages.filter(({ hasScripts }) => hasScripts).map(({ name }) => name);
  assert.deepEqual(asking, SCRIPTS);
});

Deno.test("every package that is installed has a licence that we know", () => {
  const strange = packages.filter(({ name, license }) =>
    license !== undefined &&
    !licencesOf(license).every((one) => ALLOWED.includes(one)) &&
    !EXCEPTIONS.some((known) => known.name.test(name) && known.license === license)
  );
  assert.deepEqual(strange.map(({ key, license }) => `${key}: ${license}`), []);
  const silent = packages.filter(({ license }) => license === undefined);
  const other = /^@img\/sharp-|^@emnapi\/runtime$/; // for other platforms
  const unknown = silent.filter(({ name }) => !other.test(name));
  assert.deepEqual(unknown.map(({ key }) => key), []);
  for (const { name } of EXCEPTIONS) {
    assert.ok(packages.some((own) => name.test(own.name)), `${name} is not used`);
  }
});

Deno.test("NOTICE names every import with its licence, and no other", async () => {
  const notice = await Deno.readTextFile(`${ROOT}/NOTICE`);
  const [, list] = notice.split("each under its own licence:");
  const told = [...list!.matchAll(/^ {2}(\S+) {2,}(\S.*)$/gm)].map((
    [, name, license],
  ) => [
    name!,
    license!.split(" and ").sort(),
  ]);
  const used = packages.filter(({ name, version }) =>
    direct.includes(`${name}@${version}`)
  )
    .map(({ name, license = "none" }) => [name, licencesOf(license)]);
  assert.deepEqual(told, used.sort());
});

Deno.test("the bill of materials is CycloneDX, and the same each time", async () => {
  const text = billOfMaterials(deno, packages, direct);
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  assert.equal(await validator.validate(text), null);
  const wrong = text.replace('"SHA-512"', '"SHA-5"');
  assert.notEqual(await validator.validate(wrong), null);
  assert.equal(billOfMaterials(deno, packages.toReversed(), direct.toReversed()), text);

  const { components, dependencies } = JSON.parse(text);
  assert.equal(components.length, packages.length);
  const root = dependencies.find(({ ref }: { ref: string }) => ref === deno.name);
  assert.equal(root.dependsOn.length, direct.length);
  const rxjs = components.find(({ name }: { name: string }) => name === "rxjs");
  assert.equal(rxjs.purl, "pkg:npm/rxjs@7.8.2");
  assert.deepEqual(rxjs.licenses, [{ license: { id: "Apache-2.0" } }]);
  assert.match(rxjs.hashes[0].content, /^[0-9a-f]{128}$/);
  const needs = dependencies.find(({ ref }: { ref: string }) => ref === "rxjs@7.8.2");
  assert.ok(needs.dependsOn[0].startsWith("tslib@"));
});
