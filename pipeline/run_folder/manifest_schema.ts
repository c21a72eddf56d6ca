import * as v from "npm:valibot@1.5.0";
import { about, anything, hash, integer, text } from "./fields.ts";

/** The file manifest.json. */
export const manifestSchema = about(
  v.object({
    data: about(text, "The data as a specification names it."),
    seed: about(integer, "The seed that the questions were drawn with."),
    testData: v.optional(about(
      text,
      "The data of the held-out questions, if that is not `data`.",
    )),
    train: about(anything, "Manifest of the training questions."),
    heldOut: about(anything, "Manifest of the held-out questions."),
    sha256: about(
      v.object({ train: hash, heldOut: hash }, "an object"),
      "SHA-256 of the manifests' canonical JSON.",
    ),
  }, "an object"),
  "What reproduces a run's questions. The setting `data` takes the file that it stands in.",
);
