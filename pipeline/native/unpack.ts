import { runTool, type RunToolOptions, TOOLS } from "./run_tool.ts";

/** Python, because it is there already and reads wheels without unpacking all of them. */
const SCRIPT = `
import fnmatch, sys, zipfile
wheel, folder, *patterns = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            archive.extract(name, folder)
`;

/**
 * Unpacks the files of a wheel whose paths fit one of the patterns.
 *
 * @param patterns Shell patterns; `*` goes across slashes.
 */
export async function unpack(
  wheel: string,
  folder: string,
  patterns: readonly string[],
  options: RunToolOptions = {},
): Promise<void> {
  await runTool(TOOLS.python, ["-c", SCRIPT, wheel, folder, ...patterns], options);
}
