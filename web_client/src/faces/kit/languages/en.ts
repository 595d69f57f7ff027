import call from "@/features/call/messages/en.json";
import caseFile from "@/features/case/messages/en.json";
import page from "@/features/page/messages/en.json";
import kit from "@/kit/messages/en.json";
import own from "../messages/en.json";

export default { ...kit, ...page, ...call, ...caseFile, ...own };
