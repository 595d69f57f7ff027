import type { SessionView, TicketView } from "@/core/protocol";
import type { Key } from "@/kit/i18n";

/** The light and the words that tell how the recording does; `alarm` while something keeps it back. */
export interface RecordingSign {
  readonly light: "recording" | "warn" | "off";
  readonly words: Key;
  readonly alarm: boolean;
}

/** What both sides are told of the recording; on hold nobody is admitted, so nothing is recorded either. */
export function recordingSign(session: SessionView, ticket: TicketView["state"]): RecordingSign {
  const { recording, recording_paused, recording_missing_seconds, consent } = session;
  if (!consent) return { light: "off", words: "consentRefused", alarm: false };
  if (!recording) return { light: "off", words: "recordingOff", alarm: false };
  if (recording_paused) return { light: "warn", words: `recording_${recording_paused}`, alarm: true };
  if (ticket === "on_hold") return { light: "off", words: "recordingHeld", alarm: false };
  if (recording_missing_seconds) return { light: "recording", words: "recordingResumed", alarm: false };
  return { light: "recording", words: "recordingOn", alarm: false };
}
