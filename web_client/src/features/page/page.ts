import { defineStore } from "pinia";
import { computed, markRaw, ref, type ShallowRef, shallowRef, watch } from "vue";
import { type CommandOf, Connection, type LinkState } from "@/core/connection/connection";
import { Http } from "@/core/connection/http";
import { asRefusal, type Refusal } from "@/core/connection/refusal";
import { Session } from "@/core/connection/session";
import type { AnyCommand, Results, SignedInBody } from "@/core/protocol";
import { language, say } from "@/kit/i18n";

const BY_LINK = new Set(["visitor", "guest", "sender"]);

/** One open page: who is signed in, its link to the server, and the last refusal. */
export const usePage = defineStore("page", () => {
  const session = markRaw(new Session(() => language.value));
  const http = markRaw(new Http(session, () => language.value));
  const connection = markRaw(new Connection(session, () => language.value));
  const signedIn = shallowRef<SignedInBody | null>(null);
  const link = ref<LinkState>("closed");
  const refusal = shallowRef<Refusal | null>(null);

  session.changed.listen((body) => {
    signedIn.value = body;
    // What was refused at the desk is nothing to who signs in next.
    if (!body) refusal.value = null;
  });
  connection.state.listen((state) => {
    link.value = state;
  });
  connection.failures.listen(refuse);
  watch(language, () => connection.tell());

  /** Whether somebody came by a link, without an account. */
  const visiting = computed(() => signedIn.value?.staff.roles.some((one) => BY_LINK.has(one)) ?? false);
  /** What a refusal says, in the page's language. */
  const complaint = computed(() => refusal.value && say(refusal.value.text));

  /** Shows why something could not be done; what fails after the sign-in is over is not shown under the next one. */
  function refuse(error: unknown): void {
    if (signedIn.value) refusal.value = asRefusal(error);
  }

  /** Carries a command out; a refusal is shown, and null is the answer. */
  async function command<T extends AnyCommand["type"]>(
    type: T,
    fields: CommandOf<T>,
  ): Promise<Results[T] | null> {
    refusal.value = null;
    return connection.command(type, fields).catch((error: unknown) => {
      refuse(error);
      return null;
    });
  }

  const signOut = () => session.signOut().catch(refuse);
  return {
    session,
    http,
    connection,
    signedIn,
    visiting,
    link,
    refusal,
    complaint,
    ...useLink(session, connection),
    refuse,
    command,
    ...useStart(session, refusal),
    signOut,
  };
});

/** The link is there while somebody is signed in; a page that cannot hear it yet holds it: what is told first is told once. */
function useLink(session: Session, connection: Connection) {
  let held = false;

  function hold(): void {
    held = true;
  }

  function attend(): void {
    held = false;
    if (session.signedIn) connection.open();
  }

  session.changed.listen((body) => {
    if (!body) connection.close();
    else if (!held) connection.open();
  });
  return { hold, attend };
}

/**
 * The first moment of a page: it comes back by the cookie of an earlier sign-in, if there is one. Where none is expected
 * the sign-in is there meanwhile: over a slow line, to ask first costs as long as a file.
 */
function useStart(session: Session, refusal: ShallowRef<Refusal | null>) {
  const starting = ref(session.expected);

  async function start(): Promise<void> {
    await session.renew().catch((error: unknown) => {
      refusal.value = asRefusal(error);
    });
    starting.value = false;
  }

  return { starting, start };
}
