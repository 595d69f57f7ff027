import type { RouteRecordRaw } from "vue-router";
import { FROM_THE_TICKET } from "@/features/applicant/steps";
import { part } from "@/features/page/part";

export const ROUTES: readonly RouteRecordRaw[] = [
  { path: "/", name: "choose", component: part(() => import("./Home.vue")), meta: { step: "choose" } },
  {
    path: "/items/:itemId",
    name: "item",
    component: part(() => import("./Item.vue")),
    props: true,
    meta: { step: "choose" },
  },
  {
    path: "/items/:itemId/book",
    name: "book",
    component: part(() => import("@/features/appointment/BookItem.vue")),
    props: true,
    meta: { step: "choose" },
  },
  {
    path: "/appointments",
    name: "appointments",
    component: part(() => import("@/features/appointment/Appointments.vue")),
    meta: { step: "choose" },
  },
  {
    path: "/appointments/:appointmentId",
    name: "appointment",
    component: part(() => import("@/features/appointment/Booked.vue")),
    props: true,
    meta: { step: "choose" },
  },
  {
    path: "/supplements/:caseId",
    name: "supplement",
    component: part(() => import("./Supplement.vue")),
    props: true,
    meta: { step: "choose" },
  },
  {
    path: "/supplement-search",
    name: "find-supplement",
    component: part(() => import("./FindSupplement.vue")),
    meta: { step: "choose" },
  },
  {
    path: "/found-supplements/:supplementId",
    name: "found-supplement",
    component: part(() => import("./FoundSupplement.vue")),
    props: true,
    meta: { step: "choose" },
  },
  ...FROM_THE_TICKET,
];
