import { checkJsonShape } from "../../data/files/json_shape.ts";
import { readRegularFile } from "../../data/files/regular_file.ts";
import type { SettingsInput } from "../settings/settings.ts";

/** Largest file of settings, in bytes. */
const LIMIT = 2 ** 20;

/**
 * Settings from a JSON file. Names and values are checked where settings are put together.
 *
 * @throws {Error} If the file cannot be read.
 * @throws {SyntaxError} If it holds anything but a JSON object.
 */
export async function readConfig(path: string): Promise<SettingsInput> {
  let text: string;
  try {
    const bytes = await readRegularFile(path, LIMIT);
    checkJsonShape(bytes, "it");
    text = new TextDecoder().decode(bytes);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof RangeError
      ? error.message
      : "it cannot be read";
    throw new Error(
      `--config ${path}: ${reason}; give the path of a JSON file of settings`,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value;
    }
  } catch (error) {
    throw new SyntaxError(`--config ${path} is not JSON: ${(error as Error).message}`);
  }
  throw new SyntaxError(`--config ${path} must hold an object, as in { "steps": 60 }`);
}
