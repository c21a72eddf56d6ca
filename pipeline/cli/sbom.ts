/**
 * `deno task sbom [FILE]`: the bill of materials of this project, made from deno.lock: CycloneDX
 * as JSON, on standard output or in a file.
 *
 * Exit codes: 0 done; 2 it cannot be made or written, told in one sentence on standard error.
 *
 * @module
 */
import { Command } from "npm:commander@15.1.0";
import { fileURLToPath } from "node:url";
import deno from "../../deno.json" with { type: "json" };
import { runCommand } from "./run_command.ts";
import { writeFile } from "../../data/files/write_file.ts";
import { billOfMaterials } from "../sbom/bill.ts";
import { lockedPackages } from "../sbom/locked_packages.ts";

/** Runs the command; resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("sbom", async () => {
    const { args: [file] } = new Command("deno task sbom")
      .argument("[file]", "to write (default: standard output)")
      .description("Write a bill of materials of all packages: CycloneDX, as JSON.")
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse([...args], { from: "user" });
    const packages = await lockedPackages(
      fileURLToPath(new URL("../..", import.meta.url)),
    );
    const direct = Object.values(deno.imports).map((one) => one.replace("npm:", ""));
    const bill = billOfMaterials(deno, packages, direct);
    if (file === undefined) console.log(bill.trimEnd());
    else await writeFile(file, bill);
    return 0;
  }, args);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
