import { defineStore } from "pinia";
import { shallowRef } from "vue";
import type { HelpRequestView } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** Who asks for help: this page's own call, or the calls of a supervisor's sites. */
export const useHelping = defineStore("helping", () => {
  const page = usePage();
  const requests = shallowRef<readonly HelpRequestView[]>([]);

  page.connection.views.listen(({ data }) => {
    if (data.type === "help_view") requests.value = data.requests;
  });
  page.session.changed.listen((body) => {
    if (!body) requests.value = [];
  });
  return { requests };
});
