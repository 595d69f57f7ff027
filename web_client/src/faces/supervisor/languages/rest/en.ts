import annotation from "@/features/annotation/messages/en.json";
import attention from "@/features/attention/messages/en.json";
import bookable from "@/features/bookable/messages/en.json";
import call from "@/features/call/messages/en.json";
import chat from "@/features/chat/messages/en.json";
import duty from "@/features/duty/messages/en.json";
import handon from "@/features/handon/messages/en.json";
import help from "@/features/help/messages/en.json";
import helping from "@/features/helping/messages/en.json";
import recording from "@/features/recording/messages/en.json";
import own from "../../messages/en.json";

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
