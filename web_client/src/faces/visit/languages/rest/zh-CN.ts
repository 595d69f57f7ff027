import annotation from "@/features/annotation/messages/zh-CN.json";
import applicant from "@/features/applicant/messages/zh-CN.json";
import appointment from "@/features/appointment/messages/zh-CN.json";
import attention from "@/features/attention/messages/zh-CN.json";
import call from "@/features/call/messages/zh-CN.json";
import callback from "@/features/callback/messages/zh-CN.json";
import caseFile from "@/features/case/messages/zh-CN.json";
import chat from "@/features/chat/messages/zh-CN.json";
import findings from "@/features/findings/messages/zh-CN.json";
import forms from "@/features/forms/messages/zh-CN.json";
import guidance from "@/features/guidance/messages/zh-CN.json";
import handon from "@/features/handon/messages/zh-CN.json";
import help from "@/features/help/messages/zh-CN.json";
import helping from "@/features/helping/messages/zh-CN.json";
import publicBooking from "@/features/publicBooking/messages/zh-CN.json";
import recording from "@/features/recording/messages/zh-CN.json";
import supplements from "@/features/supplements/messages/zh-CN.json";
import transfer from "@/features/transfer/messages/zh-CN.json";

export default {
  ...annotation,
  ...applicant,
  ...appointment,
  ...attention,
  ...call,
  ...callback,
  ...recording,
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
