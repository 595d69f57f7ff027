import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";
import type { PointView } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { useForm } from "./form";

/** What a point sees of its visit: the ticket, its place, the session. */
export const usePoint = defineStore("point", () => {
  const page = usePage();
  // From the start: what a reload has kept is wiped when the sign-in ends, on whatever page that is.
  useForm();
  const view = shallowRef<PointView | null>(null);
  /** Whether the ticket is about to be given up, and it is asked whether it should. */
  const givingUp = ref(false);
  page.connection.views.listen(({ data }) => {
    if (data.type === "point_view") view.value = data;
  });
  page.session.changed.listen((body) => {
    if (!body) view.value = null;
  });
  return { view, givingUp };
});
