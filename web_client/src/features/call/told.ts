import { type Ref, ref, watch } from "vue";
import type { FaceSource } from "@/core/devices/faceDevices";
import type { MediaLink } from "@/core/media/link";
import type { TellSending } from "@/core/protocol";
import { usePage } from "@/features/page/page";

type Ended = NonNullable<TellSending["ended"]>[number];
type Sent = Pick<MediaLink, "changed" | "track">;

/** Pictures that this page has shown and shows no longer: Firefox goes on sending the last one. */
export function useEnded(media: Sent): Ref<ReadonlySet<Ended>> {
  const ended = ref<ReadonlySet<Ended>>(new Set());
  media.changed.listen((source) => {
    if (source !== "document" && source !== "screen") return;
    const others = [...ended.value].filter((one) => one !== source);
    ended.value = new Set(media.track(source) ? others : [...others, source]);
  });
  return ended;
}

/** Tells the server what this page keeps back, or what its system keeps back from it, and what it has ended; again to a server that may have been started anew. */
export function useTold(
  media: Sent,
  muted: Ref<boolean>,
  paused: Ref<boolean>,
  dead: Ref<ReadonlySet<FaceSource>>,
): void {
  const page = usePage();
  const ended = useEnded(media);
  let told = false;
  watch([muted, paused, dead, ended, () => page.link], () => {
    const kept: TellSending["paused"] = [];
    if (muted.value || dead.value.has("microphone")) kept.push("microphone");
    if (paused.value || dead.value.has("camera")) kept.push("camera");
    if (page.link !== "open" || (!kept.length && !ended.value.size && !told)) return;
    told = true;
    page.connection.command("tell_sending", { paused: kept, ended: [...ended.value] }).catch(page.refuse);
  });
}
