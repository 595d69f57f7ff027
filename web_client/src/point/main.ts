import { createApp } from "vue";
import "../ui/tokens.css";
import Point from "./Point.vue";

createApp(Point).mount("#app");
