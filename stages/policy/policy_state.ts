import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import * as v from "npm:valibot@1.5.0";
import { checkSavable } from "../model/safetensors/check_finite.ts";
import type { AdamWState } from "./optimizer.ts";
import { checkJson } from "../../data/files/check_json.ts";
import { readJson } from "../../data/files/read_json.ts";
import { openSafetensors } from "../model/safetensors/open.ts";
import { type TensorEntry, writeSafetensors } from "../model/safetensors/write.ts";

/** What moves while a policy learns. */
export interface PolicyState {
  /** Number of optimiser steps made. */
  readonly version: number;
  /** Trained parameters by name. */
  readonly trained: ReadonlyMap<string, tf.Tensor>;
  readonly moments: AdamWState;
}

const TENSORS = "policy.safetensors", RECORD = "policy.json";
const REMEDY = "resume from another checkpoint of the run";
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({ version: count, steps: v.record(v.string(), count) });

/**
 * Writes a state into an existing folder without loss, as 32-bit floats.
 *
 * @throws {RangeError} If a value is not finite: names the parameter.
 */
export async function writePolicyState(
  folder: string,
  { version, trained, moments }: PolicyState,
): Promise<void> {
  const entries: TensorEntry[] = [];
  const add = async (name: string, tensor: tf.Tensor) => {
    const data = await tensor.data() as Float32Array;
    checkSavable(data, name);
    entries.push({ name, shape: tensor.shape, data });
  };
  for (const [name, tensor] of trained) await add(`weight ${name}`, tensor);
  for (const [name, { mean, square }] of moments) {
    await add(`mean ${name}`, mean);
    await add(`square ${name}`, square);
  }
  await writeSafetensors(`${folder}/${TENSORS}`, entries);
  const steps = Object.fromEntries([...moments].map(([name, m]) => [name, m.steps]));
  await Deno.writeTextFile(`${folder}/${RECORD}`, JSON.stringify({ version, steps }));
}

/**
 * Reads a state; the caller owns its tensors.
 *
 * @param shapes Of the parameters that the policy trains, by name.
 * @throws {SyntaxError} If the folder's state is damaged or belongs to another model.
 */
export async function readPolicyState(
  folder: string,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<PolicyState & { trained: Map<string, tf.Tensor> }> {
  const where = `${folder}/${RECORD}`;
  const { version, steps } = checkJson(
    schema,
    await readJson(where, { remedy: REMEDY }),
    where,
  );
  const file = await openSafetensors(`${folder}/${TENSORS}`);
  try {
    const check = (name: string, shape: readonly number[]) => {
      const found = file.tensors.get(name)?.shape;
      if (found?.join() !== shape.join()) {
        throw new SyntaxError(
          `${file.path}: "${name}" has shape [${
            found ?? "none"
          }], the model [${shape}]; ${REMEDY}`,
        );
      }
    };
    for (const [name, shape] of shapes) {
      check(`weight ${name}`, shape);
      if (name in steps) {
        check(`mean ${name}`, shape);
        check(`square ${name}`, shape);
      }
    }
    const read = async (name: string, shape: readonly number[]) =>
      tf.tensor(await file.read(name), [...shape], "float32");
    const trained = new Map<string, tf.Tensor>();
    const moments: AdamWState = new Map();
    for (const [name, shape] of shapes) {
      trained.set(name, await read(`weight ${name}`, shape));
      if (!(name in steps)) continue;
      moments.set(name, {
        mean: await read(`mean ${name}`, shape),
        square: await read(`square ${name}`, shape),
        steps: steps[name]!,
      });
    }
    return { version, trained, moments };
  } finally {
    file.close();
  }
}
