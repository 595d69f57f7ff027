import annotation from "@/features/annotation/messages/zh-CN.json";
import applicant from "@/features/applicant/messages/zh-CN.json";
import appointment from "@/features/appointment/messages/zh-CN.json";
import attention from "@/features/attention/messages/zh-CN.json";
import call from "@/features/call/messages/zh-CN.json";
import callback from "@/features/callback/messages/zh-CN.json";
import mandates from "@/features/mandates/messages/zh-CN.json";
import page from "@/features/page/messages/zh-CN.json";
import recording from "@/features/recording/messages/zh-CN.json";
import ticket from "@/features/ticket/messages/zh-CN.json";
import kit from "@/kit/messages/zh-CN.json";
import own from "../messages/zh-CN.json";

export default {
  ...applicant,
  ...appointment,
  ...attention,
  ...call,
  ...callback,
  ...mandates,
  ...page,
  ...recording,
  ...kit,
  ...ticket,
  ...annotation,
  ...own,
};
