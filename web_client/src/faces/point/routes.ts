import type { RouteRecordRaw } from "vue-router";
import { FROM_THE_TICKET } from "@/features/applicant/steps";
import ApplyItem from "@/features/ticket/ApplyItem.vue";
import ChooseItem from "@/features/ticket/ChooseItem.vue";

export const ROUTES: readonly RouteRecordRaw[] = [
  { path: "/", name: "choose", component: ChooseItem, meta: { step: "choose" } },
  { path: "/items/:itemId", name: "item", component: ApplyItem, props: true, meta: { step: "choose" } },
  ...FROM_THE_TICKET,
];
