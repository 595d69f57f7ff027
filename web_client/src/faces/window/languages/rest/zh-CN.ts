import annotation from "@/features/annotation/messages/zh-CN.json";
import appointment from "@/features/appointment/messages/zh-CN.json";
import attention from "@/features/attention/messages/zh-CN.json";
import call from "@/features/call/messages/zh-CN.json";
import caseFile from "@/features/case/messages/zh-CN.json";
import chat from "@/features/chat/messages/zh-CN.json";
import consultation from "@/features/consultation/messages/zh-CN.json";
import findings from "@/features/findings/messages/zh-CN.json";
import forms from "@/features/forms/messages/zh-CN.json";
import guests from "@/features/guests/messages/zh-CN.json";
import guidance from "@/features/guidance/messages/zh-CN.json";
import handon from "@/features/handon/messages/zh-CN.json";
import help from "@/features/help/messages/zh-CN.json";
import helping from "@/features/helping/messages/zh-CN.json";
import mandates from "@/features/mandates/messages/zh-CN.json";
import recording from "@/features/recording/messages/zh-CN.json";
import replay from "@/features/replay/messages/zh-CN.json";
import supplements from "@/features/supplements/messages/zh-CN.json";
import ticket from "@/features/ticket/messages/zh-CN.json";
import transfer from "@/features/transfer/messages/zh-CN.json";
import visitors from "@/features/visitors/messages/zh-CN.json";
import own from "../../messages/zh-CN.json";

export default {
  ...annotation,
  ...appointment,
  ...attention,
  ...call,
  ...caseFile,
  ...chat,
  ...consultation,
  ...findings,
  ...forms,
  ...guests,
  ...guidance,
  ...handon,
  ...help,
  ...helping,
  ...mandates,
  ...recording,
  ...replay,
  ...supplements,
  ...ticket,
  ...transfer,
  ...visitors,
  ...own,
};
