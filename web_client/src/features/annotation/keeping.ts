import { until } from "@vueuse/core";
import { watch } from "vue";
import { paintedOver } from "@/core/capture/still";
import { useOutgoing } from "@/features/case/outgoing";
import { usePage } from "@/features/page/page";
import { useAnnotation } from "./annotation";
import { lookOf, paint, painted } from "./paint";

/** Delivers the frozen picture as a page when the clerk asks for it: as it was taken, and with the drawing where that is wanted. */
export function useKeeping(): void {
  const annotation = useAnnotation();
  const outgoing = useOutgoing();
  const page = usePage();

  async function keep(url: string, materialId: string, drawn: boolean): Promise<void> {
    const surface = annotation.together?.surface;
    const strokes = annotation.rows.filter((one) => one.surface === surface).map(painted);
    const names = (annotation.view?.people ?? []).map((one) => one.name);
    const image = await page.http.bytes(url);
    const send = (picture: Blob) =>
      outgoing.send({ materialId, image: picture, capture: "clerk_still", replaces: null });
    send(image);
    if (!drawn || !strokes.length) return;
    const look = { ...lookOf(document.documentElement), largest: Number.POSITIVE_INFINITY };
    // The one without goes first, and is the first of the two.
    await until(() => outgoing.all.some((one) => one.page.image === image)).toBe(false);
    const over = await paintedOver(image, (context, width, height) =>
      paint(
        context,
        { left: 0, top: 0, width, height },
        false,
        { strokes, pointers: [], names, cross: null },
        look,
      ),
    );
    send(over);
  }

  watch(
    () => annotation.view?.keeping?.keeping_id,
    (id) => {
      const keeping = annotation.view?.keeping;
      if (!id || !keeping) return;
      keep(keeping.picture_url, keeping.material_id, keeping.drawn).catch((error: unknown) =>
        page.refuse(error),
      );
    },
  );
}
