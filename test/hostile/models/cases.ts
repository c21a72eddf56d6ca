import type { HostileCase } from "../case.ts";
import { ADAPTERS, LORA_TARGETS } from "./adapters.ts";
import { FILES } from "./files.ts";
import { NUMBERS } from "./numbers.ts";
import { SAFETENSORS } from "./safetensors.ts";
import { TEMPLATES } from "./templates.ts";
import { TOKENIZERS } from "./tokenizers.ts";

/** Hostile model and adapter folders. */
export const CASES: readonly HostileCase[] = [
  ...SAFETENSORS,
  ...FILES,
  ...NUMBERS,
  ...TOKENIZERS,
  ...TEMPLATES,
  ...ADAPTERS,
  ...LORA_TARGETS,
];
