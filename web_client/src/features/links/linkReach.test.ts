import { afterEach, expect, test } from "vitest";
import { createApp, h } from "vue";
import { setLanguage } from "@/kit/i18n";
import LinkReach from "./LinkReach.vue";

let unmount: () => void;
afterEach(() => unmount());

function said(address: string): string {
  setLanguage("zh-CN");
  const host = document.createElement("div");
  const app = createApp({ render: () => h(LinkReach, { address }) });
  app.mount(host);
  unmount = () => app.unmount();
  return host.textContent ?? "";
}

test.each(["http://127.0.0.1:8080/visit#a", "http://localhost:8080/visit#a", "http://[::1]:8080/visit#a"])(
  "of %s it is said that nobody else opens it",
  (address) => expect(said(address)).toContain("只能在这台电脑上打开"),
);

test.each(["https://192.0.2.2:8443/visit#a", "https://window.example.cn/visit#a"])(
  "%s can be sent",
  (address) => expect(said(address)).toBe(""),
);
