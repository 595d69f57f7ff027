import type { ReplayTrackBody, SpanBody, ThumbnailBody } from "@/core/protocol";

const SMALL_STEP = 5;
const LARGE_STEP = 30;
export const SPEEDS = [0.5, 1, 1.5, 2, 4] as const;

/** Where a key moves the playhead; null when the key does not. */
export function movedBy(key: string, position: number, duration: number): number | null {
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, position - SMALL_STEP);
    case "ArrowRight":
      return Math.min(duration, position + SMALL_STEP);
    case "PageDown":
      return Math.max(0, position - LARGE_STEP);
    case "PageUp":
      return Math.min(duration, position + LARGE_STEP);
    case "Home":
      return 0;
    case "End":
      return duration;
    default:
      return null;
  }
}

/** Seconds as minutes and seconds, with hours only where there are some. */
export function spoken(seconds: number): string {
  const whole = Math.floor(Math.max(0, seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

/** Whether the track's source sent at this moment; its first and last picture stand a little longer. */
export function sends({ sent }: ReplayTrackBody, position: number): boolean {
  return sent.some(({ start, end }) => position >= start - 0.5 && position <= end + 0.5);
}

/** The thumbnail to show for a moment: the last one before it, or the first; null for a track without any. */
export function thumbnailAt(thumbnails: readonly ThumbnailBody[], position: number): ThumbnailBody | null {
  return thumbnails.findLast((one) => one.at <= position) ?? thumbnails[0] ?? null;
}

/** One thumbnail for each of `count` equal parts of the recording. */
export function strip(track: ReplayTrackBody, duration: number, count: number): (ThumbnailBody | null)[] {
  return Array.from({ length: count }, (_, index) => {
    const middle = ((index + 0.5) / count) * duration;
    return sends(track, middle) ? thumbnailAt(track.thumbnails, middle) : null;
  });
}

/** Where a part of the recording lies on the timeline, as CSS. */
export function placed({ start, end }: SpanBody, duration: number): { left: string; width: string } {
  const share = (seconds: number) => `${((seconds / duration) * 100).toFixed(3)}%`;
  return { left: share(Math.max(0, start)), width: share(Math.min(end, duration) - Math.max(0, start)) };
}

const RANK = { document: 0, screen: 1, camera: 2, microphone: 3 };

/** The pictures in the order in which they stand beside the large one: papers, then faces, the point's first. */
export function pictures(tracks: readonly ReplayTrackBody[]): ReplayTrackBody[] {
  const shown = tracks.filter((one) => one.kind !== "microphone");
  const rank = (one: ReplayTrackBody) => RANK[one.kind] * 2 + (one.role === "window" ? 1 : 0);
  return shown.sort((one, other) => rank(one) - rank(other));
}
