import { defineStore } from "pinia";
import { shallowRef } from "vue";
import type { InvitationView } from "@/core/protocol";
import { usePage } from "@/features/page/page";

/** The clerk's own invitations that have not ended, the newest first. */
export const useInvitations = defineStore("invitations", () => {
  const page = usePage();
  const all = shallowRef<readonly InvitationView[]>([]);
  page.connection.views.listen(({ data }) => {
    if (data.type === "invitations_view") all.value = data.invitations;
  });
  page.session.changed.listen((body) => {
    if (!body) all.value = [];
  });
  return { all };
});
