import { computed, onUnmounted, type Ref, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import { useAnnotation } from "@/features/annotation/annotation";
import { usePointWants } from "@/features/attention/pointWants";
import { useCall } from "@/features/call/call";
import { useCallbacks } from "@/features/callback/callbacks";
import { useCases } from "@/features/case/cases";
import { useChat } from "@/features/chat/chat";
import { useFindings } from "@/features/findings/findings";
import { useHelping } from "@/features/helping/helping";
import { useMandates } from "@/features/mandates/mandates";
import { useCallGuard, useLeaving } from "@/features/page/leaving";
import { usePage } from "@/features/page/page";
import { usePoint } from "@/features/ticket/point";
import { CALL, guard, type Step, stepOf } from "./steps";

/**
 * A visit as the applicant's side walks through it, at a point or by a link: the step that the ticket stands at, and
 * what its page shows. Keeps the address, the case and the devices to the step.
 */
export function useApplicant() {
  const call = useCall();
  const cases = useCases();
  // From the start, since the messages come with the connection.
  useChat();
  const callbacks = useCallbacks();
  useAnnotation();
  useFindings();
  useHelping();
  useMandates();
  const page = usePage();
  const point = usePoint();
  const ticket = computed(() => point.view?.ticket ?? null);
  const step = computed(() => stepOf(ticket.value));
  const shown = computed(() => (ticket.value ? { ticket: ticket.value, view: cases.view } : {}));
  const calledTo = computed(() =>
    ticket.value?.state === "called" || ticket.value?.state === "recalled" ? ticket.value.ticket_id : null,
  );

  watch(
    () => point.view?.case_id ?? null,
    (now) => void cases.follow(now),
  );
  watch(calledTo, (ticketId) => {
    if (ticketId) void page.command("enter_call", { ticket_id: ticketId });
  });
  // The next call begins without the screen that was shared in this one.
  watch(
    () => (step.value === "call" ? ticket.value?.ticket_id : null),
    () => void call.stopScreen(),
  );
  watch(
    () => page.signedIn !== null,
    (signedIn) => {
      if (signedIn) void call.openDevices();
    },
    { immediate: true },
  );
  usePointWants();
  useCallGuard(computed(() => step.value === "call"));
  useAddress(step);
  watch(
    () => step.value === "waiting" || callbacks.open.length > 0,
    (expected) => {
      // What does not come now comes with the call, which says so meanwhile.
      if (expected) CALL.fetch().catch(() => undefined);
    },
    { immediate: true },
  );
  return { step, shown };
}

/** Keeps the address at the step; who walks away from it is asked whether that is meant. */
function useAddress(step: Readonly<Ref<Step>>): void {
  const point = usePoint();
  const router = useRouter();
  const leaving = useLeaving();
  const opened = useRoute();
  // The page may have been opened at another step's address before anybody guarded it.
  if (opened.matched.length && opened.meta.step !== step.value) void router.replace({ name: step.value });
  onUnmounted(
    router.beforeEach(
      guard(
        () => step.value,
        (now) => {
          if (now === "call") leaving.asked = true;
          else if (now === "waiting") point.givingUp = true;
        },
      ),
    ),
  );
  watch(step, (now) => {
    void router.replace({ name: now });
  });
}
