"""Where a program that is driven speaks to its driver: the descriptor of ESHM_PEER_FD, else stdout. See cpp/voice.hpp."""

from __future__ import annotations

import os

_voice = open(int(os.environ.get("ESHM_PEER_FD", "1")), "w", closefd=False)


def say(*words: object) -> None:
    print(*words, file=_voice, flush=True)
