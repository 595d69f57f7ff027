import kit from "@/kit/messages/zh-CN.json";
import own from "../messages/zh-CN.json";

export default { ...kit, ...own };
