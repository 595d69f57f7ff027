import { type Ref, watch } from "vue";
import type { TellSending } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** Tells the server what this page keeps back, and again to a server that may have been started anew. */
export function useTold(muted: Ref<boolean>, paused: Ref<boolean>): void {
  const page = usePage();
  let told = false;
  watch([muted, paused, () => page.link], () => {
    const kept: TellSending["paused"] = [];
    if (muted.value) kept.push("microphone");
    if (paused.value) kept.push("camera");
    if (page.link !== "open" || (!kept.length && !told)) return;
    told = true;
    page.connection.command("tell_sending", { paused: kept }).catch(page.refuse);
  });
}
