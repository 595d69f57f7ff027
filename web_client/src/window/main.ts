import { createApp } from "vue";
import "../ui/tokens.css";
import ClerkWindow from "./ClerkWindow.vue";

createApp(ClerkWindow).mount("#app");
