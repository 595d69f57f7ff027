/** All that a visit needs behind its first page: the call with its devices, and what leads there. */
export { default as News } from "@/features/attention/News.vue";
export { default as CallQuality } from "@/features/call/CallQuality.vue";
export { default as CallTrouble } from "@/features/call/CallTrouble.vue";
export { default as DeviceCheck } from "@/features/call/DeviceCheck.vue";
export { default as Voices } from "@/features/call/Voices.vue";
export { default as Steps } from "./Steps.vue";
export { default as Walk } from "./Walk.vue";
