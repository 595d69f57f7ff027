import { defineStore } from "pinia";
import { shallowRef, watch } from "vue";
import type { InviteeView, OutsideView } from "@/core/protocol";
import { useAttention } from "@/features/attention/attention";
import { usePage } from "@/features/page/page";
import { t } from "@/kit/i18n";

/** The guests from outside of the clerk's call; who waits to be let in is told by a bell. */
export const useGuests = defineStore("guests", () => {
  const page = usePage();
  const attention = useAttention();
  const all = shallowRef<readonly InviteeView[]>([]);

  page.connection.views.listen(({ data }) => {
    if (data.type === "invitees_view") all.value = data.guests;
  });
  page.session.changed.listen((body) => {
    if (!body) all.value = [];
  });
  watch(all, (now, before) => attention.tell(knocks(before, now).map(asWanted)));
  return { all };
});

/** Who waits now and did not before. */
export function knocks(before: readonly InviteeView[], now: readonly InviteeView[]): InviteeView[] {
  const waited = new Set(before.filter(waits).map(({ guest_id }) => guest_id));
  return now.filter((one) => waits(one) && !waited.has(one.guest_id));
}

function waits({ state }: InviteeView): boolean {
  return state === "waiting";
}

function asWanted({ name, part }: InviteeView) {
  return {
    kind: "knocks",
    name: null,
    at: "guests",
    words: t("guestName", { name, kind: t(`guest_${part}`) }),
  } as const;
}

/** What a guest from outside is shown of themselves and of the call. */
export const useOutside = defineStore("outside", () => {
  const page = usePage();
  const view = shallowRef<OutsideView | null>(null);
  page.connection.views.listen(({ data }) => {
    if (data.type === "outside_view") view.value = data;
  });
  page.session.changed.listen((body) => {
    if (!body) view.value = null;
  });
  return { view };
});
