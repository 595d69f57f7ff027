import caseFile from "@/features/case/messages/zh-CN.json";
import chat from "@/features/chat/messages/zh-CN.json";
import findings from "@/features/findings/messages/zh-CN.json";
import forms from "@/features/forms/messages/zh-CN.json";
import guidance from "@/features/guidance/messages/zh-CN.json";
import handon from "@/features/handon/messages/zh-CN.json";
import help from "@/features/help/messages/zh-CN.json";
import helping from "@/features/helping/messages/zh-CN.json";
import publicBooking from "@/features/publicBooking/messages/zh-CN.json";
import supplements from "@/features/supplements/messages/zh-CN.json";
import transfer from "@/features/transfer/messages/zh-CN.json";

export default {
  ...transfer,
  ...caseFile,
  ...chat,
  ...findings,
  ...forms,
  ...guidance,
  ...handon,
  ...help,
  ...helping,
  ...publicBooking,
  ...supplements,
};
