import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import { Listing } from "@/core/connection/listing";
import type { ChatMessage, ChatView } from "@/core/protocol";
import { usePage } from "@/features/page/page";
import { ownPhrases } from "@/features/page/phrases";

/** The chat of the page's call: what was written, how far it was read, and the phrases of one's own. */
export const useChat = defineStore("chat", () => {
  const page = usePage();
  const view = shallowRef<ChatView | null>(null);
  const messages = shallowRef<readonly ChatMessage[]>([]);
  const open = ref(false);
  const draft = ref("");
  const listing = new Listing<ChatMessage>(
    (message) => message.message_id,
    (one, other) => one.number - other.number,
  );

  const unread = computed(() => {
    const seen = view.value?.seen_by_you ?? 0;
    return messages.value.filter((one) => !one.mine && one.number > seen).length;
  });

  function changed(now: ChatView): void {
    const another = now.session_id !== view.value?.session_id;
    if (!listing.take(now)) page.connection.restart();
    view.value = now;
    messages.value = listing.rows;
    if (another) {
      open.value = false;
      draft.value = "";
    }
    // Who cannot be heard writes: the first words must not wait behind a button.
    if (unread.value === messages.value.length && unread.value > 0) open.value = true;
  }

  page.connection.views.listen(({ data }) => {
    if (data.type === "chat_view") changed(data);
  });
  page.session.changed.listen((body) => {
    if (body) return;
    view.value = null;
    messages.value = [];
    open.value = false;
  });

  /** Sends a text; whether it was sent. */
  async function send(text: string): Promise<boolean> {
    if (text.trim() === "") return false;
    page.refusal = null;
    try {
      await page.connection.command("say_in_chat", { text });
      return true;
    } catch (error) {
      page.refuse(error);
      return false;
    }
  }

  /** Says that everything is on the screen. */
  async function markSeen(): Promise<void> {
    const last = messages.value.at(-1)?.number ?? 0;
    if (unread.value > 0) await page.command("mark_chat_seen", { number: last });
  }

  return { view, messages, open, draft, unread, send, markSeen, ...ownPhrases("/api/v1/chat-phrases") };
});
