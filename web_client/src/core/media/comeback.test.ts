import { describe, expect, it } from "vitest";
import { Comeback, type Step } from "./comeback";

/** What is done in each quarter of a second, with the time, waits left out. */
function run(
  comeback: Comeback,
  from: number,
  seconds: number,
  peer: RTCPeerConnectionState,
): [number, Step][] {
  const done: [number, Step][] = [];
  for (let now = from; now < from + seconds * 1000; now += 250) {
    const step = comeback.step(now, peer);
    if (step !== "wait") done.push([now, step]);
  }
  return done;
}

function lost(): Comeback {
  const comeback = new Comeback();
  comeback.back();
  comeback.lost();
  return comeback;
}

describe("Comeback", () => {
  it("does nothing while the connection carries", () => {
    const comeback = new Comeback();
    comeback.back();
    expect(run(comeback, 0, 60, "connected")).toEqual([]);
  });

  it("asks every second whether the server is there, and tears nothing down while it is not", () => {
    const steps = run(lost(), 0, 45, "disconnected");
    expect(steps).toHaveLength(45);
    expect(new Set(steps.map(([, step]) => step))).toEqual(new Set(["probe"]));
  });

  it("renews the paths of a failed connection at once, and again when that fails", () => {
    const restarts = run(lost(), 0, 10, "failed").filter(([, step]) => step === "restart");
    expect(restarts.map(([now]) => now)).toEqual([0, 4000, 8000]);
  });

  it("makes another connection when the server is there and this one does not come back by itself", () => {
    const comeback = lost();
    comeback.reached(1000);
    const [now] = run(comeback, 1000, 5, "disconnected").find(([, step]) => step === "anew") ?? [];
    expect(now).toBe(2500);
  });

  it("keeps a connection that comes back in time", () => {
    const comeback = lost();
    comeback.reached(1000);
    run(comeback, 1000, 1.25, "disconnected");
    comeback.back();
    expect(run(comeback, 2250, 10, "connected")).toEqual([]);
  });

  it("forgets what it knew of the server when the link is lost again", () => {
    const comeback = lost();
    comeback.reached(0);
    comeback.back();
    comeback.lost();
    expect(run(comeback, 10_000, 5, "disconnected").map(([, step]) => step)).not.toContain("anew");
  });

  it("gives a new connection six seconds before it makes the next", () => {
    const comeback = new Comeback();
    comeback.lost();
    expect(comeback.step(0, null)).toBe("anew");
    comeback.adopted(500);
    const [now] = run(comeback, 500, 10, "connecting").find(([, step]) => step === "anew") ?? [];
    expect(now).toBe(6500);
  });

  it("offers again after a second, after four when the server refused, at once when told to hurry", () => {
    const comeback = new Comeback();
    comeback.lost();
    comeback.failed(0, false);
    expect([comeback.step(750, null), comeback.step(1000, null)]).toEqual(["wait", "anew"]);
    comeback.failed(1000, true);
    expect([comeback.step(4750, null), comeback.step(5000, null)]).toEqual(["wait", "anew"]);
    comeback.failed(5000, true);
    comeback.hurry();
    expect(comeback.step(5000, null)).toBe("anew");
  });
});
