import { expect, test } from "vitest";
import { pieces } from "./itemName";

const shown = (name: string, typed = "") =>
  pieces(name, typed)
    .map((one) => (one.bold ? `[${one.text}]` : one.text))
    .join("");

test.each([
  ["高龄津贴申领", "[高龄津贴]申领"],
  ["高龄津贴停发申报", "[高龄津贴]停发申报"],
  ["居民身份证首次申领", "[居民身份证]首次申领"],
  ["住房公积金提取（购房）", "[住房公积金]提取（购房）"],
  ["农村客运线路咨询", "[农村客运线路]咨询"],
  ["临时占道许可", "[临时占道许可]"],
  ["Apply for the old-age allowance", "Apply for the [old-age allowance]"],
  ["Draw from the housing fund to buy a home", "Draw from the [housing fund to buy a home]"],
  ["Register a company", "Register a [company]"],
])("without words the thing is bold: %s", (name, wanted) => {
  expect(shown(name)).toBe(wanted);
});

test.each([
  ["高龄津贴申领", "高龄", "[高龄]津贴申领"],
  ["高龄津贴申领", "我要高龄补贴申领", "[高龄]津[贴申领]"],
  ["Apply for the old-age allowance", "ALLOWANCE age", "Apply for the old-[age] [allowance]"],
  ["不动产转移登记（二手房）", "二手房登记", "不动产转移[登记]（[二手房]）"],
])("what was typed is bold: %s, %s", (name, typed, wanted) => {
  expect(shown(name, typed)).toBe(wanted);
});

test.each(["gljt", "老年钱", "领", "("])("where %s is not in the name, the thing is bold", (typed) => {
  expect(shown("高龄津贴申领", typed)).toBe("[高龄津贴]申领");
});
