import { getStroke } from "perfect-freehand";

interface Point {
  readonly x: number;
  readonly y: number;
  readonly p: number;
}

/** Draws strokes on a canvas in the colour of its `--pen`, smooth and with the width of their pressure. */
export function paint(canvas: HTMLCanvasElement, strokes: readonly (readonly Point[])[]): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = getComputedStyle(canvas).getPropertyValue("--pen");
  for (const stroke of strokes) {
    const points = stroke.map((point) => [point.x * canvas.width, point.y * canvas.height, point.p]);
    const outline = getStroke(points, { size: 9, thinning: 0.6, simulatePressure: false });
    context.beginPath();
    for (const [x = 0, y = 0] of outline) context.lineTo(x, y);
    context.fill();
  }
}
