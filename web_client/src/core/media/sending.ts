/**
 * In how many sizes the camera goes out. `one`: as a single encoding, in a call of two; `two`: a half size beside it, where
 * three or more are seen; `large`: the half size rests, since the third has left.
 */
export type Sizes = "one" | "two" | "large";

/** The camera's two sizes, smaller first (RFC 8853), and what they may take in bits a second. */
export const SIZES: readonly RTCRtpEncodingParameters[] = [
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 250_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
];

/** Which of the two lines of a camera carries it, and which of its encodings are sent. */
export function linesOf(sizes: Sizes): { readonly sized: boolean; readonly active: readonly boolean[] } {
  if (sizes === "one") return { sized: false, active: [true] };
  return { sized: true, active: [sizes === "two", true] };
}

/**
 * Sends this track, or nothing, in the encodings that are `active`; one that is not named is. Firefox repeats its last
 * frame for ever unless the encoding is switched off.
 */
export async function put(
  sender: RTCRtpSender,
  track: MediaStreamTrack | null,
  active: readonly boolean[] = [],
): Promise<void> {
  if (sender.track !== track) await sender.replaceTrack(track);
  const parameters = sender.getParameters();
  let changed = false;
  for (const [index, encoding] of (parameters.encodings ?? []).entries()) {
    const wanted = track !== null && (active[index] ?? true);
    if ((encoding.active ?? true) === wanted) continue;
    encoding.active = wanted;
    changed = true;
  }
  if (changed) await sender.setParameters(parameters);
}
