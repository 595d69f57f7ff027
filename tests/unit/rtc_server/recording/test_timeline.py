from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from rtc_server.recording.timeline import SourceClock, align


@dataclass
class Sender:
    """A source with a clock of its own; `late` seconds pass between a frame and its packet at best."""

    rate: int
    every: float
    late: float
    drift: float = 0.0
    jitter: float = 0.004
    wall: float = 3_973_000_000.0
    first: int = 0xFFFF_F000
    stall: tuple[float, float] = (0.0, 0.0)
    """Second and length of a time in which the network held everything back."""

    def timestamp(self, seconds: float) -> int:
        return (self.first + round(seconds * (1 + self.drift) * self.rate)) & 0xFFFFFFFF

    def run(self, seconds: float, seed: int, *, reports: bool = True) -> tuple[SourceClock, list[tuple[float, float]]]:
        """The clock that watched it, and (when a frame was made, when its packet arrived)."""
        draw, clock, frames, arrived = random.Random(seed), SourceClock(self.rate), [], 0.0
        due = 0.5
        for number in range(int(seconds / self.every)):
            made = number * self.every
            arrival = made + self.late + draw.expovariate(1 / self.jitter)
            begins, lasts = self.stall
            if begins <= arrival < begins + lasts:
                arrival = begins + lasts + (arrival - begins) * 0.01
            arrived = max(arrived, arrival)
            clock.observe(self.timestamp(made), arrived)
            frames.append((made, arrived))
            if reports and made >= due:
                due += 1.0
                clock.report(self.wall + made, self.timestamp(made), arrived)
        return clock, frames


def errors(sender: Sender, clock: SourceClock, frames: list[tuple[float, float]]) -> list[float]:
    return [clock.seconds(sender.timestamp(made), arrival) - made for made, arrival in frames]


@pytest.mark.parametrize("drift", [-300e-6, 0.0, 300e-6])
@pytest.mark.parametrize("seed", range(3))
def test_camera_and_microphone_of_one_participant_stay_in_step(drift: float, seed: int) -> None:
    microphone = Sender(48000, 0.02, late=0.03, drift=drift)
    camera = Sender(90000, 0.04, late=0.28, drift=-drift, jitter=0.03, stall=(40.0, 2.0))
    sound, heard = microphone.run(120, seed)
    picture, seen = camera.run(120, seed + 10)
    align({0: sound, 1: picture}, [[0, 1]])
    of_sound, of_picture = errors(microphone, sound, heard), errors(camera, picture, seen)
    assert max(of_picture) - min(of_sound) < 0.04
    assert max(of_sound) - min(of_picture) < 0.04
    assert abs(sum(of_sound) / len(of_sound) - 0.03) < 0.01


def test_without_reports_the_quickest_arrivals_decide() -> None:
    camera = Sender(90000, 0.04, late=0.02, jitter=0.05)
    clock, frames = camera.run(60, 5, reports=False)
    align({0: clock}, [[0]])
    found = errors(camera, clock, frames)
    assert 0.015 < min(found) <= max(found) < 0.06


def test_participants_share_the_recordings_clock_whatever_their_wall_clocks_say() -> None:
    one, other = Sender(48000, 0.02, late=0.02), Sender(48000, 0.02, late=0.02, wall=1_000.0, first=7)
    first, heard = one.run(30, 1)
    second, also = other.run(30, 2)
    align({0: first, 1: second}, [[0], [1]])
    assert max(errors(one, first, heard)) - min(errors(other, second, also)) < 0.02


def test_sender_that_slept_goes_on_at_its_place() -> None:
    clock = SourceClock(48000)
    frames = [(number * 0.02, number * 960) for number in range(500)]
    # Ten minutes asleep: the timestamps stand still meanwhile, then jump anywhere.
    frames += [(610 + number * 0.02, 480_000 + number * 960) for number in range(500)]
    frames += [(640 + number * 0.02, 0x7000_0000 + number * 960) for number in range(500)]
    for arrival, timestamp in frames:
        clock.observe(timestamp, arrival)
    align({0: clock}, [[0]])
    assert max(abs(clock.seconds(timestamp, arrival) - arrival) for arrival, timestamp in frames) < 0.001


def test_reports_of_a_broken_clock_are_not_believed() -> None:
    microphone, camera = Sender(48000, 0.02, late=0.02), Sender(90000, 0.04, late=0.05, wall=3_973_007_200.0)
    sound, heard = microphone.run(30, 1)
    picture, seen = camera.run(30, 2)
    align({0: sound, 1: picture}, [[0, 1]])
    assert max(abs(error) for error in errors(microphone, sound, heard) + errors(camera, picture, seen)) < 0.08


def test_twelve_hours_pass_the_wrap_of_the_timestamps() -> None:
    clock, frames = SourceClock(90000), []
    for minute in range(14 * 60):
        arrival = minute * 60.0
        frames.append(((1 << 31) + round(arrival * 90000) & 0xFFFFFFFF, arrival))
        clock.observe(*frames[-1])
    align({0: clock}, [[0]])
    assert max(abs(clock.seconds(*frame) - frame[1]) for frame in frames) < 0.001
