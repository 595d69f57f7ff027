import attention from "@/features/attention/messages/zh-CN.json";
import bookable from "@/features/bookable/messages/zh-CN.json";
import call from "@/features/call/messages/zh-CN.json";
import chat from "@/features/chat/messages/zh-CN.json";
import duty from "@/features/duty/messages/zh-CN.json";
import entry from "@/features/entry/messages/zh-CN.json";
import handon from "@/features/handon/messages/zh-CN.json";
import help from "@/features/help/messages/zh-CN.json";
import helping from "@/features/helping/messages/zh-CN.json";
import page from "@/features/page/messages/zh-CN.json";
import recording from "@/features/recording/messages/zh-CN.json";
import kit from "@/kit/messages/zh-CN.json";

import own from "../messages/zh-CN.json";

export default {
  ...kit,
  ...page,
  ...helping,
  ...help,
  ...entry,
  ...bookable,
  ...duty,
  ...call,
  ...chat,
  ...recording,
  ...attention,
  ...handon,
  ...own,
};
