import call from "@/features/call/messages/zh-CN.json";

export default { ...call };
