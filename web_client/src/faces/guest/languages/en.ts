import annotation from "@/features/annotation/messages/en.json";
import applicant from "@/features/applicant/messages/en.json";
import attention from "@/features/attention/messages/en.json";
import call from "@/features/call/messages/en.json";
import help from "@/features/help/messages/en.json";
import page from "@/features/page/messages/en.json";
import recording from "@/features/recording/messages/en.json";
import kit from "@/kit/messages/en.json";
import own from "../messages/en.json";

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
