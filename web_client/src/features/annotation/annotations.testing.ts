import type { AnnotationsView, Drawn } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** A short line for tests, of whose author the identifier begins with the number. */
export function exampleLine(stroke_id: string, surface: string, order = 1): Drawn {
  return {
    stroke_id,
    surface,
    aspect: 1.5,
    who: Number(stroke_id.split(".")[0]),
    order,
    tool: "pen",
    points: [1, 2, 3, 4],
    text: "",
    number: 0,
  };
}

let version = 0;

/** Tells the page what is drawn, as the server does to a clerk in a call, with what matters given. */
export function tell(given: Partial<AnnotationsView> = {}): void {
  const data: AnnotationsView = {
    type: "annotations_view",
    version: ++version,
    whole: true,
    changed: [],
    gone: [],
    session_id: "one",
    may_draw: true,
    you: null,
    clerk: true,
    own: "window",
    people: [],
    pointers: [],
    together: null,
    photograph: null,
    freezing: null,
    keeping: null,
    ...given,
  };
  usePage().connection.views.emit({ type: "event", topic: "annotations", sequence: version, data });
}
