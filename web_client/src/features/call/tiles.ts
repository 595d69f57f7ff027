import {
  useDocumentVisibility,
  useIntersectionObserver,
  useResizeObserver,
  useTimeoutFn,
  watchDebounced,
} from "@vueuse/core";
import { defineStore } from "pinia";
import { computed, onScopeDispose, type Ref, ref, shallowReactive, shallowRef, watch } from "vue";
import { pictureWidth } from "@/core/media/tile";
import type { SlotsView, TellTiles } from "@/core/protocol";
import { usePage } from "@/features/page/page";

type Streams = ReadonlyMap<string, MediaStream>;

/** One picture on the page. */
interface Shown {
  readonly stream: MediaStream | null;
  /** Pixels of the screen; 0 while it is hidden, null before it was measured. */
  readonly width: number | null;
}

const SETTLES_MS = 300;
const LONGEST_MS = 1_000;
/** After one that was refused or lost. */
const AGAIN_MS = 3_000;
const WIDEST = 16_384;

/** The pictures that the page shows, each by a name of its own. */
export const useTiles = defineStore("tiles", () => ({ shown: shallowReactive(new Map<symbol, Shown>()) }));

/** Follows how wide this element shows the stream; what is a screen away or in a hidden window counts as hidden. */
export function useTile(
  element: Ref<HTMLVideoElement | null>,
  stream: () => MediaStream | null,
  cover: () => boolean,
) {
  const { shown } = useTiles();
  const own = Symbol("tile");
  const box = shallowRef<DOMRectReadOnly | null>(null);
  const near = ref<boolean | null>(null);
  const picture = ref({ width: 0, height: 0 });
  /** How wide it lies over other programs, null while it does not. */
  const detached = ref<number | null>(null);
  const page = useDocumentVisibility();
  useResizeObserver(element, ([entry]) => {
    box.value = entry?.contentRect ?? null;
  });
  useIntersectionObserver(
    element,
    (entries) => {
      near.value = entries.at(-1)?.isIntersecting ?? null;
    },
    { rootMargin: "100%" },
  );
  const width = computed(() => {
    if (detached.value !== null) return Math.ceil(detached.value * devicePixelRatio);
    if (page.value === "hidden" || near.value === false) return 0;
    if (!box.value || near.value === null) return null;
    return pictureWidth(box.value, picture.value, cover(), devicePixelRatio);
  });
  watch(
    [stream, width],
    ([of, wide]) => {
      shown.set(own, { stream: of, width: wide });
    },
    { immediate: true },
  );
  onScopeDispose(() => shown.delete(own));

  function measure(): void {
    picture.value = { width: element.value?.videoWidth ?? 0, height: element.value?.videoHeight ?? 0 };
  }

  function detach(event: Event): void {
    const { pictureInPictureWindow: over } = event as PictureInPictureEvent;
    detached.value = over.width;
    over.onresize = () => {
      detached.value &&= over.width;
    };
  }

  return { picture, detached, measure, detach, attach: () => (detached.value = null) };
}

/** Tells the server how wide each picture of others is shown; whether one of them is hidden now. */
export function useTilesTold(slots: Ref<SlotsView | null>, streams: Ref<Streams>) {
  const page = usePage();
  const { shown } = useTiles();
  const tiles = computed(() => tilesOf(slots.value, streams.value, [...shown.values()]));
  // What a slot shows anew is told of anew, though it is as wide as what was there.
  const told = computed(() => {
    const who = slots.value?.slots.map((one) => [one.source, one.participant_name, one.guest]);
    return JSON.stringify([tiles.value, who]);
  });
  const { start: again, stop: settle } = useTimeoutFn(() => tell(), AGAIN_MS, { immediate: false });
  const tell = () => {
    settle();
    if (page.link !== "open" || !tiles.value.length) return;
    const now = told.value;
    page.connection.command("tell_tiles", { tiles: tiles.value }).catch((error: unknown) => {
      page.refuse(error);
      // What was hidden stays frozen until the server hears that it is shown; a later telling has its own fate.
      if (now === told.value) again();
    });
  };
  watchDebounced([told, streams, () => page.link], tell, { debounce: SETTLES_MS, maxWait: LONGEST_MS });
  return computed(() => tiles.value.some((one) => one.width === 0));
}

/** Of each slot with a picture the widest one on the page; of what is not measured yet nothing is said. */
export function tilesOf(
  slots: SlotsView | null,
  streams: Streams,
  shown: readonly Shown[],
): TellTiles["tiles"] {
  return (slots?.slots ?? []).flatMap(({ mid, kind, source }) => {
    const stream = streams.get(mid);
    if (kind === "voice" || source === null || !stream) return [];
    const widths = shown.filter((one) => one.stream === stream).map((one) => one.width);
    if (widths.includes(null)) return [];
    return [{ mid, width: Math.min(WIDEST, Math.max(0, ...widths.map((one) => one ?? 0))) }];
  });
}
