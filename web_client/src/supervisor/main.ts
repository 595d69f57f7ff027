import { createApp } from "vue";
import "../ui/tokens.css";
import Supervisor from "./Supervisor.vue";

createApp(Supervisor).mount("#app");
