"""The line-driven peer of eshm_peer.cpp in Python: see there for the grammar.

Commands: open, write, read, alive, stats, burst, drain, echo, items-again, items-send, items-receive, lib, close, quit.
"""

from __future__ import annotations

import struct
import sys
import time
import urllib.parse
from typing import Callable, Dict, List, Optional

import eshm
import items
from eshm import ESHM, EshmError
from voice import say

OPTIONS = {
    "threshold": "stale_threshold_ms",
    "behavior": "disconnect_behavior",
    "wait": "reconnect_wait_ms",
    "retry": "reconnect_retry_interval_ms",
    "attempts": "max_reconnect_attempts",
    "cleanup": "auto_cleanup",
    "threads": "use_threads",
}
BUFFER_SIZE = 65536


def checksum(number: bytes, fill: bytes) -> int:
    value = 2166136261
    for byte in number + fill:
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def burst_message(number: int, size: int) -> bytes:
    head = struct.pack("<I", number)
    fill = bytes((number + i) & 255 for i in range(8, size))
    return head + struct.pack("<I", checksum(head, fill)) + fill


def is_intact(message: bytes) -> bool:
    return len(message) >= 8 and struct.unpack("<I", message[4:8])[0] == checksum(message[:4], message[8:])


class Peer:
    def __init__(self) -> None:
        self.channel: Optional[ESHM] = None

    def get(self) -> ESHM:
        if self.channel is None:
            raise EshmError(eshm.NOT_INITIALIZED)
        return self.channel

    def open(self, role: str, name: str, *options: str) -> str:
        if self.channel is not None:
            raise ValueError("already open")
        settings: Dict[str, int] = {}
        for option in options:
            key, value = option.split("=")
            if key != "watch":
                settings[OPTIONS[key]] = int(value)
        decoded = urllib.parse.unquote(name)
        self.channel = ESHM(decoded, eshm.Role[role.upper()], **settings)
        return f"ok role={int(self.channel.get_role())}"

    def write(self, data: str) -> str:
        self.get().write(b"" if data == "-" else bytes.fromhex(data))
        return "ok"

    def read(self, timeout_ms: str, buffer_size: str = str(BUFFER_SIZE)) -> str:
        return f"data {self.get().read(int(buffer_size), int(timeout_ms)).hex() or '-'}"

    def alive(self) -> str:
        return f"alive {int(self.get().is_remote_alive())}"

    def stats(self) -> str:
        return "stats " + " ".join(f"{key}={int(value)}" for key, value in self.get().get_stats().items())

    def burst(self, count: str, size: str, gap_us: str = "0") -> str:
        if int(size) < 8:
            raise ValueError("a burst message has at least 8 bytes")
        for number in range(int(count)):
            self.get().write(burst_message(number, int(size)))
            if int(gap_us):
                time.sleep(int(gap_us) / 1e6)
        return f"ok sent={count}"

    def drain(self, timeout_ms: str) -> str:
        messages = bad = lost = repeated = backward = 0
        last = -1
        newest = time.monotonic()
        while True:
            try:
                message = self.get().read(BUFFER_SIZE, int(timeout_ms))
            except (TimeoutError, EshmError):
                # Stale for a moment, perhaps: more may come.
                if time.monotonic() - newest < int(timeout_ms) / 1000:
                    time.sleep(0.001)
                    continue
                order = f"lost={lost} repeated={repeated} backward={backward}"
                return f"ok messages={messages} bad={bad} last={max(last, 0)} {order}"
            newest = time.monotonic()
            messages += 1
            bad += not is_intact(message)
            if len(message) < 8:
                continue
            number = struct.unpack("<I", message[:4])[0]
            repeated += number == last
            backward += number < last
            lost += max(0, number - last - 1)
            last = number

    def echo(self, count: str, timeout_ms: str) -> str:
        for _ in range(int(count)):
            self.get().write(self.get().read(BUFFER_SIZE, int(timeout_ms)))
        return f"ok echoed={count}"

    def items_again(self, dialect: str, data: str) -> str:
        return f"data {items.encode(items.decode(bytes.fromhex(data)), dialect).hex()}"

    def items_send(self, dialect: str, count: str, gap_us: str) -> str:
        due = time.monotonic()
        for counter in range(int(count)):
            self.get().write(items.encode(items.telemetry(counter, "Python"), dialect))
            due += int(gap_us) / 1e6
            time.sleep(max(0.0, due - time.monotonic()))
        return f"ok sent={count}"

    def items_receive(self, last: str, timeout_ms: str) -> str:
        read = wrong = malformed = 0
        counter = -1
        while counter < int(last):
            message = self.get().read(BUFFER_SIZE, int(timeout_ms))
            read += 1
            try:
                found = items.decode(message)
            except ValueError:
                malformed += 1
                continue
            before, counter = counter, int(found[0][2])
            wrong += counter < before or found[:4] != items.telemetry(counter, "")[:4]
        return f"ok read={read} wrong={wrong} malformed={malformed}"

    def lib(self) -> str:
        return f"lib {eshm.library_path()}"

    def close(self) -> str:
        if self.channel is not None:
            self.channel.close()
        self.channel = None
        return "ok"

    quit = close


COMMANDS = (
    *("open", "write", "read", "alive", "stats", "burst", "drain", "echo", "lib", "close", "quit"),
    *("items-again", "items-send", "items-receive"),
)


def answer(peer: Peer, command: str, words: List[str]) -> str:
    if command not in COMMANDS:
        return f"error usage unknown command {command}"
    act: Callable[..., str] = getattr(peer, command.replace("-", "_"))
    try:
        return act(*words)
    except TimeoutError as error:
        return f"error {eshm.TIMEOUT} {error}"
    except EshmError as error:
        return f"error {error.code} {error}"
    except (TypeError, ValueError, KeyError) as error:
        return f"error usage {error}"


def main() -> None:
    peer = Peer()
    for line in sys.stdin:
        words = line.split()
        if not words:
            continue
        say(answer(peer, words[0], words[1:]))
        if words[0] == "quit":
            return
    peer.close()


if __name__ == "__main__":
    main()
