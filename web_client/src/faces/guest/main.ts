import { followLinks, takeLink } from "@/features/page/link";
import { startFace } from "@/features/page/startFace";
import type { Words } from "@/kit/i18n";
import GuestPage from "./GuestPage.vue";

const words = import.meta.glob<Words>("./languages/*.ts", { import: "default" });
takeLink();
followLinks();
void startFace(GuestPage, words);
