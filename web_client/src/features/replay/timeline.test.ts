import { expect, test } from "vitest";
import type { ReplayTrackBody } from "@/core/protocol";
import { movedBy, pictures, placed, sends, spoken, strip, thumbnailAt } from "./timeline";

function track(given: Partial<ReplayTrackBody> = {}): ReplayTrackBody {
  return {
    kind: "camera",
    name: "王秀英",
    role: "point",
    url: "/0.webm",
    media_type: "video/webm",
    start: 0,
    end: 60,
    sent: [{ start: 0, end: 60 }],
    thumbnails: [0, 20, 40].map((at) => ({ at, url: `/${at}.jpg` })),
    ...given,
  };
}

test("keys move within the recording", () => {
  expect(movedBy("ArrowRight", 58, 60)).toBe(60);
  expect(movedBy("ArrowLeft", 3, 60)).toBe(0);
  expect(movedBy("PageUp", 10, 60)).toBe(40);
  expect(movedBy("PageDown", 40, 60)).toBe(10);
  expect([movedBy("Home", 9, 60), movedBy("End", 9, 60), movedBy("a", 9, 60)]).toEqual([0, 60, null]);
});

test("times are read as a clock", () => {
  expect([spoken(0), spoken(65.9), spoken(3605), spoken(-1)]).toEqual(["00:00", "01:05", "1:00:05", "00:00"]);
});

test("a moment has the thumbnail before it", () => {
  const { thumbnails } = track();
  expect(thumbnailAt(thumbnails, 39)?.at).toBe(20);
  expect(thumbnailAt(thumbnails.slice(1), 3)?.at).toBe(20);
  expect(thumbnailAt([], 3)).toBeNull();
});

test("the strip is empty where nothing was sent", () => {
  const late = track({ start: 30, sent: [{ start: 30, end: 60 }] });
  expect(strip(late, 60, 3).map((one) => one?.at ?? null)).toEqual([null, 20, 40]);
  expect([sends(late, 29.8), sends(late, 20)]).toEqual([true, false]);
});

test("parts lie on the timeline in shares of it", () => {
  expect(placed({ start: 15, end: 30 }, 60)).toEqual({ left: "25.000%", width: "25.000%" });
  expect(placed({ start: 55, end: 90 }, 60)).toEqual({ left: "91.667%", width: "8.333%" });
});

test("papers stand before faces and the point's before the clerk's", () => {
  const tracks = [
    track({ role: "window" }),
    track({ kind: "microphone" }),
    track(),
    track({ kind: "document" }),
  ];
  expect(pictures(tracks).map((one) => `${one.kind} ${one.role}`)).toEqual([
    "document point",
    "camera point",
    "camera window",
  ]);
});
