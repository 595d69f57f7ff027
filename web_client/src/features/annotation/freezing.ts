import { computed, type ShallowRef, watch } from "vue";
import { photographOf } from "@/core/capture/still";
import { Refusal } from "@/core/connection/refusal";
import type { AnnotationsView, Drawn } from "@/core/protocol";
import { useCall } from "@/features/call/call";
import { shownIn } from "@/features/call/shown";
import { usePage } from "@/features/page/page";

const SOURCES = ["camera", "document", "screen"] as const;

/** What the server shows of the page's call, and what is drawn in it. */
export type View = Readonly<ShallowRef<AnnotationsView | null>>;
export type Rows = Readonly<ShallowRef<readonly Drawn[]>>;

/** No video is there that could be frozen. */
function nothingToFreeze(): Refusal {
  return new Refusal("nothing_to_freeze", {
    zh: "现在没有可以定格的画面：请先打开摄像头或高拍仪。",
    en: "There is no picture to freeze: turn on a camera or the document camera first.",
  });
}

/** The page whose video it is has sent no photograph. */
function notPhotographed(): Refusal {
  return new Refusal("not_photographed", {
    zh: "定格没有成功：对方设备没有传来照片。请再试一次；仍不行请检查对方的摄像头和网络。",
    en: "The picture could not be frozen: no photograph came from the other side. Try again; if it stays, check their camera and network.",
  });
}

/** Freezing: which video, whether its photograph is waited for, and that it will not come. */
export function useFreezing(view: View, touched: { readonly value: string | null }) {
  const page = usePage();
  const call = useCall();
  const freezing = computed(() => (view.value?.freezing ? !view.value.freezing.failed : false));

  /** The video that is frozen when it is asked for: the one drawn on last, else a paper, else a face. */
  function freezable(): string | null {
    const own = view.value?.own ?? "";
    const theirs = view.value?.clerk ? shownIn(call.slots).flatMap((one) => one.surface ?? []) : [];
    const mine = SOURCES.filter((one) => call.media.track(one)).map((one) => `${own}.${one}`);
    const all = view.value?.clerk ? theirs : mine;
    const rank = (surface: string) => ["document", "screen", "camera"].indexOf(surface.split(".")[1] ?? "");
    const last = all.find((one) => one === touched.value);
    return last ?? all.toSorted((one, other) => rank(one) - rank(other))[0] ?? null;
  }

  async function freeze(): Promise<void> {
    const surface = freezable();
    if (surface) await page.command("freeze_picture", { surface });
    else page.refuse(nothingToFreeze());
  }

  watch(
    () => view.value?.freezing?.failed ?? false,
    (failed) => {
      if (failed) page.refuse(notPhotographed());
    },
    { flush: "sync" },
  );
  return { freezing, freeze };
}

/** Photographs what the page sends when it is asked to, and says when a video of its own shows something else. */
export function usePhotographs(view: View, rows: Rows): void {
  const page = usePage();
  const call = useCall();
  let asked = "";

  async function photograph(pictureId: string, source: (typeof SOURCES)[number]): Promise<void> {
    try {
      const track = call.media.track(source);
      if (!track) throw nothingToFreeze();
      const image = await photographOf(track);
      await page.http.send(`/api/v1/frozen-pictures/${pictureId}`, image);
    } catch (error) {
      page.refuse(error);
      // Who froze it waits for it. What is no longer waited for needs no such word.
      await page.connection.command("fail_photograph", { picture_id: pictureId }).catch(() => undefined);
    }
  }

  page.connection.views.listen(({ data }) => {
    if (data.type !== "annotations_view" || !data.photograph || data.photograph.picture_id === asked) return;
    asked = data.photograph.picture_id;
    void photograph(asked, data.photograph.source);
  });
  call.media.changed.listen((source) => {
    const surface = `${view.value?.own}.${source}`;
    if (!rows.value.some((one) => one.surface === surface)) return;
    page.connection.command("change_picture", { surface }).catch((error: unknown) => page.refuse(error));
  });
}
