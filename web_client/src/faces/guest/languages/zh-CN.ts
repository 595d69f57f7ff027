import annotation from "@/features/annotation/messages/zh-CN.json";
import applicant from "@/features/applicant/messages/zh-CN.json";
import attention from "@/features/attention/messages/zh-CN.json";
import call from "@/features/call/messages/zh-CN.json";
import help from "@/features/help/messages/zh-CN.json";
import page from "@/features/page/messages/zh-CN.json";
import recording from "@/features/recording/messages/zh-CN.json";
import kit from "@/kit/messages/zh-CN.json";
import own from "../messages/zh-CN.json";

export default {
  ...kit,
  ...page,
  ...applicant,
  ...annotation,
  ...attention,
  ...call,
  ...help,
  ...recording,
  ...own,
};
