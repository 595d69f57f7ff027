import { type Ref, ref } from "vue";
import { Drawing, shortfall } from "@/core/capture/strokes";
import type { Key } from "@/kit/i18n";
import { paint } from "./ink";

const LACKING = { little: "signLittle", dots: "signDots", line: "signLine" } as const;

/** A pad that is written on while it is open: what was drawn, and what it lacks to be a name. */
export function usePad(pad: Ref<HTMLCanvasElement | null>, open: () => boolean) {
  const drawing = new Drawing();
  const lacking = ref<Key | null>(LACKING.little);
  const empty = ref(true);
  let drawingNow = false;

  /** Draws the strokes smooth; what is kept is the raw points. */
  function show(): void {
    empty.value = drawing.empty;
    if (pad.value) paint(pad.value, drawing.strokes);
  }

  /** Says what the server would refuse, once the pen is lifted. */
  function judge(): void {
    const box = pad.value?.getBoundingClientRect();
    const found = box ? shortfall(drawing.strokes, box.height / box.width) : null;
    lacking.value = found && LACKING[found];
  }

  function down(event: PointerEvent): void {
    const canvas = pad.value;
    if (!canvas || !open()) return;
    canvas.setPointerCapture(event.pointerId);
    drawingNow = true;
    drawing.down(event, canvas.getBoundingClientRect());
    show();
  }

  function move(event: PointerEvent): void {
    if (!drawingNow || !pad.value) return;
    drawing.move(event, pad.value.getBoundingClientRect());
    show();
  }

  function up(): void {
    drawingNow = false;
    judge();
  }

  function clear(): void {
    drawing.clear();
    show();
    judge();
  }

  return { drawing, empty, lacking, down, move, up, clear };
}
