import { createApp } from "vue";
import "@/kit/tokens.css";
import Point from "./Point.vue";

createApp(Point).mount("#app");
