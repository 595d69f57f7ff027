import call from "@/features/call/messages/en.json";

export default { ...call };
