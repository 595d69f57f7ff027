"""Throws inputs at every target: `make fuzz` a million of them in two processes; writes build/bench/fuzz.json.

An input is a find when anything but a typed refusal comes of it, when it takes long, or when memory grows. Finds lie in
build/fuzz; what was mended stays in the corpus.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import random
import resource
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.fuzz.mutate import Mutator
from tests.fuzz.targets import TARGETS, Target

OUT = Path("build/bench/fuzz.json")
FINDS = Path("build/fuzz")
PROCESSES = 2
SLOW_SECONDS = 0.25
"""Of the processor's time, for one input, and for the same once more."""
GROWTH_MEBIBYTES = 48
"""That the most memory ever used may grow in one target, once it has run a while."""


@dataclass
class Outcome:
    """How a target fared."""

    target: str
    inputs: int = 0
    seconds: float = 0.0
    slowest_ms: float = 0.0
    growth_mebibytes: float = 0.0
    finds: list[str] = field(default_factory=list)


def fuzz(target: Target, inputs: int, seed: int) -> Outcome:
    """Throws so many inputs at it, beginning with the corpus as it is."""
    chance = random.Random(f"{target.name} {seed}")
    corpus = target.corpus()
    mutator = Mutator(corpus, target.words, chance)
    outcome = Outcome(target.name)
    began, settled = time.thread_time(), 0.0
    done: list[bytes] = []
    seen: set[str] = set()
    take = target.fresh()
    for number in range(inputs):
        if number % target.renewed_every == 0:
            take, done = target.fresh(), []
        if number == inputs // 4:
            settled = _most_memory()
        data = corpus[number] if number < len(corpus) else mutator.next()
        done.append(data)
        started = time.thread_time()
        try:
            take(data)
        except Exception as problem:
            where = _where(problem)
            if where not in seen:
                seen.add(where)
                outcome.finds.append(_keep(target, done))
            take, done = target.fresh(), []
        took = time.thread_time() - started
        outcome.slowest_ms = max(outcome.slowest_ms, round(took * 1000, 1))
        if took > SLOW_SECONDS and (again := _time_again(target, done)) > SLOW_SECONDS:
            outcome.finds.append(_keep(target, done, f"{took:.2f} s, {again:.2f} s again"))
    outcome.inputs = inputs
    outcome.seconds = round(time.thread_time() - began, 1)
    outcome.growth_mebibytes = round(_most_memory() - settled, 1)
    if outcome.growth_mebibytes > GROWTH_MEBIBYTES:
        outcome.finds.append(f"{target.name}: memory grew by {outcome.growth_mebibytes} MiB")
    return outcome


def _time_again(target: Target, done: Sequence[bytes]) -> float:
    """Seconds that the last input takes once more, after the same others: a pause of the machine's comes once."""
    take = target.fresh()
    for data in done[:-1]:
        take(data)
    started = time.thread_time()
    take(done[-1])
    return time.thread_time() - started


def _where(problem: Exception) -> str:
    """What tells finds apart: the kind and the line it came from."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} {last.filename}:{last.lineno}"


def _keep(target: Target, done: Sequence[bytes], why: str = "") -> str:
    """Keeps the last input, and all since the part was made when it does nothing alone."""
    FINDS.mkdir(parents=True, exist_ok=True)
    why = why or traceback.format_exc()
    name = f"{target.name}-{hashlib.sha256(done[-1]).hexdigest()[:10]}"
    (FINDS / f"{name}.txt").write_text(why)
    try:
        target.fresh()(done[-1])
    except Exception:
        (FINDS / name).write_bytes(done[-1])
        return f"{name}: {why.splitlines()[-1]}"
    (FINDS / f"{name}.json").write_text(json.dumps([data.hex() for data in done]))
    return f"{name} after {len(done) - 1} others: {why.splitlines()[-1]}"


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _work(work: tuple[int, int, int, tuple[str, ...]]) -> list[Outcome]:
    inputs, seed, process, names = work
    chosen = [target for target in TARGETS if not names or target.name in names]
    total = sum(target.share for target in chosen)
    return [fuzz(target, round(inputs * target.share / total), seed * PROCESSES + process) for target in chosen]


def main() -> int:
    """Runs, prints, writes; 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--targets", nargs="*", default=())
    given = parser.parse_args()
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        work = [(given.inputs // PROCESSES, given.seed, process, tuple(given.targets)) for process in range(PROCESSES)]
        halves = pool.map(_work, work)
    outcomes = [_joined(*both) for both in zip(*halves, strict=True)]
    figures = {
        "inputs": sum(outcome.inputs for outcome in outcomes),
        "finds": sum(len(outcome.finds) for outcome in outcomes),
        "seconds": round(time.monotonic() - began, 1),
        "seed": given.seed,
        "targets": [asdict(outcome) for outcome in outcomes],
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n")
    for outcome in outcomes:
        print(f"{outcome.target:9} {outcome.inputs:8} inputs, slowest {outcome.slowest_ms:6} ms,", end=" ")
        print(f"{outcome.growth_mebibytes:5} MiB more, {len(outcome.finds)} finds")
        for find in outcome.finds[:10]:
            print(f"    {find}")
    print(f"{figures['inputs']} inputs in {figures['seconds']} s, {figures['finds']} finds")
    return 1 if figures["finds"] else 0


def _joined(one: Outcome, other: Outcome) -> Outcome:
    return Outcome(
        one.target,
        one.inputs + other.inputs,
        round(one.seconds + other.seconds, 1),
        max(one.slowest_ms, other.slowest_ms),
        max(one.growth_mebibytes, other.growth_mebibytes),
        one.finds + other.finds,
    )


if __name__ == "__main__":
    sys.exit(main())
