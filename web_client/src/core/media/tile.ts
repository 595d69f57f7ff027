interface Size {
  readonly width: number;
  readonly height: number;
}

/** What pictures are taken to be like before the first has come. */
const USUAL = 16 / 9;
/** Widths are told in steps, so that a dragged window is not a hundred reports. */
const STEP = 16;

/** How many pixels of the screen a picture is wide that fills its box, or covers it; 0 for a box without area. */
export function pictureWidth(box: Size, picture: Size, cover: boolean, pixelRatio: number): number {
  if (!box.width || !box.height) return 0;
  const shape = picture.width && picture.height ? picture.width / picture.height : USUAL;
  const width = (cover ? Math.max : Math.min)(box.width, box.height * shape);
  return Math.ceil((width * pixelRatio) / STEP) * STEP;
}
