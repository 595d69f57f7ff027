import { computed, type Ref } from "vue";
import { type MediaLink, SEATS } from "@/core/media/link";
import type { SlotsView } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { useSpeaking } from "./speaking";

/** Everybody else in the call: who speaks, and who is kept in view where there are more of them than seats. */
export function usePeople(media: Pick<MediaLink, "loudness">, slots: Ref<SlotsView | null>) {
  const page = usePage();
  const speaking = useSpeaking(media, slots);
  /** Whether who speaks decides who is seen. */
  const crowded = computed(() => (slots.value?.people.length ?? 0) > SEATS);

  /** Keeps somebody in view, whoever speaks, or no longer. */
  function keepInView(member: string): void {
    const pinned = slots.value?.people.some((one) => one.member === member && one.pinned);
    void page.command("pin_person", { member: pinned ? null : member });
  }

  return { speaking, crowded, keepInView };
}
