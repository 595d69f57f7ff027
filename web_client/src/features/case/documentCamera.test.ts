import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp, h } from "vue";
import { useCall } from "@/features/call/call";
import DocumentCamera from "./DocumentCamera.vue";

const CAMERAS = ["mat", "desk"].map((deviceId) => ({ deviceId, kind: "videoinput", label: deviceId }));
const turns = () => new Promise((resolve) => setTimeout(resolve));
/** A camera as a browser gives it, reduced to what is asked of it. */
const camera = () => {
  const track = { kind: "video", stop: vi.fn() };
  const tracks = { getTracks: () => [track], getVideoTracks: () => [track] };
  return { track, stream: Object.assign(Object.create(MediaStream.prototype), tracks) as object };
};
let given: ((stream: object) => void)[];
let send: ReturnType<typeof vi.spyOn>;
let host: HTMLElement;
let unmount: () => void;

beforeEach(async () => {
  given = [];
  localStorage.setItem("cloud-window-document-camera", "mat");
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", {
    mediaDevices: Object.assign(new EventTarget(), {
      enumerateDevices: async () => CAMERAS,
      getUserMedia: () => new Promise((resolve) => given.push(resolve)),
    }),
  });
  const pinia = createPinia();
  setActivePinia(pinia);
  send = vi.spyOn(useCall().media, "send").mockResolvedValue(undefined);
  host = document.body.appendChild(document.createElement("div"));
  const app = createApp({ render: () => h(DocumentCamera, { name: "纸", sheet: "a4", lies: null }) });
  app.use(pinia).mount(host);
  unmount = () => {
    app.unmount();
    host.remove();
  };
  await turns();
});
afterEach(() => {
  localStorage.clear();
  vi.unstubAllGlobals();
});

test("a camera that the system gives after the dialog was closed is ended, and shown to nobody", async () => {
  unmount();
  const { track, stream } = camera();
  given[0]?.(stream);
  await turns();
  expect(track.stop).toHaveBeenCalled();
  expect(send).not.toHaveBeenCalledWith("document", track);
});

test("of two cameras that were chosen one after the other only the last one goes on", async () => {
  const select = host.querySelector("select");
  if (select) select.value = "desk";
  select?.dispatchEvent(new Event("change"));
  await turns();
  const [mat, desk] = [camera(), camera()];
  given[1]?.(desk.stream);
  given[0]?.(mat.stream);
  await turns();
  expect(mat.track.stop).toHaveBeenCalled();
  expect(desk.track.stop).not.toHaveBeenCalled();
  expect(send).toHaveBeenLastCalledWith("document", desk.track);
  unmount();
  expect(desk.track.stop).toHaveBeenCalled();
});
