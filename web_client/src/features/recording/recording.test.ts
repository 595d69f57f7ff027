import { expect, test } from "vitest";
import type { SessionView } from "@/core/protocol";
import { recordingSign } from "./recording";

function session(given: Partial<SessionView> = {}): SessionView {
  return {
    session_id: "s",
    consent: true,
    recording: true,
    recording_paused: null,
    recording_missing_seconds: 0,
    listeners: [],
    guests: [],
    room: null,
    ...given,
  };
}

test("a recording that runs has its light", () => {
  expect(recordingSign(session(), "serving")).toEqual({
    light: "recording",
    words: "recordingOn",
    alarm: false,
  });
});

test("without consent, or before the call, nothing is said to be recorded", () => {
  expect(recordingSign(session({ consent: false, recording: false }), "serving").words).toBe(
    "consentRefused",
  );
  expect(recordingSign(session({ recording: false }), "called").words).toBe("recordingOff");
});

test("on hold nothing is recorded", () => {
  expect(recordingSign(session(), "on_hold")).toEqual({ light: "off", words: "recordingHeld", alarm: false });
});

test("an outage is an alarm with its reason, on hold too; after it the sign says what is missing", () => {
  for (const reason of ["disk_full", "disk_failed", "disk_slow"] as const) {
    const paused = session({ recording_paused: reason });
    expect(recordingSign(paused, "serving")).toEqual({
      light: "warn",
      words: `recording_${reason}`,
      alarm: true,
    });
    expect(recordingSign(paused, "on_hold").alarm).toBe(true);
  }
  expect(recordingSign(session({ recording_missing_seconds: 7 }), "serving").words).toBe("recordingResumed");
});
