import { useIntervalFn } from "@vueuse/core";
import { computed, type Ref, shallowRef, watch } from "vue";
import type { MediaLink } from "@/core/media/link";
import type { SlotsView } from "@/core/protocol";

const LOOKS_MS = 250;
/** Of full scale: -40 dB, louder than breathing. */
const LOUD = 0.01;
/** A pause between words in which somebody still counts as speaking. */
const PAUSE_MS = 700;

/** Who of the others speaks, where there are two of them or more; by what they are called in the session. */
export function useSpeaking(media: Pick<MediaLink, "loudness">, slots: Ref<SlotsView | null>) {
  const heard = shallowRef<ReadonlyMap<string, number>>(new Map());
  const several = computed(() => (slots.value?.people.length ?? 0) > 1);
  const { pause, resume } = useIntervalFn(look, LOOKS_MS, { immediate: false });

  function look(): void {
    const now = heardNow(heard.value, slots.value, media.loudness(), performance.now());
    // Anew only where somebody begins or ends, so that tiles are not drawn four times a second.
    if (now.size || heard.value.size) heard.value = now;
  }

  watch(
    several,
    (there) => {
      if (there) return resume();
      pause();
      heard.value = new Map();
    },
    { immediate: true },
  );
  const names = computed(() => [
    ...heard.value.keys(),
    ...(slots.value?.people ?? []).filter((one) => one.unheard).map((one) => one.member),
  ]);
  // As a text, which changes only when somebody else speaks.
  const said = computed(() => [...new Set(names.value)].sort().join(" "));
  return computed((): ReadonlySet<string> => new Set(said.value.split(" ")));
}

/** Who is heard now, each with the moment at which they last were. */
export function heardNow(
  before: ReadonlyMap<string, number>,
  slots: SlotsView | null,
  loudness: ReadonlyMap<string, number>,
  now: number,
): ReadonlyMap<string, number> {
  const there = new Set(slots?.people.map((one) => one.member));
  const loud = (slots?.slots ?? []).flatMap(({ mid, kind, member }): [string, number][] =>
    kind === "voice" && member && (loudness.get(mid) ?? 0) > LOUD ? [[member, now]] : [],
  );
  const lately = [...before].filter(([, at]) => now - at <= PAUSE_MS);
  return new Map([...lately, ...loud].filter(([member]) => there.has(member)));
}
