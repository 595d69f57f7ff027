import { computed, watch } from "vue";
import { useCases } from "@/features/case/cases";
import { usePoint } from "@/features/ticket/point";
import { useAttention } from "./attention";
import { isCallOver, type Seen, wantedSince } from "./wanted";

/** Calls who sits at a point when the window answers, asks for something, or has something for them. */
export function usePointWants(): void {
  const attention = useAttention();
  const cases = useCases();
  const point = usePoint();
  const seen = computed((): Seen => {
    const ticket = point.view?.ticket ?? null;
    return {
      ticket: ticket?.ticket_id ?? null,
      state: ticket?.state ?? null,
      view: cases.view,
      told: point.view?.told ?? [],
      passedOn: point.view?.passed_on ?? null,
    };
  });
  watch(seen, (now, before) => {
    if (isCallOver(before, now)) attention.endCall();
    attention.tell(wantedSince(before, now));
  });
}
