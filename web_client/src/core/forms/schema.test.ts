import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { FieldSchema } from "@/core/protocol";
import { keeps } from "./schema";

/** A field's part of a JSON Schema. */
type Said = Partial<Omit<FieldSchema, "min_length" | "max_length">> & {
  minLength?: number;
  maxLength?: number;
};

/** As the service sends it: `slices/forms/views.py`. */
const sent = ({ enum: choices, pattern, minLength, maxLength, format }: Said): FieldSchema => ({
  enum: choices ?? null,
  pattern: pattern ?? null,
  min_length: minLength ?? null,
  max_length: maxLength ?? null,
  format: format ?? null,
});

/** The examples that the service's own reading of the schema is tested with as well. */
const EXAMPLES: { schema: Said; right: string[]; wrong: string[] }[] = JSON.parse(
  readFileSync("../tests/cases/form_schemas.json", "utf8"),
);

test.each(EXAMPLES)("$schema: the service's examples are told apart", ({ schema, right, wrong }) => {
  expect(right.filter((one) => !keeps(sent(schema), one))).toEqual([]);
  expect(wrong.filter((one) => keeps(sent(schema), one))).toEqual([]);
});
