import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { Bilingual, ConsultationView, DeskView } from "@/core/protocol";
import { usePage } from "@/features/page/page";

type Invited = NonNullable<ConsultationView["invited"]>;
type Asked = ConsultationView["asked"][number];
export interface Instead {
  who: string;
  question: string;
  department_id: string;
  name: Bilingual;
}

/** Whose rota to offer in place of who was asked last and did not come; nothing while it rings at somebody. */
export function insteadOf(asked: readonly Asked[]): Instead | null {
  const last = asked.at(-1);
  if (!last?.instead || asked.some((one) => one.state === "ringing")) return null;
  return { who: last.name, question: last.question, ...last.instead };
}

/** The desk as the page shows it to who is in a colleague's call: with that call's ticket, and nothing to switch. */
export function deskIn(desk: DeskView, invited: Invited): DeskView {
  const { ticket, session, case_id } = invited;
  return {
    ...desk,
    ticket,
    session: session && { ...session, room: null },
    case_id,
    handover: null,
    callback: null,
    offer: null,
  };
}

/** Whom the clerk has asked into the call, and what the page itself is asked into. */
export const useConsultation = defineStore("consultation", () => {
  const page = usePage();
  const view = shallowRef<ConsultationView | null>(null);
  const ringing = computed(() => (view.value?.invited?.state === "ringing" ? view.value.invited : null));
  const joined = computed(() => (view.value?.invited?.state === "joined" ? view.value.invited : null));

  page.connection.views.listen(({ data }) => {
    if (data.type === "consultation_view") view.value = data;
  });
  page.session.changed.listen((body) => {
    if (!body) view.value = null;
  });
  return { view, ringing, joined };
});
