import type { Shape } from "../shapes.ts";
import { writeShapeFolder } from "./shape_folder.ts";

/** Calls `use` with a temporary folder from `writeShapeFolder`, which is removed afterwards. */
export async function withShapeFolder<T>(
  shape: Shape,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "bench-" });
  const remove = () => Deno.removeSync(folder, { recursive: true });
  const interrupted = () => {
    remove();
    Deno.exit(130);
  };
  Deno.addSignalListener("SIGINT", interrupted);
  try {
    await writeShapeFolder(folder, shape);
    return await use(folder);
  } finally {
    Deno.removeSignalListener("SIGINT", interrupted);
    remove();
  }
}
