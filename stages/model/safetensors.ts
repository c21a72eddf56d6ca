/**
 * The safetensors format: reading by tensor, writing atomically, and model folders of one
 * file or several.
 *
 * @module
 */
export { openSafetensors, type SafetensorsFile } from "./safetensors/open.ts";
export { type TensorEntry, writeSafetensors } from "./safetensors/write.ts";
export {
  type StreamedTensor,
  tensorBytes,
  writeStreamed,
} from "./safetensors/write_streamed.ts";
export type { TensorHeader } from "./safetensors/header.ts";
export { type Checkpoint, openCheckpoint } from "./safetensors/checkpoint.ts";
