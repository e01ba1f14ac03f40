"""People at once, each of whom goes round the pages of their role, with a pause to read between two of them."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.visitors.person import Person

THINK_S = (1.0, 3.0)  # quicker than people read


@dataclass(frozen=True)
class Went:
    """How it went: the milliseconds of every page, and what went wrong."""

    milliseconds: Sequence[float]
    errors: Sequence[str]
    slowest: Sequence[tuple[float, str]]


def at_once(host: str, port: int, rounds: Mapping[str, Sequence[str]], people: int, seconds: float, seed: int) -> Went:
    """So many people, the roles in turn, for so long; all come in the first seconds."""
    milliseconds: list[float] = []
    errors: list[str] = []
    slowest: list[tuple[float, str]] = []
    kept = threading.Lock()
    until = time.monotonic() + seconds

    def goes_round(number: int) -> None:
        chance = random.Random(seed + number)
        names = sorted(rounds)
        name = names[number % len(names)]
        person = Person(host, port, name, "zh-CN" if number % 2 else "en-GB")
        try:
            time.sleep(chance.uniform(0, THINK_S[1]))
            taken = person.signs_in()
            with kept:
                milliseconds.append(taken)
            while time.monotonic() < until:
                path = chance.choice(rounds[name])
                status, taken = person.visit(path)
                with kept:
                    milliseconds.append(taken)
                    slowest.append((taken, path))
                    if status != 200:
                        errors.append(f"{name} {path}: {status}")
                time.sleep(chance.uniform(*THINK_S))
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            with kept:
                errors.append(f"{name}: {error!r}")
        finally:
            person.leaves()

    threads = [threading.Thread(target=goes_round, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Went(milliseconds, errors, sorted(slowest, reverse=True)[:5])
