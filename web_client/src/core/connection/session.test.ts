import { beforeEach, expect, test, vi } from "vitest";
import { Session } from "./session";

const MAY = { access_token: "token", expires_at: new Date(Date.now() + 3_600_000).toISOString() };
let answers: Record<string, () => Promise<Response>>;
let asked: string[];

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  asked = [];
  answers = {
    "/api/v1/sign-in": async () => Response.json(MAY),
    "/api/v1/sign-out": async () => Response.json({}),
    "/api/v1/token": async () => Response.json({ code: "unauthenticated", message: {} }, { status: 401 }),
    "/api/v1/visit-entrance": async () => Response.json(MAY),
  };
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    return answers[path]?.();
  });
});

const made = () => new Session(() => "zh-CN");

test("a sign-in is expected back until it is signed out or its renewal is refused", async () => {
  const session = made();
  expect(session.expected).toBe(false);
  await session.signIn("clerk", "secret");
  expect(made().expected).toBe(true);
  await session.signOut();
  expect(made().expected).toBe(false);
  await session.signIn("clerk", "secret");
  expect(await made().renew()).toBe(false);
  expect(made().expected).toBe(false);
});

test("a renewal that does not get through leaves it expected", async () => {
  await made().signIn("clerk", "secret");
  answers["/api/v1/token"] = () => Promise.reject(new TypeError("no network"));
  await expect(made().renew()).rejects.toThrow();
  expect(made().expected).toBe(true);
});

test("a link is expected of nobody who opens the page of an account", async () => {
  await made().enter("0123456789abcdef0123456789abcdef");
  expect(made().expected).toBe(false);
});

test("a renewal that is refused late does not end the sign-in that was made meanwhile", async () => {
  const session = made();
  let answer: (response: Response) => void = () => undefined;
  answers["/api/v1/token"] = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const renewed = session.renew();
  const signedIn = session.signIn("clerk", "secret");
  answer(Response.json({ code: "unauthenticated", message: {} }, { status: 401 }));
  expect(await renewed).toBe(false);
  await signedIn;
  expect(session.token).toBe("token");
  expect(asked).toEqual(["/api/v1/token", "/api/v1/sign-in"]);
});
