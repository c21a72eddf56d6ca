import * as v from "npm:valibot@1.5.0";
import { fault, type FaultPlace, REMEDY, schemaFault } from "./json_fault.ts";

/**
 * Checks parsed JSON against a schema.
 *
 * @param file The file that the JSON comes from.
 * @throws {SyntaxError} If it does not fit: names the file, the place in it, what should be there
 * and what is there.
 *
 * @example
 * ```ts
 * import * as v from "npm:valibot@1.5.0";
 * import { checkJson } from "./check_json.ts";
 *
 * checkJson(v.object({ steps: v.number() }), { steps: 5 }, "settings.json").steps; // 5
 * ```
 */
export function checkJson<S extends v.GenericSchema>(
  schema: S,
  json: unknown,
  file: string,
  { place = "", remedy = REMEDY }: FaultPlace = {},
): v.InferOutput<S> {
  // The schema library takes a list for an object without keys.
  if (Array.isArray(json) && schema.type.endsWith("object")) {
    throw fault(file, place, "an object", json, remedy);
  }
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  throw schemaFault(file, result.issues[0], { place, remedy });
}
