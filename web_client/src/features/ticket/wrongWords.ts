import type { FormFieldBody } from "@/core/protocol";
import { type Key, t } from "@/kit/i18n";

const WRONG: Partial<Record<FormFieldBody["kind"], Key>> = {
  identity_number: "wrongIdentityNumber",
  credit_code: "wrongCreditCode",
  phone: "wrongPhone",
  bank_account: "wrongBankAccount",
  date: "wrongDate",
  money: "wrongMoney",
  whole_number: "wrongNumber",
  decimal_number: "wrongNumber",
};

/** What a field of this kind wants, said where something else stands in it. */
export function wrongWords(kind: FormFieldBody["kind"]): string {
  return t(WRONG[kind] ?? "wrongText");
}
