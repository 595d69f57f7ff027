import mandates from "@/features/mandates/messages/zh-CN.json";
import page from "@/features/page/messages/zh-CN.json";
import ticket from "@/features/ticket/messages/zh-CN.json";
import kit from "@/kit/messages/zh-CN.json";
import own from "../messages/zh-CN.json";

export default { ...mandates, ...page, ...kit, ...ticket, ...own };
