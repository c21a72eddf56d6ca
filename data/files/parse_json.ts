/**
 * The value of a text of JSON.
 *
 * @param file Where it stands, for messages.
 * @throws {SyntaxError} Where it is not JSON.
 */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${file} is not JSON: ${(error as Error).message}`);
  }
}
