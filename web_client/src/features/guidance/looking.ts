import { useIntervalFn } from "@vueuse/core";
import { type Hint, useGuidance } from "./guidance";
import { judge, sampleOf } from "./judging";
import { expected, type Lie, type Sheet, usualLie } from "./outline";

const EACH_MS = 1_000;
/** The longer side of the small picture that is judged. */
const SAMPLE_SIDE = 160;
/** How often the same is seen before it is said: a hand on its way is no mistake. */
const TIMES = 3;

/** Looks once a second at what lies under the camera, on this machine alone, and says what is plainly wrong. */
export function useLooking(
  seen: () => HTMLVideoElement | null,
  paper: () => { readonly sheet: Sheet; readonly lies: Lie | null },
): void {
  const guidance = useGuidance();
  const canvas = document.createElement("canvas");
  let last: Hint | null = null;
  let times = 0;

  function look(): void {
    const video = seen();
    const now = video?.videoWidth ? judged(video) : null;
    times = now !== null && now === last ? times + 1 : 1;
    last = now;
    if (now !== null && times >= TIMES) guidance.notice(now);
  }

  function judged(video: HTMLVideoElement): Hint | null {
    const scale = SAMPLE_SIDE / Math.max(video.videoWidth, video.videoHeight);
    canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
    canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return null;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { sheet, lies } = paper();
    const outline = expected(sheet, lies ?? usualLie(sheet, canvas), canvas);
    return judge(sampleOf(context.getImageData(0, 0, canvas.width, canvas.height)), outline);
  }

  useIntervalFn(look, EACH_MS);
}
