import { include_dir as nodeHeaders } from "npm:node-api-headers@1.9.0";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTool, type RunToolOptions, TOOLS } from "./run_tool.ts";

/** Where a compilation reads and writes. */
export interface CompileFolders {
  /** With `tensorflow/c/c_api.h` and what it includes. */
  readonly headers: string;
  /** With the two shared libraries; the binding will look for them beside itself. */
  readonly libraries: string;
  readonly output: string;
}

/**
 * Compiles the binding between tfjs and TensorFlow's C interface, with the functions of
 * `binding/functions.cc`; about 15 seconds.
 */
export async function compileBinding(
  folders: CompileFolders,
  options: RunToolOptions = {},
): Promise<void> {
  // Resolving finds only a package that has been imported.
  await import("npm:@tensorflow/tfjs-node-gpu@4.22.0/package.json", {
    with: { type: "json" },
  });
  const found = import.meta.resolve("npm:@tensorflow/tfjs-node-gpu@4.22.0/package.json");
  const tfjsNode = dirname(fileURLToPath(found));
  await runTool(TOOLS.compiler, compilerArguments(folders, tfjsNode), options);
}

/** The compiler's command line. `tfjsNode` is the folder of the package with the sources. */
export function compilerArguments(
  { headers, libraries, output }: CompileFolders,
  tfjsNode: string,
): string[] {
  return [
    ...["-std=c++17", "-O2", "-fPIC", "-shared"],
    ...["-DNAPI_VERSION=8", "-DNODE_GYP_MODULE_NAME=tfjs_binding"],
    ...[`-I${nodeHeaders}`, `-I${join(tfjsNode, "binding")}`, `-I${headers}`],
    fileURLToPath(new URL("binding/functions.cc", import.meta.url)),
    ...[`-L${libraries}`, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"],
    "-Wl,-rpath,$ORIGIN",
    ...["-o", output],
  ];
}
