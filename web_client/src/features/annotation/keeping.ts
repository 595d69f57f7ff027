import { until } from "@vueuse/core";
import { watch } from "vue";
import { paintedOver } from "@/core/capture/still";
import type { Keeping } from "@/core/protocol";
import { useOutgoing } from "@/features/case/outgoing";
import { usePage } from "@/features/page/page";
import { useAnnotation } from "./annotation";
import { lookOf, paint, painted } from "./paint";

/** Delivers the frozen picture as a page when the clerk asks for it: as it was taken, and with the drawing where that is wanted. */
export function useKeeping(): void {
  const annotation = useAnnotation();
  const outgoing = useOutgoing();
  const page = usePage();
  /** The picture that was kept last: kept again, what is on its way is known by it. */
  let fetched: { readonly url: string; readonly image: Blob } | null = null;

  async function keep(keeping: Keeping): Promise<void> {
    const { picture_url: url, material_id: materialId } = keeping;
    const surface = annotation.together?.surface;
    const strokes = annotation.rows.filter((one) => one.surface === surface).map(painted);
    const names = (annotation.view?.people ?? []).map((one) => one.name);
    if (fetched?.url !== url) fetched = { url, image: await page.http.bytes(url) };
    const { image } = fetched;
    const sent = () =>
      outgoing.all.find((one) => one.page.image === image && one.page.materialId === materialId);
    if (keeping.plain) {
      const former = sent();
      if (former) outgoing.again(former);
      else outgoing.send({ materialId, image, capture: "clerk_still", replaces: null });
    }
    if (!keeping.drawn || !strokes.length) return;
    const look = { ...lookOf(document.documentElement), largest: Number.POSITIVE_INFINITY };
    // The one without goes first, and is the first of the two; one that is not taken keeps this one back no longer.
    await until(() => [undefined, "refused"].includes(sent()?.state)).toBe(true);
    const over = await paintedOver(image, (context, width, height) =>
      paint(
        context,
        { left: 0, top: 0, width, height },
        false,
        { strokes, pointers: [], names, cross: null },
        look,
      ),
    );
    outgoing.send({ materialId, image: over, capture: "clerk_still_drawn", replaces: null });
  }

  watch(
    () => annotation.view?.session_id,
    () => {
      fetched = null;
    },
  );
  watch(
    () => annotation.view?.keeping?.keeping_id,
    (id) => {
      const keeping = annotation.view?.keeping;
      if (!id || !keeping) return;
      keep(keeping).catch((error: unknown) => page.refuse(error));
    },
  );
}
