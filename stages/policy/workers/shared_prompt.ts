import type { PromptTokens } from "../../model/prompt_tokens.ts";
import type { ProcessedImage } from "../../model/qwen2_vl/image_processor.ts";

/**
 * A prompt whose arrays lie in memory that all threads share. It is sent as buffers: arrays in
 * the messages of Node's workers are looked through number by number in Deno.
 */
export interface SharedPrompt extends Omit<PromptTokens, "images" | "positions"> {
  readonly images: readonly SharedImage[];
  readonly positions: SharedArrayBuffer;
}

interface SharedImage extends Omit<ProcessedImage, "pixelValues"> {
  readonly pixelValues: SharedArrayBuffer;
}

/** Puts a prompt into shared memory. */
export function toShared(prompt: PromptTokens): SharedPrompt {
  return {
    ...prompt,
    images: prompt.images.map((image) => ({
      ...image,
      pixelValues: sharedCopy(image.pixelValues),
    })),
    positions: sharedCopy(prompt.positions),
  };
}

/** A prompt out of shared memory. */
export function fromShared(prompt: SharedPrompt): PromptTokens {
  return {
    ...prompt,
    images: prompt.images.map((image) => ({
      ...image,
      pixelValues: new Float32Array(image.pixelValues).slice(),
    })),
    positions: new Int32Array(prompt.positions),
  };
}

/** The bytes of an array in shared memory. */
export function sharedCopy(array: Float32Array | Int32Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(array.byteLength);
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  new Uint8Array(memory).set(bytes);
  return memory;
}
