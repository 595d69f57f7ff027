import entry from "@/features/entry/messages/en.json";
import page from "@/features/page/messages/en.json";
import kit from "@/kit/messages/en.json";

export default { ...entry, ...page, ...kit };
