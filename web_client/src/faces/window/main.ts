import { createApp } from "vue";
import "@/kit/tokens.css";
import ClerkWindow from "./ClerkWindow.vue";

createApp(ClerkWindow).mount("#app");
