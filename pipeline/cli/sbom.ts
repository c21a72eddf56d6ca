import { fileURLToPath } from "node:url";
import deno from "../../deno.json" with { type: "json" };
import { writeFile } from "../../data/files/write_file.ts";
import type { CliCommand } from "./command.ts";

/** `deno task sbom`: the bill of materials of this project, made from deno.lock. */
export const sbom: CliCommand = {
  declare: (command) =>
    void command.argument("[file]", "File to write (default: standard output)"),
  async run({ args: [file] }) {
    const { billOfMaterials } = await import("../sbom/bill.ts");
    const { lockedPackages } = await import("../sbom/locked_packages.ts");
    const packages = await lockedPackages(
      fileURLToPath(new URL("../..", import.meta.url)),
    );
    const direct = Object.values(deno.imports).map((one) => one.replace("npm:", ""));
    const bill = billOfMaterials(deno, packages, direct);
    if (file === undefined) console.log(bill.trimEnd());
    else await writeFile(file, bill);
    return 0;
  },
};
