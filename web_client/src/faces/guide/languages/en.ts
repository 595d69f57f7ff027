import kit from "@/kit/messages/en.json";
import own from "../messages/en.json";

export default { ...kit, ...own };
