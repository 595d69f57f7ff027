import { part } from "@/features/page/part";

/** What is photographed while one waits. */
export const PAPERS = part(() => import("@/features/case/Papers.vue"));
