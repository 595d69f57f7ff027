import type words from "./zh-CN.json";

type Words = typeof words;

declare module "@/kit/i18n/messages" {
  interface Messages extends Words {}
}
