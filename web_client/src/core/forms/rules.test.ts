import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { FormFieldBody } from "@/core/protocol";
import { fits, normal } from "./rules";

/** The examples that the server's rules are tested with as well. */
const EXAMPLES: Record<string, { right: string[]; wrong: string[] }> = JSON.parse(
  readFileSync("../tests/cases/form_fields.json", "utf8"),
);
/** As the server sends them: `directory/forms.py`. */
const DAY = "(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])";
const RULES: Record<string, FormFieldBody["rule"]> = {
  identity_number: {
    pattern: `^[1-9][0-9]{5}(19|20)[0-9]{2}${DAY}[0-9]{3}[0-9X]$`,
    longest: 18,
    check: "gb_11643",
    compact: true,
  },
  credit_code: { pattern: "^[0-9A-HJ-NP-RTUWXY]{18}$", longest: 18, check: "gb_32100", compact: true },
  bank_account: { pattern: "^[0-9]{16,19}$", longest: 19, check: "luhn", compact: true },
  date: { pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", longest: 10, check: "date", compact: false },
  address: { pattern: "^[^\\n]{4,}$", longest: 200, check: null, compact: false },
  long_text: { pattern: "^[\\s\\S]+$", longest: 500, check: null, compact: false },
};

function field(kind: string): FormFieldBody {
  const rule = RULES[kind];
  if (!rule) throw new Error(kind);
  return {
    field_id: kind,
    name: { zh: kind, en: kind },
    kind: kind as FormFieldBody["kind"],
    rule,
    choices: [],
  };
}

test.each(Object.keys(RULES))("%s: the server's examples are told apart", (kind) => {
  const one = field(kind);
  for (const text of EXAMPLES[kind]?.right ?? [])
    expect([text, fits(one, normal(one.rule, text))]).toEqual([text, true]);
  for (const text of EXAMPLES[kind]?.wrong ?? [])
    expect([text, fits(one, normal(one.rule, text))]).toEqual([text, false]);
});

test("a choice is one of those that there are", () => {
  const one: FormFieldBody = { ...field("address"), kind: "choice", choices: [{ zh: "视力", en: "Sight" }] };
  expect([fits(one, "视力"), fits(one, "嗅觉")]).toEqual([true, false]);
});
