import entry from "@/features/entry/messages/zh-CN.json";
import page from "@/features/page/messages/zh-CN.json";
import kit from "@/kit/messages/zh-CN.json";

export default { ...entry, ...page, ...kit };
