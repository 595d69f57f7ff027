import annotation from "@/features/annotation/messages/en.json";
import applicant from "@/features/applicant/messages/en.json";
import appointment from "@/features/appointment/messages/en.json";
import attention from "@/features/attention/messages/en.json";
import call from "@/features/call/messages/en.json";
import callback from "@/features/callback/messages/en.json";
import caseFile from "@/features/case/messages/en.json";
import chat from "@/features/chat/messages/en.json";
import findings from "@/features/findings/messages/en.json";
import forms from "@/features/forms/messages/en.json";
import guidance from "@/features/guidance/messages/en.json";
import handon from "@/features/handon/messages/en.json";
import help from "@/features/help/messages/en.json";
import helping from "@/features/helping/messages/en.json";
import publicBooking from "@/features/publicBooking/messages/en.json";
import recording from "@/features/recording/messages/en.json";
import supplements from "@/features/supplements/messages/en.json";
import transfer from "@/features/transfer/messages/en.json";

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
