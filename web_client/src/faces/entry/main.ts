import { createApp } from "vue";
import "@/kit/tokens.css";
import Door from "./Door.vue";

createApp(Door).mount("#app");
