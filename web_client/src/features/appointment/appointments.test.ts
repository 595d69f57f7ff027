import { expect, test } from "vitest";
import type { AppointmentView } from "@/core/protocol";
import { setLanguage } from "@/kit/i18n";
import { clockOf, dayAfter, dayOf, dayWords, standingOf } from "./appointments";
import { withDays } from "./waitingList";

const BOOKED: AppointmentView = {
  appointment_id: "a-1",
  number: "1130-001",
  state: "booked",
  item_id: "item-001",
  item_name: { zh: "高龄津贴申领", en: "Apply for the old-age allowance" },
  applicant_name: "王秀英",
  phone: "138****1234",
  site_name: { zh: "延伸点", en: "Point" },
  home_name: { zh: "便民服务中心", en: "Centre" },
  window_name: { zh: "1号云窗口", en: "Cloud window 1" },
  starts: "2026-11-30T09:30",
  at: "2026-11-30T01:30:00Z",
  minutes: 12,
  checks_in_from: "2026-11-30T01:00:00Z",
  checks_in_until: "2026-11-30T01:45:00Z",
  by_link: false,
  with_id: null,
};

test.each([
  ["2026-11-30T00:59:59Z", "ahead"],
  ["2026-11-30T01:00:00Z", "due"],
  ["2026-11-30T01:45:00Z", "due"],
  ["2026-11-30T01:45:01Z", "over"],
])("at %s a booked one is %s", (now, standing) => {
  expect(standingOf(BOOKED, new Date(now))).toBe(standing);
});

test("who has checked in, or given it up, does so no more", () => {
  for (const state of ["checked_in", "cancelled", "missed"] as const) {
    expect(standingOf({ ...BOOKED, state }, new Date("2026-11-30T01:10:00Z"))).toBe("over");
  }
});

test("wall times are said as they are, whatever this machine's zone is", async () => {
  expect([dayOf(BOOKED.starts), clockOf(BOOKED.starts)]).toEqual(["2026-11-30", "09:30"]);
  await setLanguage("zh-CN");
  expect(dayWords("2026-11-30")).toBe("11月30日周一");
  await setLanguage("en");
  expect(dayWords("2026-12-01")).toBe("Tue, December 1");
});

test("the day after the last of a month or a year is the first of the next", () => {
  expect(dayAfter("2026-11-30")).toBe("2026-12-01");
  expect(dayAfter("2026-12-31")).toBe("2027-01-01");
});

test("days of a former strip stay among those that can be chosen", () => {
  const former = withDays([], ["2026-12-07", "2026-12-08"]);
  expect(withDays(former, ["2026-11-30", "2026-12-07"])).toEqual(["2026-11-30", "2026-12-07", "2026-12-08"]);
});
