import { createApp } from "vue";
import "@/kit/tokens.css";
import Supervisor from "./Supervisor.vue";

createApp(Supervisor).mount("#app");
