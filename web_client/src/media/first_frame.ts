export const ACCEPTED = "cw:accepted";
export const FIRST_FRAME = "cw:first-frame";

/** Marks the moment at which the page learns that it was admitted; a later call starts anew. */
export function markAccepted(): void {
  performance.clearMarks(ACCEPTED);
  performance.clearMarks(FIRST_FRAME);
  performance.mark(ACCEPTED);
}

/** Marks the first picture that is really painted in `video`, once for each `markAccepted`. */
export function markFirstFrame(video: HTMLVideoElement): () => void {
  let wanted = true;
  const painted = () => {
    if (!wanted) return;
    const accepted = performance.getEntriesByName(ACCEPTED).length > 0;
    if (accepted && performance.getEntriesByName(FIRST_FRAME).length === 0) performance.mark(FIRST_FRAME);
    if (!accepted) video.requestVideoFrameCallback(painted);
  };
  video.requestVideoFrameCallback(painted);
  return () => {
    wanted = false;
  };
}
