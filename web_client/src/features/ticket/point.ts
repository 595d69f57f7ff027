import { defineStore } from "pinia";
import { shallowRef } from "vue";
import type { PointView } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** What a point sees of its visit: the ticket, its place, the session. */
export const usePoint = defineStore("point", () => {
  const page = usePage();
  const view = shallowRef<PointView | null>(null);
  page.connection.views.listen(({ data }) => {
    if (data.type === "point_view") view.value = data;
  });
  page.session.changed.listen((body) => {
    if (!body) view.value = null;
  });
  return { view };
});
