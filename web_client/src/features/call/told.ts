import { type Ref, watch } from "vue";
import type { FaceSource } from "@/core/devices/faceDevices";
import type { TellSending } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** Tells the server what this page keeps back, or what its system keeps back from it, and again to a server that may have been started anew. */
export function useTold(muted: Ref<boolean>, paused: Ref<boolean>, dead: Ref<ReadonlySet<FaceSource>>): void {
  const page = usePage();
  let told = false;
  watch([muted, paused, dead, () => page.link], () => {
    const kept: TellSending["paused"] = [];
    if (muted.value || dead.value.has("microphone")) kept.push("microphone");
    if (paused.value || dead.value.has("camera")) kept.push("camera");
    if (page.link !== "open" || (!kept.length && !told)) return;
    told = true;
    page.connection.command("tell_sending", { paused: kept }).catch(page.refuse);
  });
}
