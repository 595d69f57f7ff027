import { createApp } from "vue";
import "../ui/tokens.css";
import Door from "./Door.vue";

createApp(Door).mount("#app");
