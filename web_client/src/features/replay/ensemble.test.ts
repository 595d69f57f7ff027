import { expect, test } from "vitest";
import { Ensemble, type Player } from "./ensemble";

/** A media element in virtual time: `pass` lets it play, and a jump takes `slow` seconds to load. */
class Tape implements Player {
  playbackRate = 1;
  paused = true;
  seeking = false;
  readyState = 4;
  jumps = 0;
  #at = 0;
  #loading = 0;

  constructor(
    readonly length: number,
    readonly slow = 0,
    readonly drift = 0,
  ) {}

  get currentTime(): number {
    return this.#at;
  }

  set currentTime(at: number) {
    this.jumps += 1;
    this.#at = at;
    this.#loading = this.slow;
    this.seeking = this.slow > 0;
    this.readyState = this.slow > 0 ? 1 : 4;
  }

  get ended(): boolean {
    return this.#at >= this.length;
  }

  async play(): Promise<void> {
    this.paused = false;
  }

  pause(): void {
    this.paused = true;
  }

  pass(seconds: number): void {
    this.#loading -= seconds;
    if (this.seeking && this.#loading <= 0) {
      this.seeking = false;
      this.readyState = 4;
    }
    if (!this.paused && !this.seeking)
      this.#at = Math.min(this.length, this.#at + seconds * this.playbackRate * (1 + this.drift));
  }
}

class Room {
  now = 100;
  constructor(
    readonly ensemble: Ensemble,
    readonly tapes: Tape[],
  ) {}

  run(seconds: number, watch: () => void = () => undefined): void {
    for (let passed = 0; passed < seconds - 0.01; passed += 0.04) {
      this.now += 0.04;
      for (const tape of this.tapes) tape.pass(0.04);
      this.ensemble.step(this.now);
      watch();
    }
  }
}

function room(...tapes: [Tape, number][]): Room {
  const ensemble = new Ensemble(20);
  for (const [tape, start] of tapes) ensemble.join(tape, start, start + tape.length);
  return new Room(
    ensemble,
    tapes.map(([tape]) => tape),
  );
}

test("players with clocks of their own stay in step without jumping", () => {
  const fast = new Tape(20, 0, 0.01);
  const slow = new Tape(20, 0, -0.01);
  const hall = room([fast, 0], [slow, 0]);
  hall.ensemble.play();
  let apart = 0;
  hall.run(15, () => {
    apart = Math.max(apart, Math.abs(fast.currentTime - slow.currentTime));
  });
  expect(hall.ensemble.position).toBeCloseTo(15, 0);
  expect(apart).toBeLessThan(0.09);
  expect(fast.jumps + slow.jumps).toBe(0);
});

test("a track that begins later and ends earlier plays only while it lasts", () => {
  const whole = new Tape(20);
  const part = new Tape(5);
  const hall = room([whole, 0], [part, 4]);
  hall.ensemble.play();
  hall.run(3);
  expect([whole.paused, part.paused]).toEqual([false, true]);
  hall.run(3);
  expect(part.paused).toBe(false);
  expect(part.currentTime).toBeCloseTo(hall.ensemble.position - 4, 1);
  hall.run(6);
  expect(part.paused).toBe(true);
  hall.run(10);
  expect([hall.ensemble.position, hall.ensemble.playing, whole.paused]).toEqual([20, false, true]);
});

test("outside its time a track stands at its beginning or its end", () => {
  const whole = new Tape(20);
  const part = new Tape(5);
  const hall = room([whole, 0], [part, 4]);
  hall.ensemble.seek(6);
  hall.run(0.1);
  expect(part.currentTime).toBe(2);
  hall.ensemble.seek(1);
  hall.run(0.1);
  expect(part.currentTime).toBe(0);
  hall.ensemble.seek(15);
  hall.run(0.1);
  expect([part.currentTime, whole.currentTime]).toEqual([5, 15]);
});

test("a jump goes to the same moment everywhere, and whoever loads holds the others", () => {
  const quick = new Tape(20);
  const slow = new Tape(18, 0.5);
  const hall = room([quick, 0], [slow, 2]);
  hall.ensemble.play();
  hall.run(1);
  hall.ensemble.seek(10);
  hall.run(0.3);
  expect([hall.ensemble.waiting, quick.paused, hall.ensemble.position]).toEqual([true, true, 10]);
  expect([quick.currentTime, slow.currentTime]).toEqual([10, 8]);
  hall.run(1.5);
  expect(hall.ensemble.waiting).toBe(false);
  expect(hall.ensemble.position).toBeGreaterThan(10.8);
  expect(Math.abs(quick.currentTime - slow.currentTime - 2)).toBeLessThan(0.05);
});

test("standing still, a jump shows the moment asked for", () => {
  const tape = new Tape(20, 0.1);
  const hall = room([tape, 0]);
  hall.run(0.2);
  hall.ensemble.seek(7);
  hall.run(0.4);
  expect([tape.currentTime, tape.paused, hall.ensemble.position]).toEqual([7, true, 7]);
  hall.ensemble.seek(-3);
  hall.run(0.4);
  expect(hall.ensemble.position).toBe(0);
});

test("the speed is everybody's", () => {
  const tape = new Tape(20);
  const hall = room([tape, 0]);
  hall.ensemble.rate = 2;
  hall.ensemble.play();
  hall.run(4);
  expect(hall.ensemble.position).toBeCloseTo(8, 0);
  expect(Math.abs(tape.currentTime - hall.ensemble.position)).toBeLessThan(0.15);
  expect(tape.jumps).toBe(0);
});

test("a player that failed holds nobody", () => {
  const good = new Tape(20);
  const bad = new Tape(20);
  bad.readyState = 0;
  const hall = room([good, 0], [bad, 0]);
  hall.ensemble.play();
  hall.run(1);
  expect(hall.ensemble.waiting).toBe(true);
  hall.ensemble.leave(bad);
  hall.run(1);
  expect(hall.ensemble.position).toBeGreaterThan(0.8);
});

test("a voice that stands while it should play is left, and said; a picture is waited for", () => {
  const [picture, voice, mute] = [new Tape(20), new Tape(20), new Tape(20, 0, -1)];
  const slow = new Tape(20, 0, -1);
  const ensemble = new Ensemble(20);
  ensemble.join(picture, 0, 20);
  ensemble.join(slow, 0, 20);
  ensemble.join(voice, 0, 20, true);
  ensemble.join(mute, 0, 20, true);
  const left: Player[] = [];
  ensemble.play();
  for (let now = 100; now < 108; now += 0.04) {
    for (const tape of [picture, voice, mute, slow]) tape.pass(0.04);
    left.push(...ensemble.step(now));
    // Paused for long, nobody moves, and nobody is to.
    if (now > 101 && now < 104) ensemble.pause();
    else ensemble.play();
  }
  expect(left).toEqual([mute]);
  expect(mute.paused).toBe(true);
  expect(voice.currentTime).toBeGreaterThan(4);
});

test("played to its end it begins again; closed it is silent", () => {
  const tape = new Tape(20);
  const hall = room([tape, 0]);
  hall.ensemble.seek(20);
  hall.ensemble.play();
  hall.run(1);
  expect(hall.ensemble.position).toBeLessThan(1.1);
  hall.ensemble.close();
  expect(tape.paused).toBe(true);
});
