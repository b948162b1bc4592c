"""What the two demo programs share: arguments, signals, printing."""

from __future__ import annotations

import argparse
import signal
import sys
import time


class Stop:
    """Set by SIGINT and SIGTERM; the loops look at it and leave in good order."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True

    def sleep(self, ms: float) -> None:
        end = time.monotonic() + ms / 1000
        while not self.asked and time.monotonic() < end:
            time.sleep(min(0.05, max(0.0, end - time.monotonic())))


def arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("name", nargs="?", default="eshm1")
    parser.add_argument("--count", type=int, default=0, help="messages; 0: until Ctrl-C")
    parser.add_argument("--interval", type=float, default=500, help="milliseconds between messages")
    return parser.parse_args()


def say(line: str) -> None:
    # In one piece, also where PYTHONUNBUFFERED is set: the library may print from its threads.
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def text(data: bytes) -> str:
    """As the C++ programs print it: up to the first NUL."""
    return data.split(b"\0", 1)[0].decode(errors="backslashreplace")
