import { later, part } from "@/features/page/part";

/** What the page of a visit shows after its first question, or instead of it. */
export const AtPoint = part(() => import("./AtPoint.vue"));
export const CallbackRow = part(() => import("@/features/callback/CallbackRow.vue"));
export const CallbackScheduled = part(() => import("@/features/callback/CallbackScheduled.vue"));
export const Help = part(() => import("@/features/help/Help.vue"));
export const Kept = part(() => import("./Kept.vue"));
export const Offered = part(() => import("./Offered.vue"));
export const OwnActs = part(() => import("./OwnActs.vue"));
export const Ringing = part(() => import("@/features/callback/Ringing.vue"));

/** The visit behind that question, from the devices to the call. */
export const behind = later(() => import("./behind"));
