import call from "@/features/call/messages/zh-CN.json";
import caseFile from "@/features/case/messages/zh-CN.json";
import page from "@/features/page/messages/zh-CN.json";
import kit from "@/kit/messages/zh-CN.json";
import own from "../messages/zh-CN.json";

export default { ...kit, ...page, ...call, ...caseFile, ...own };
