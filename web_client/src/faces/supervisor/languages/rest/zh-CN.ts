import annotation from "@/features/annotation/messages/zh-CN.json";
import attention from "@/features/attention/messages/zh-CN.json";
import bookable from "@/features/bookable/messages/zh-CN.json";
import call from "@/features/call/messages/zh-CN.json";
import chat from "@/features/chat/messages/zh-CN.json";
import duty from "@/features/duty/messages/zh-CN.json";
import handon from "@/features/handon/messages/zh-CN.json";
import help from "@/features/help/messages/zh-CN.json";
import helping from "@/features/helping/messages/zh-CN.json";
import recording from "@/features/recording/messages/zh-CN.json";
import own from "../../messages/zh-CN.json";

export default {
  ...annotation,
  ...attention,
  ...bookable,
  ...call,
  ...chat,
  ...duty,
  ...handon,
  ...help,
  ...helping,
  ...recording,
  ...own,
};
