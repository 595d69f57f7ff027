import { defineStore } from "pinia";
import { computed, markRaw, ref, shallowRef, watch } from "vue";
import { Listing } from "@/core/connection/listing";
import { Pictures } from "@/core/connection/pictures";
import type { AnnotationsView, Drawn, Pointer, Stroke } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { t } from "@/kit/i18n";
import { type Rows, useFreezing, usePhotographs, type View } from "./freezing";
import type { Look, Place } from "./geometry";
import { Line, Numbers, type Tool } from "./line";
import { Outbox } from "./outbox";
import { type Painted, painted, sameShape } from "./paint";
import { surfaceOf } from "./surfaces";

/** A pointer that rests fades. */
const POINTER_MS = 2_500;
/** How long the page's own strokes are shown as it drew them, until the server's have come. */
const ECHO_MS = 400;

/** What is drawn in the page's call, by whom, and what is looked at together. */
export const useAnnotation = defineStore("annotation", () => {
  const page = usePage();
  const view = shallowRef<AnnotationsView | null>(null);
  const rows = shallowRef<readonly Drawn[]>([]);
  const listing = new Listing<Drawn>(
    (one) => one.stroke_id,
    (one, other) => one.order - other.order,
  );
  const pictures = markRaw(new Pictures((path) => page.http.bytes(path)));
  const looks = useLooks(view);
  const tool = ref<Tool | "pointer" | null>(null);
  const active = computed(() => looks.mayDraw.value && tool.value !== null);
  /** What the text tool writes. */
  const text = ref("");
  /** The picture that was drawn on last by the page itself. */
  const touched = ref<string | null>(null);
  const { said, tell } = useNews(view);
  const { pointers, pointed } = usePointers();
  const hand = useHand({ rows, tool, text, touched });

  function changed(now: AnnotationsView): void {
    const another = now.session_id !== view.value?.session_id;
    const known = new Set(rows.value.map((one) => one.stroke_id));
    if (!listing.take(now)) page.connection.restart();
    pointed(another ? [] : (view.value?.pointers ?? []), now.pointers);
    view.value = now;
    rows.value = listing.rows;
    if (another) forget();
    else tell(now.changed.filter((one) => !known.has(one.stroke_id)));
  }

  function forget(): void {
    tool.value = touched.value = null;
    hand.forget();
    pictures.forget();
  }

  page.connection.views.listen(({ data }) => {
    if (data.type === "annotations_view") changed(data);
  });
  page.session.changed.listen((body) => {
    if (body) return;
    view.value = null;
    rows.value = [];
    forget();
  });
  usePhotographs(view, rows);
  const places = usePlaces(view, rows, touched, hand.own);
  const acts = { ...places, ...useActs(places, hand.dropOwn), ...useFreezing(view, touched) };
  const shared = { view, rows, pictures, pointers, said, ...looks };
  return { ...shared, tool, active, text, touched, ...hand, ...acts };
});

/** What everybody looks at, and who they are. */
function useLooks(view: View) {
  return {
    mayDraw: computed(() => view.value?.may_draw ?? false),
    together: computed(() => view.value?.together ?? null),
    /** The names of who draws, by their colour. */
    names: computed(() =>
      (view.value?.people ?? []).map((one, at) => (at === view.value?.you ? t("you") : one.name)),
    ),
  };
}

/** On which picture something is taken back or wiped: where this page drew last, else where strokes are. */
function usePlaces(
  view: View,
  rows: Rows,
  touched: { readonly value: string | null },
  own: { readonly value: readonly Own[] },
) {
  const mine = computed(() => [...rows.value.filter((one) => one.who === view.value?.you), ...own.value]);
  const all = computed(() => [...rows.value, ...own.value]);
  return {
    /** Where one's own last line is; null where there is none. */
    undoable: computed(() => surfaceOf(mine.value, touched.value)),
    /** Where there is something to wipe: for the clerk of anybody's. */
    clearable: computed(() => surfaceOf(view.value?.clerk ? all.value : mine.value, touched.value)),
  };
}

/** What is told to who does not see the pictures. */
function useNews(view: View) {
  const said = ref("");
  // What was told in one call is not told in the next.
  watch(
    () => view.value?.session_id,
    () => {
      said.value = "";
    },
    { flush: "sync" },
  );

  function tell(fresh: readonly Drawn[]): void {
    const last = fresh.at(-1);
    if (!last) return;
    const name = view.value?.people[last.who]?.name ?? "";
    if (last.who === view.value?.you) {
      if (last.number) said.value = t("drawnNumber", { number: last.number });
    } else if (last.tool === "text") said.value = t("drawnTextBy", { name, text: last.text });
    else if (last.number)
      said.value = t("drawnNumberBy", { name, what: t(`tool_${last.tool}`), number: last.number });
    else said.value = t("drawnBy", { name, what: t(`tool_${last.tool}`) });
  }

  return { said, tell };
}

/** The pointers that have moved a moment ago. */
function usePointers() {
  const pointers = shallowRef<readonly Pointer[]>([]);
  const timers = new Map<number, ReturnType<typeof setTimeout>>();

  function pointed(former: readonly Pointer[], now: readonly Pointer[]): void {
    const same = (one: Pointer) =>
      former.some(
        (other) =>
          other.who === one.who && other.x === one.x && other.y === one.y && other.surface === one.surface,
      );
    const moved = now.filter((one) => !same(one));
    for (const { who } of moved) {
      clearTimeout(timers.get(who));
      timers.set(
        who,
        setTimeout(() => {
          pointers.value = pointers.value.filter((one) => one.who !== who);
        }, POINTER_MS),
      );
    }
    const rest = pointers.value.filter(
      (one) => now.some((other) => other.who === one.who) && !moved.some((other) => other.who === one.who),
    );
    pointers.value = [...rest, ...moved];
  }

  return { pointers, pointed };
}

interface Held {
  readonly rows: Rows;
  readonly tool: { value: Tool | "pointer" | null };
  readonly text: { value: string };
  readonly touched: { value: string | null };
}

interface Own {
  readonly surface: string;
  readonly line: Line;
}

/** Drawing: lines begin, go on and end; the page shows its own at once. */
function useHand({ rows, tool, text, touched }: Held) {
  const page = usePage();
  const numbers = new Numbers();
  const own = shallowRef<readonly Own[]>([]);
  const outbox = new Outbox({
    draw: (surface, aspect, strokes) => page.connection.command("draw", { surface, aspect, strokes }),
    point: (surface, at) => page.connection.command("point_at", { surface, at }),
  });
  const drop = (line: Line) => {
    own.value = own.value.filter((one) => one.line !== line);
  };

  /** Begins a line; null where the tool draws none. */
  function begin(surface: string, aspect: number, place: Place, wanted = tool.value) {
    if (wanted === null || wanted === "pointer") return null;
    const words = wanted === "text" ? text.value.trim() : "";
    if (wanted === "text" && !words) return null;
    touched.value = surface;
    page.refusal = null;
    const line = new Line(numbers, wanted, place, words);
    own.value = [...own.value, { surface, line }];
    const { more, end } = outbox.add(surface, aspect, line, (error) => {
      if (!error) return setTimeout(drop, ECHO_MS, line);
      drop(line);
      page.refuse(error);
    });
    const to = (next: Place) => {
      if (!line.to(next)) return;
      own.value = [...own.value];
      more();
    };
    return { to, end };
  }

  function point(surface: string, place: Place | null): void {
    outbox.point(surface, place);
  }

  function dropOwn(surface: string): void {
    own.value = own.value.filter((one) => one.surface !== surface);
  }

  function forget(): void {
    outbox.clear();
    own.value = [];
    text.value = "";
  }

  return { own, begin, point, strokesOn: useStrokes(rows, own), dropOwn, forget };
}

/** What everybody has drawn, with the page's own strokes as it drew them. */
function useStrokes(rows: Rows, own: { readonly value: readonly Own[] }) {
  /** What is painted on a picture of this shape: what everybody has drawn, the page's own strokes as it drew them. */
  function strokesOn(surface: string, aspect: number, you: number): Painted[] {
    const mine = own.value.filter((one) => one.surface === surface);
    const told = new Set(rows.value.map((one) => Number(one.stroke_id.split(".")[1])));
    // The server says which number a mark has; a line under the hand is ahead of it.
    const ahead = ({ tool, stroke }: Stroke) => tool === "pen" || tool === "arrow" || !told.has(stroke);
    const strokes = mine.flatMap((one) => one.line.strokes).filter(ahead);
    const pending = new Set(strokes.map((one) => one.stroke));
    const theirs = rows.value.filter(
      (one) =>
        one.surface === surface &&
        sameShape(one.aspect, aspect) &&
        !pending.has(Number(one.stroke_id.split(".")[1])),
    );
    // Also of an arrow whose point is ahead.
    const numbers = new Map(rows.value.map((one) => [Number(one.stroke_id.split(".")[1]), one.number]));
    const number = ({ stroke }: Stroke) => numbers.get(stroke) ?? 0;
    return [...theirs.map(painted), ...strokes.map((one) => ({ ...one, who: you, number: number(one) }))];
  }

  return strokesOn;
}

/** What is asked of the server by a press. */
function useActs({ undoable, clearable }: ReturnType<typeof usePlaces>, dropOwn: (surface: string) => void) {
  const page = usePage();

  async function undo(): Promise<void> {
    const surface = undoable.value;
    if (!surface) return;
    dropOwn(surface);
    await page.command("undo_line", { surface });
  }

  async function clear(): Promise<void> {
    const surface = clearable.value;
    if (!surface) return;
    dropOwn(surface);
    await page.command("clear_picture", { surface });
  }

  const showPage = (page_id: string) => page.command("show_page", { page_id });
  const endTogether = () => page.command("end_together", {});
  const move = ({ x, y, scale }: Look) => page.connection.command("move_view", { x, y, scale });
  return { undo, clear, showPage, endTogether, move };
}
