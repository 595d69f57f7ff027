import type { FieldSchema } from "@/core/protocol";
import { CHECKS } from "./rules";

/**
 * Whether a text is as the field's part of the form's JSON Schema (draft 2020-12) wants it. The service evaluates the whole schema
 * when the form is finished; what its fields use of it is evaluated here, with the same examples (tests/cases/form_schemas.json).
 */
export function keeps(schema: FieldSchema, text: string): boolean {
  const { enum: choices, pattern, min_length: least, max_length: most, format } = schema;
  // The schema counts characters (6.3.1), not the halves that a string is made of.
  const length = [...text].length;
  return (
    (choices === null || choices.includes(text)) &&
    (pattern === null || new RegExp(pattern, "u").test(text)) &&
    (least === null || length >= least) &&
    (most === null || length <= most) &&
    (format === null || CHECKS[format](text))
  );
}
