import type { FieldRuleBody, FormFieldBody } from "@/core/protocol";

type Check = NonNullable<FieldRuleBody["check"]>;

const ID_DIGITS = "10X98765432";
const CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** The checks that a rule of the server may name; each is only asked about what fits the rule's pattern. */
export const CHECKS: Record<Check, (text: string) => boolean> = {
  // GB 11643-1999, 4.4: ISO 7064 MOD 11-2; and the eight digits of birth are a day.
  gb_11643: (text) => {
    const total = weighted([...text.slice(0, 17)].map(Number), 2, 11, (place) => 17 - place);
    return (
      ID_DIGITS[total % 11] === text[17] && isDay(text.slice(6, 10), text.slice(10, 12), text.slice(12, 14))
    );
  },
  // GB 32100-2015, 4.4: weights 3^i modulo 31.
  gb_32100: (text) => {
    const total = weighted(
      [...text.slice(0, 17)].map((one) => CODE_SIGNS.indexOf(one)),
      3,
      31,
      (place) => place,
    );
    return CODE_SIGNS[(31 - (total % 31)) % 31] === text[17];
  },
  // ISO/IEC 7812-1, annex B.
  luhn: (text) => {
    const doubled = [...text].reverse().map((one, place) => Number(one) * (1 + (place % 2)));
    return doubled.reduce((sum, one) => sum + (one > 9 ? one - 9 : one), 0) % 10 === 0;
  },
  date: (text) => {
    const [year = "", month = "", day = ""] = text.split("-");
    return isDay(year, month, day);
  },
};

/** The value as the server keeps it: without space around it, or none in it and in capitals where it is compact. */
export function normal(rule: FieldRuleBody, text: string): string {
  return rule.compact ? text.replace(/\s/g, "").toUpperCase() : text.trim();
}

/** Whether a value in its normal form keeps the field's rule; the server asks the same. */
export function fits(field: FormFieldBody, text: string): boolean {
  if (field.kind === "choice") return field.choices.some((one) => one.zh === text);
  const { pattern, longest, check } = field.rule;
  if ([...text].length > longest || !new RegExp(pattern).test(text)) return false;
  return check === null || CHECKS[check](text);
}

function weighted(
  values: readonly number[],
  base: number,
  modulus: number,
  power: (place: number) => number,
): number {
  return values.reduce((sum, value, place) => sum + value * powerOf(base, power(place), modulus), 0);
}

function powerOf(base: number, exponent: number, modulus: number): number {
  let found = 1;
  for (let step = 0; step < exponent; step += 1) found = (found * base) % modulus;
  return found;
}

function isDay(year: string, month: string, day: string): boolean {
  const moment = new Date(0);
  moment.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return moment.getUTCMonth() === Number(month) - 1 && moment.getUTCDate() === Number(day);
}
