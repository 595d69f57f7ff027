const QUALITY = 0.92;

/** A photograph at the camera's full resolution, else the picture that the element shows, at the track's resolution. */
export async function takeStill(track: MediaStreamTrack, shown: HTMLVideoElement): Promise<Blob> {
  if ("ImageCapture" in window) {
    try {
      return await new ImageCapture(track).takePhoto();
    } catch (error) {
      // Some cameras promise photographs and do not give them.
      console.warn("takePhoto failed", error);
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = shown.videoWidth;
  canvas.height = shown.videoHeight;
  canvas.getContext("2d")?.drawImage(shown, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
  });
}
