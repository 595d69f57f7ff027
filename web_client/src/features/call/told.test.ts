import { expect, test } from "vitest";
import { Emitter } from "@/core/connection/emitter";
import type { Source } from "@/core/media/link";
import { useEnded } from "./told";

test("a screen and a document camera count as ended from when they are put away until they are shown again", () => {
  const shown = new Map<Source, MediaStreamTrack>();
  const changed = new Emitter<Source>();
  const ended = useEnded({ changed, track: (source) => shown.get(source) ?? null });
  const change = (source: Source, on: boolean) => {
    if (on) shown.set(source, {} as MediaStreamTrack);
    else shown.delete(source);
    changed.emit(source);
    return [...ended.value];
  };
  expect(change("screen", true)).toEqual([]);
  expect(change("screen", false)).toEqual(["screen"]);
  expect(change("document", true)).toEqual(["screen"]);
  expect(change("document", false)).toEqual(["screen", "document"]);
  expect(change("camera", false)).toEqual(["screen", "document"]);
  expect(change("screen", true)).toEqual(["document"]);
});
