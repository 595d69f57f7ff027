import { beforeAll, expect, test } from "vitest";
import type { CallbackView } from "@/core/protocol";
import { addWords, setLanguage } from "@/kit/i18n";
import { expected, hoursBefore, untilWords } from "./callbacks";
import english from "./messages/en.json";

const NOW = new Date("2026-11-23T10:10:00");
const at = (clock: string) => new Date(`2026-11-23T${clock}:00`).toISOString();

function callback(given: Partial<CallbackView>): CallbackView {
  return {
    ticket_id: "t1",
    number: "A001",
    item_name: { zh: "", en: "" },
    applicant_name: "",
    state: "scheduled",
    asked_at: at("10:00"),
    deadline: at("17:00"),
    attempts: 0,
    attempts_at_most: 3,
    not_before: null,
    rings_until: null,
    window_name: null,
    clerk_name: null,
    place: { position: 1, low_minutes: 2, high_minutes: 9 },
    reason: null,
    ...given,
  };
}

beforeAll(async () => {
  addWords("en", english);
  await setLanguage("en");
});

test("full hours are offered, none too soon and none after the latest", () => {
  expect(hoursBefore(at("13:00"), NOW)).toEqual([at("11:00"), at("12:00")]);
  expect(hoursBefore(at("11:00"), NOW)).toEqual([]);
  expect(hoursBefore(at("12:30"), new Date("2026-11-23T10:40:00"))).toEqual([at("12:00")]);
});

test("midnight is the end of the day", () => {
  expect(untilWords(at("17:00"), NOW)).toBe("17:00");
  expect(untilWords(new Date("2026-11-24T00:00:00").toISOString(), NOW)).toBe("the end of today");
});

test("what is to be expected is said in every state", () => {
  const latest = "until 17:00 at the latest";
  expect(expected(callback({}), NOW)).toEqual([
    "Next to be called back",
    "The call comes in about 2 to 9 minutes",
    latest,
  ]);
  const behind = callback({ place: { position: 3, low_minutes: null, high_minutes: null } });
  expect(expected(behind, NOW)).toEqual([
    "2 people before you",
    "The call comes when a window goes on",
    latest,
  ]);
  const missed = callback({ attempts: 1, not_before: at("10:15") });
  expect(expected(missed, NOW)).toEqual([
    "Nobody answered 1 of 3 calls; the next one comes after 10:15",
    latest,
  ]);
  expect(expected(missed, new Date("2026-11-23T10:20:00"))[0]).toBe("Next to be called back");
  expect(expected(callback({ state: "ringing" }), NOW)).toEqual(["It is ringing"]);
  const failed = callback({ state: "failed", attempts: 3, reason: "callback_not_reached" });
  expect(expected(failed, NOW)).toEqual([english.callbackNotReached.replace("{count}", "3")]);
  expect(expected({ ...failed, reason: "day_closed" }, NOW)).toEqual([english.callbackTooLate]);
});
