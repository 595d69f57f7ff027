import { useLocalStorage } from "@vueuse/core";
import { defineStore } from "pinia";
import { computed, markRaw, ref, shallowRef, watch } from "vue";
import { MediaLink, type LinkState as MediaState, type Source } from "@/core/media/link";
import type { MediaAnswerBody, SlotsView } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { useNetwork, useOther } from "./network";
import { useOwnSide } from "./ownSide";
import { usePeople } from "./people";
import { useFigures } from "./reports";
import { useRevival } from "./revival";
import { useSilence } from "./silence";
import { useTilesTold } from "./tiles";
import { useTold } from "./told";

const CONNECTION = "/api/v1/media/connection";

/** The call of this page: what it sends, what it gets, and how both do. Streams stay out of reactivity. */
export const useCall = defineStore("call", () => {
  const page = usePage();
  const media = markRaw(
    new MediaLink((offer, signal) => page.http.post<MediaAnswerBody>(CONNECTION, offer, signal)),
  );
  const mediaState = ref<MediaState>("closed");
  const slots = shallowRef<SlotsView | null>(null);
  const streams = shallowRef<ReadonlyMap<string, MediaStream>>(new Map());
  const admitted = computed(() => slots.value?.admitted ?? false);
  const onlySound = computed(() => slots.value?.only_sound ?? false);
  const { stop: letGo, reopen, ...own } = useOwnSide(media, page.refuse);
  const stop = () => {
    letGo();
    void own.stopScreen();
  };

  media.state.listen((state) => {
    // Media feels a break and its end first: packets flow all the time.
    if (state === "lost" || mediaState.value === "lost") page.connection.check();
    mediaState.value = state;
  });
  media.streams.listen((now) => {
    streams.value = markRaw(now);
  });
  page.connection.views.listen(({ data }) => {
    if (data.type === "slots_view") slots.value = received(media, data);
  });
  page.session.changed.listen((body) => {
    if (body) return;
    media.close();
    stop();
    slots.value = null;
  });

  useOnePage(media, own, stop);
  const figures = useFigures(page.connection, media, admitted);
  const { silent, interrupted } = useSilence(own.own, own.muted, admitted);
  const dead = useRevival(media, { own: own.own, reopen }, admitted, interrupted);
  const resting = useTilesTold(slots, streams);
  const network = useNetwork(mediaState, slots, figures, own.deviceWords, { silent, dead, resting });
  useTold(media, own.muted, own.paused, dead);
  /** Asks for sound without pictures, or for pictures again. */
  const toggleOnlySound = () => page.command("set_only_sound", { only_sound: !onlySound.value });

  /** The stream that shows this source of somebody else, null while nobody shows it. */
  function incoming(source: Source): MediaStream | null {
    const slot = slots.value?.slots.find((one) => one.source === source);
    return (slot && streams.value.get(slot.mid)) ?? null;
  }

  const theirs = { slots, streams, admitted, onlySound, figures, toggleOnlySound, incoming };
  const others = { ...usePeople(media, slots), ...useOther(slots) };
  return { media, mediaState, ...theirs, ...network, ...others, ...useVoices(), ...own };
});

/** How voices are played: at which speaker, and whether the browser waits until the person presses something. */
function useVoices() {
  return { speaker: useLocalStorage("cloud-window-speaker", ""), soundBlocked: ref(false) };
}

/** Lets go of media and devices when the person has opened another page, and takes them up again with this one. */
function useOnePage(
  media: MediaLink,
  { own, openDevices }: Pick<ReturnType<typeof useOwnSide>, "own" | "openDevices">,
  stop: () => void,
): void {
  const page = usePage();
  let left: (() => unknown) | null = null;
  watch(
    () => page.link,
    (link) => {
      if (link === "replaced") {
        left = own.value ? openDevices : () => media.open();
        media.close();
        stop();
      } else if (link === "open") {
        left?.();
        left = null;
      }
    },
  );
}

function received(media: MediaLink, view: SlotsView): SlotsView {
  void media.useOnlySound(view.only_sound);
  void media.useSizes(view.sizes, view.admitted);
  // No slots: the server does not know this page's media any more, after a restart of its own.
  const known = view.slots.length > 0;
  if (!known && ["connected", "weak", "lost"].includes(media.current)) media.reconnect();
  return view;
}
