import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { WishView } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** What somebody without a time wishes: the days that suit, and the part of the day. */
export interface Wished {
  days: string[];
  part: WishView["part"];
}

/** The parts of a day, in the order in which they are offered. */
export const PARTS: readonly WishView["part"][] = ["any", "morning", "afternoon", "evening"];

/** All days that were shown, the earliest first: what was chosen of a former strip stays in sight. */
export function withDays(known: readonly string[], strip: readonly string[]): string[] {
  return [...new Set([...known, ...strip])].sort();
}

/** Who waits at this point for a time: who asked first first. */
export const useWaitingList = defineStore("waiting-list", () => {
  const page = usePage();
  const all = shallowRef<readonly WishView[]>([]);
  /** Those for whom a time is held until they answer. */
  const held = computed(() => all.value.filter((one) => one.starts !== null));
  page.connection.views.listen(({ data }) => {
    if (data.type === "waiting_list_view") all.value = data.wishes;
  });
  page.session.changed.listen((body) => {
    if (!body) all.value = [];
  });
  return { all, held };
});
