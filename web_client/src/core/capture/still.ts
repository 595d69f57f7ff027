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
  return jpegOf(canvas);
}

/** A photograph of what the track shows, as JPEG, without a picture of it on the page. */
export async function photographOf(track: MediaStreamTrack): Promise<Blob> {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  try {
    await video.play();
    return await asJpeg(await takeStill(track, video));
  } finally {
    video.srcObject = null;
  }
}

/** The picture as JPEG: some cameras photograph otherwise. */
async function asJpeg(image: Blob): Promise<Blob> {
  return image.type === "image/jpeg" ? image : paintedOver(image, () => undefined);
}

/** The picture with something painted over it, as JPEG; `paint` gets its size in pixels. */
export async function paintedOver(
  image: Blob,
  paint: (context: CanvasRenderingContext2D, width: number, height: number) => void,
): Promise<Blob> {
  const picture = await createImageBitmap(image);
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  const context = canvas.getContext("2d");
  context?.drawImage(picture, 0, 0);
  picture.close();
  if (context) paint(context, canvas.width, canvas.height);
  const made = await jpegOf(canvas);
  // Browsers keep a canvas' memory for as long as it has a size.
  canvas.width = canvas.height = 0;
  return made;
}

function jpegOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
  });
}
