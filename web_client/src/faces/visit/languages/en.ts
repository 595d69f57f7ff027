import mandates from "@/features/mandates/messages/en.json";
import page from "@/features/page/messages/en.json";
import ticket from "@/features/ticket/messages/en.json";
import kit from "@/kit/messages/en.json";
import own from "../messages/en.json";

export default { ...mandates, ...page, ...kit, ...ticket, ...own };
