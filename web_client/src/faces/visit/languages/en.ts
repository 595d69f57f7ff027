import annotation from "@/features/annotation/messages/en.json";
import applicant from "@/features/applicant/messages/en.json";
import appointment from "@/features/appointment/messages/en.json";
import attention from "@/features/attention/messages/en.json";
import call from "@/features/call/messages/en.json";
import callback from "@/features/callback/messages/en.json";
import mandates from "@/features/mandates/messages/en.json";
import page from "@/features/page/messages/en.json";
import recording from "@/features/recording/messages/en.json";
import ticket from "@/features/ticket/messages/en.json";
import kit from "@/kit/messages/en.json";
import own from "../messages/en.json";

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
