"""Steady traffic for the chaos runner: eshm_traffic.cpp in Python. Grammar in test/chaos/traffic.ts.

    traffic.py master|slave NAME INSTANCE PERIOD_MS [OPTION=VALUE ...]
"""

from __future__ import annotations

import ctypes
import mmap
import os
import random
import select
import signal
import struct
import sys
import time
import zlib
from typing import Callable, List, Optional, Tuple

from eshm import ESHM, EshmError, Role
from peer import OPTIONS
from voice import say

HEAD = 16
MOST = 4096
QUIET_NS = 10_000_000
PATTERN = bytes(range(256)) * 18
DATA_AT, WRITE_COUNT_AT = 8, 4104


def make_message(instance: int, number: int, size: int) -> bytes:
    head = struct.pack("<III", instance, number & 0xFFFFFFFF, size)
    start = (number + HEAD) & 255
    fill = PATTERN[start : start + size - HEAD]
    return head + struct.pack("<I", zlib.crc32(head + fill)) + fill


def is_good(data: bytes) -> bool:
    if len(data) < HEAD:
        return False
    _, _, size, crc = struct.unpack("<IIII", data[:HEAD])
    return size == len(data) and crc == zlib.crc32(data[:12] + data[HEAD:])


def derive_key(name: str) -> int:
    key = 0
    for byte in name.encode():
        key = (key * 33 + (byte - 256 if byte > 127 else byte)) & 0xFFFFFFFF
    return key - (1 << 32) if key >> 31 else key


def map_segment(name: str) -> Tuple[int, Callable[[], object]]:
    """Where the segment of this name is mapped anew, and how to let go of it. ESHM_PEER_SHM says in which place it is."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.environ.get("ESHM_PEER_SHM", "system-v") == "system-v":
        libc.shmat.restype = ctypes.c_void_p
        address = libc.shmat(libc.shmget(ctypes.c_int(derive_key(name)), ctypes.c_size_t(0), 0), None, 0)
        return address, lambda: libc.shmdt(ctypes.c_void_p(address))
    # By hand, because an mmap object is unmapped as soon as nobody refers to it.
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    with open("/dev/shm/eshm_" + name.replace("/", "_"), "r+b") as file:
        size = os.fstat(file.fileno()).st_size
        mapped = libc.mmap(None, size, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED, file.fileno(), 0)
    return mapped, lambda: libc.munmap(ctypes.c_void_p(mapped), ctypes.c_size_t(size))


def steps_of_write(name: str, role: str, data: bytes) -> List[Callable[[], object]]:
    """The steps of a write by hand, numbered as in steps-write of eshm_peer.cpp; the library goes on behind them."""
    address, release = map_segment(name)
    channel = address + (128 if role == "master" else 4352)
    half = len(data) // 2

    def add(kind: type, at: int) -> None:
        kind.from_address(channel + at).value += 1

    def set_size() -> None:
        ctypes.c_uint32.from_address(channel + 4).value = len(data)

    def count() -> None:
        add(ctypes.c_uint64, WRITE_COUNT_AT)
        release()

    return [
        lambda: add(ctypes.c_uint32, 0),
        lambda: ctypes.memmove(channel + DATA_AT, data, half),
        lambda: ctypes.memmove(channel + DATA_AT + half, data[half:], len(data) - half),
        set_size,
        lambda: add(ctypes.c_uint32, 0),
        count,
    ]


def die_in_write(name: str, role: str, data: bytes, step: int) -> None:
    """Writes by hand as far as `step`, then dies of SIGKILL."""
    for do in steps_of_write(name, role, data)[:step]:
        do()
    os.kill(os.getpid(), signal.SIGKILL)


def stall(name: str, role: str, data: bytes, step: int, ms: int) -> None:
    """Writes by hand, and stands still after `step` for so long; the library's threads beat meanwhile."""
    for number, do in enumerate(steps_of_write(name, role, data), 1):
        do()
        if number == step:
            say("stalled", time.monotonic_ns())
            time.sleep(ms / 1000)
    say("resumed", time.monotonic_ns())


class Traffic:
    def __init__(self, role: str, name: str, instance: int, period_ms: int, options: dict) -> None:
        self.role, self.name, self.instance, self.period_ms = role, name, instance, period_ms
        self.options = options
        self.number = 0
        self.random = random.Random(instance)
        self.last_from = 0
        self.last_said = 0
        self.stale = False

    def open(self) -> ESHM:
        while True:
            try:
                return ESHM(self.name, Role[self.role.upper()], **self.options)
            except EshmError as error:
                if self.role == "master":
                    say("error", error)
                    sys.exit(3)
                time.sleep(0.01)  # a slave waits for its master

    def next(self) -> bytes:
        self.number += 1
        return make_message(self.instance, self.number, self.random.randint(HEAD, MOST))

    def check(self, data: bytes) -> None:
        now = time.monotonic_ns()
        if not data:
            say("empty", now)
        elif not is_good(data):
            say("torn size", len(data))
        else:
            sender = struct.unpack("<I", data[:4])[0]
            if sender != self.last_from or now - self.last_said >= QUIET_NS:
                self.last_from, self.last_said = sender, now
                say("good", sender, now)

    def watch(self, channel: ESHM) -> None:
        stale = not channel.is_remote_alive()
        if stale != self.stale:
            self.stale = stale
            say("stale" if stale else "recovered", time.monotonic_ns())

    def step(self, channel: ESHM) -> None:
        try:
            self.check(channel.read(MOST, 2))
        except (TimeoutError, EshmError):
            time.sleep(0.0001)

    def command(self) -> Optional[str]:
        if not select.select([sys.stdin], [], [], 0)[0]:
            return None
        return sys.stdin.readline().strip() or "quit"

    def run(self) -> None:
        with self.open() as channel:
            say("open", time.monotonic_ns())
            due = 0.0
            while True:
                command = self.command()
                if command == "quit":
                    break
                if command is not None and command.startswith("die "):
                    die_in_write(self.name, self.role, self.next(), int(command.split()[1]))
                if command is not None and command.startswith("stall "):
                    stall(self.name, self.role, self.next(), *map(int, command.split()[1:]))
                if time.monotonic() >= due:
                    try:
                        channel.write(self.next())
                    except (TimeoutError, EshmError):
                        pass
                    due = time.monotonic() + self.period_ms / 1000
                self.step(channel)
                self.watch(channel)
        say("bye")


if __name__ == "__main__":
    pairs = (word.split("=") for word in sys.argv[5:])
    settings = {OPTIONS[key]: int(value) for key, value in pairs}
    Traffic(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), settings).run()
