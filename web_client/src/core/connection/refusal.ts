import type { Bilingual } from "@/core/protocol";

/** What the server, the link or a device did not do, with a stable code and a sentence for people in both languages. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly code: string,
    readonly text: Bilingual,
    readonly status = 0,
  ) {
    super(text.en);
  }

  /** A refusal from the server, which sends one sentence, in the language of the page. */
  static fromServer(code: string, message: string, status = 0): Refusal {
    return new Refusal(code, { zh: message, en: message }, status);
  }
}

/** The server did not answer. */
export function unreachable(): Refusal {
  return new Refusal("unreachable", {
    zh: "连不上服务器。请检查网线或无线网络，页面会自动重新连接。",
    en: "The server cannot be reached. Check the network cable or Wi-Fi; this page reconnects by itself.",
  });
}

/** The link is there, and the server has not answered in time. */
export function late(): Refusal {
  return new Refusal("late", {
    zh: "服务器没有及时回答，操作可能已经完成。请先看页面上的状态，再决定是否重试。",
    en: "The server did not answer in time; it may have been done all the same. Look at the page before you try again.",
  });
}

/** A form was over or left before what somebody wrote last in these fields was stored. */
export function notKept(fields: readonly Bilingual[]): Refusal {
  const zh = fields.map((one) => one.zh).join("、");
  const en = fields.map((one) => one.en).join(", ");
  return new Refusal("not_kept", {
    zh: `最后填写的内容没有保存：${zh}。申请表当时已经结束或关闭。请核对已保存的内容；需要修改的，请窗口人员重新打开申请表。`,
    en: `The last entries were not saved: ${en}. The form was finished or closed by then. Check what was kept; the clerk can open the form again.`,
  });
}

/** The answer was not what the protocol says. */
export function garbled(): Refusal {
  return new Refusal("garbled", {
    zh: "服务器的回答无法识别，请稍后再试。",
    en: "The server's answer could not be understood. Please try again shortly.",
  });
}

/** Nobody is signed in any more. */
export function signedOut(): Refusal {
  return new Refusal(
    "signed_out",
    { zh: "登录已失效，请重新登录。", en: "You are signed out. Please sign in again." },
    401,
  );
}

/** Any error as a refusal that can be shown. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  console.error(error);
  return new Refusal("unexpected", {
    zh: "出现了意外问题，请再试一次；仍不行请联系管理员。",
    en: "Something unexpected went wrong. Try again; if it stays, call the administrator.",
  });
}
