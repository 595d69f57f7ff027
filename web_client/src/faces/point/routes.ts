import type { RouteRecordRaw } from "vue-router";
import { FROM_THE_TICKET } from "@/features/applicant/steps";
import Appointments from "@/features/appointment/Appointments.vue";
import Booked from "@/features/appointment/Booked.vue";
import BookItem from "@/features/appointment/BookItem.vue";
import Home from "./Home.vue";
import Item from "./Item.vue";

export const ROUTES: readonly RouteRecordRaw[] = [
  { path: "/", name: "choose", component: Home, meta: { step: "choose" } },
  { path: "/items/:itemId", name: "item", component: Item, props: true, meta: { step: "choose" } },
  { path: "/items/:itemId/book", name: "book", component: BookItem, props: true, meta: { step: "choose" } },
  { path: "/appointments", name: "appointments", component: Appointments, meta: { step: "choose" } },
  {
    path: "/appointments/:appointmentId",
    name: "appointment",
    component: Booked,
    props: true,
    meta: { step: "choose" },
  },
  {
    path: "/supplements/:caseId",
    name: "supplement",
    component: () => import("./Supplement.vue"),
    props: true,
    meta: { step: "choose" },
  },
  {
    path: "/supplement-search",
    name: "find-supplement",
    component: () => import("./FindSupplement.vue"),
    meta: { step: "choose" },
  },
  {
    path: "/found-supplements/:supplementId",
    name: "found-supplement",
    component: () => import("./FoundSupplement.vue"),
    props: true,
    meta: { step: "choose" },
  },
  ...FROM_THE_TICKET,
];
