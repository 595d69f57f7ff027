import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection, type LinkState } from "./connection";
import type { Refusal } from "./refusal";

/** The browser's WebSocket with a server that answers only when the test says so. */
class Wire {
  static all: Wire[] = [];
  readonly sent: { type: string; id: number; token?: string }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;

  constructor() {
    Wire.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  answer(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** Opens the socket and signs the page in. */
  welcome(): void {
    this.onopen?.();
    this.answer({ type: "done", id: 0, result: null });
  }

  last(): { type: string; id: number; token?: string } {
    const found = this.sent.at(-1);
    if (!found) throw new Error("nothing was sent");
    return found;
  }
}

function newest(): Wire {
  const found = Wire.all.at(-1);
  if (!found) throw new Error("nothing was opened");
  return found;
}

describe("Connection", () => {
  let token = "first";
  let renews = 0;
  let states: LinkState[] = [];
  let connection: Connection;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Wire);
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    Wire.all = [];
    token = "first";
    renews = 0;
    states = [];
    const credentials = {
      get token() {
        return token;
      },
      renew: async () => {
        renews += 1;
        return true;
      },
    };
    connection = new Connection(
      credentials,
      () => "zh-CN",
      () => "ws://test/",
    );
    connection.state.listen((state) => states.push(state));
    connection.open();
  });

  afterEach(() => {
    connection.close();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("signs in first and sends afterwards what was asked before", async () => {
    const result = connection.command("finish_visit", { ticket_id: "t1" });
    expect(newest().sent).toEqual([]);
    newest().welcome();
    expect(newest().sent.map((one) => one.type)).toEqual(["authenticate", "finish_visit"]);
    newest().answer({ type: "done", id: newest().last().id, result: null });
    await expect(result).resolves.toBeNull();
  });

  it("refuses what was sent and not answered when the link breaks, but repeats what may be repeated", async () => {
    newest().welcome();
    const once = connection.command("cancel_ticket", { ticket_id: "t1" });
    const again = connection.command("enter_call", { ticket_id: "t1" });
    newest().onclose?.({ code: 1006 });
    await expect(once).rejects.toMatchObject({ code: "unreachable" });
    await vi.advanceTimersByTimeAsync(0);
    newest().welcome();
    expect(Wire.all).toHaveLength(2);
    expect(newest().last().type).toBe("enter_call");
    newest().answer({ type: "done", id: newest().last().id, result: null });
    await expect(again).resolves.toBeNull();
  });

  it("passes the server's refusal on", async () => {
    newest().welcome();
    const refused: Promise<Refusal> = connection.command("call_next", {}).then(
      () => expect.unreachable(),
      (refusal) => refusal,
    );
    newest().answer({ type: "refused", id: newest().last().id, code: "window_closed", message: "请先开窗" });
    expect(await refused).toMatchObject({ code: "window_closed", text: { zh: "请先开窗" } });
  });

  it("keeps an answered link, telling the server the newest token at each heartbeat", async () => {
    newest().welcome();
    token = "second";
    for (let heartbeat = 0; heartbeat < 4; heartbeat++) {
      await vi.advanceTimersByTimeAsync(5_000);
      expect(newest().last()).toMatchObject({ type: "authenticate", token: "second" });
      newest().answer({ type: "done", id: newest().last().id, result: null });
      await vi.advanceTimersByTimeAsync(0);
    }
    await vi.advanceTimersByTimeAsync(4_900);
    expect(Wire.all).toHaveLength(1);
    expect(connection.current).toBe("open");
  });

  it("tells of another language at once", async () => {
    newest().welcome();
    const before = newest().last();
    connection.tell();
    expect(newest().last()).not.toBe(before);
    expect(newest().last()).toMatchObject({ type: "authenticate", token: "first" });
  });

  it("gives a silent link up four seconds after a heartbeat and connects anew", async () => {
    newest().welcome();
    const silent = newest();
    await vi.advanceTimersByTimeAsync(5_000 + 3_999);
    expect(silent.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(silent.closed).toBe(true);
    // The fake clock gives a timer that is set during a tick one millisecond.
    await vi.advanceTimersByTimeAsync(1);
    expect(Wire.all).toHaveLength(2);
    newest().welcome();
    // What the given-up link left behind does not harm the new one.
    await vi.advanceTimersByTimeAsync(4_900);
    expect(Wire.all).toHaveLength(2);
    expect(connection.current).toBe("open");
  });

  it("gives an open link two seconds to prove itself when it is suspected", async () => {
    newest().welcome();
    connection.check();
    newest().answer({ type: "done", id: newest().last().id, result: null });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(Wire.all).toHaveLength(1);
    connection.check();
    await vi.advanceTimersByTimeAsync(2_001);
    expect(Wire.all).toHaveLength(2);
  });

  it("tries again and again while the network is away, and at once when it is back", async () => {
    newest().welcome();
    newest().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(0);
    const begun: number[] = [];
    for (let tenth = 0; tenth < 450; tenth++) {
      const before = Wire.all.length;
      await vi.advanceTimersByTimeAsync(100);
      if (Wire.all.length > before) begun.push(tenth / 10);
    }
    const gaps = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
    expect(begun.length).toBeGreaterThanOrEqual(7);
    expect(gaps.filter((gap) => gap > 4.5).length).toBeLessThanOrEqual(begun.length / 3);
    const before = Wire.all.length;
    dispatchEvent(new Event("online"));
    expect(Wire.all).toHaveLength(before + 1);
    newest().welcome();
    expect(connection.current).toBe("open");
  });

  it("keeps the link when the server fails, and says what it says", async () => {
    newest().welcome();
    const failures: Refusal[] = [];
    connection.failures.listen((failure) => failures.push(failure));
    const refused = connection.command("make_form", { case_id: "c1" });
    const failed = { code: "internal_error", message: "服务器出错，编号 k3n8qv。", reference: "k3n8qv" };
    newest().answer({ type: "refused", id: newest().last().id, ...failed });
    await expect(refused).rejects.toMatchObject({ code: "internal_error", text: { zh: failed.message } });
    newest().answer({ type: "failed", topic: "point", ...failed });
    expect(failures).toMatchObject([{ code: "internal_error", text: { zh: failed.message } }]);
    await vi.advanceTimersByTimeAsync(5_000);
    newest().answer({ type: "refused", id: newest().last().id, ...failed });
    await vi.advanceTimersByTimeAsync(4_900);
    expect(Wire.all).toHaveLength(1);
    expect(connection.current).toBe("open");
    expect(renews).toBe(0);
  });

  it("stays signed in while the server is too busy to look who asks", async () => {
    newest().welcome();
    await vi.advanceTimersByTimeAsync(5_000);
    const busy = { code: "database_busy", message: "系统繁忙，请稍后再试。" };
    newest().answer({ type: "refused", id: newest().last().id, ...busy, reference: null });
    await vi.advanceTimersByTimeAsync(4_900);
    expect(Wire.all).toHaveLength(1);
    expect(connection.current).toBe("open");
    expect(renews).toBe(0);
  });

  it("does not send people to the network cable while heartbeats are answered", async () => {
    newest().welcome();
    const hanging = expect(connection.command("make_form", { case_id: "c1" })).rejects.toMatchObject({
      code: "late",
    });
    for (let heartbeat = 0; heartbeat < 3; heartbeat++) {
      await vi.advanceTimersByTimeAsync(5_000);
      newest().answer({ type: "done", id: newest().last().id, result: null });
    }
    await hanging;
  });

  it("renews the token when a heartbeat is refused, and comes back", async () => {
    newest().welcome();
    await vi.advanceTimersByTimeAsync(5_000);
    newest().answer({ type: "refused", id: newest().last().id, code: "unauthenticated", message: "请登录" });
    await vi.advanceTimersByTimeAsync(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(renews).toBe(1);
    expect(Wire.all).toHaveLength(2);
  });

  it("does not fight for a page that was opened elsewhere", async () => {
    newest().welcome();
    newest().onclose?.({ code: 4409 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Wire.all).toHaveLength(1);
    expect(states.at(-1)).toBe("replaced");
  });

  it("looks at the same case again when the page is taken up here after another had it", async () => {
    connection.open();
    newest().welcome();
    void connection.watch("case-1").catch(() => undefined);
    newest().onclose?.({ code: 4409 });
    connection.open();
    newest().welcome();
    expect(newest().sent).toContainEqual(expect.objectContaining({ type: "watch", case_id: "case-1" }));
  });
});
