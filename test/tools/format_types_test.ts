import assert from "node:assert/strict";
import * as v from "valibot";
import { TYPES_FILES, typesText } from "../../tools/format_types.ts";

for (const file of TYPES_FILES) {
  Deno.test(`${file.path} is what its schemas say: else run \`deno task formats\``, async () => {
    const written = await Deno.readTextFile(
      new URL(`../../${file.path}`, import.meta.url),
    );
    assert.equal(written, await typesText(file));
  });
}

Deno.test("a field's description, absence and type come from its schema", async () => {
  const described = v.pipe(v.string(), v.description("Of the thing."));
  const text = await typesText({
    path: "made.ts",
    schemas: "made_schema.ts",
    imports: [],
    types: {
      Made: v.pipe(
        v.object({
          name: v.optional(described),
          kinds: v.array(v.picklist(["a", "b"])),
          figure: v.pipe(v.nullable(v.number()), v.transform((value) => value ?? NaN)),
        }),
        v.description("A thing."),
      ),
    },
  });
  assert.equal(
    text,
    `// Made from made_schema.ts by \`deno task formats\`: change the schema, not this file.

/** A thing. */
export interface Made {
  /** Of the thing. */
  readonly name?: string;
  readonly kinds: readonly ("a" | "b")[];
  readonly figure: number;
}
`,
  );
});

Deno.test("a schema of a kind that has no type yet is refused by its name", async () => {
  const types = { Made: v.object({ when: v.date() }) };
  await assert.rejects(
    typesText({ path: "made.ts", schemas: "made_schema.ts", imports: [], types }),
    /A schema of the kind "date" has no type here yet/,
  );
});
