"""ESHM for Python: the original's wrapper class over the C library, through ctypes.

The library is the one ESHM_LIB names, else the one that test/peers/build.ts has put beside the programs
(ESHM_BUILT_LIB, or the newest under build/peers).
"""

from __future__ import annotations

import ctypes
import enum
import os
import pathlib
from typing import Dict, Optional


class Role(enum.IntEnum):
    MASTER = 0
    SLAVE = 1
    AUTO = 2


class DisconnectBehavior(enum.IntEnum):
    IMMEDIATELY = 0
    ON_TIMEOUT = 1
    NEVER = 2


SUCCESS = 0
NO_DATA = -9
TIMEOUT = -10
NOT_INITIALIZED = -14


class EshmError(RuntimeError):
    """What the library refused, with its number in `code`."""

    def __init__(self, code: int, text: Optional[str] = None) -> None:
        super().__init__(text or error_string(code))
        self.code = code


class _Config(ctypes.Structure):
    _fields_ = [
        ("shm_name", ctypes.c_char_p),
        ("role", ctypes.c_int),
        ("disconnect_behavior", ctypes.c_int),
        ("stale_threshold_ms", ctypes.c_uint32),
        ("reconnect_wait_ms", ctypes.c_uint32),
        ("reconnect_retry_interval_ms", ctypes.c_uint32),
        ("max_reconnect_attempts", ctypes.c_uint32),
        ("auto_cleanup", ctypes.c_bool),
        ("use_threads", ctypes.c_bool),
    ]


class _Stats(ctypes.Structure):
    _fields_ = [
        ("master_heartbeat", ctypes.c_uint64),
        ("slave_heartbeat", ctypes.c_uint64),
        ("master_pid", ctypes.c_int),
        ("slave_pid", ctypes.c_int),
        ("master_alive", ctypes.c_bool),
        ("slave_alive", ctypes.c_bool),
        ("stale_threshold", ctypes.c_uint32),
        ("master_heartbeat_delta", ctypes.c_uint64),
        ("slave_heartbeat_delta", ctypes.c_uint64),
        ("m2s_write_count", ctypes.c_uint64),
        ("m2s_read_count", ctypes.c_uint64),
        ("s2m_write_count", ctypes.c_uint64),
        ("s2m_read_count", ctypes.c_uint64),
    ]


def library_path() -> str:
    for variable in ("ESHM_LIB", "ESHM_BUILT_LIB"):
        if os.environ.get(variable):
            return os.environ[variable]
    for folder in pathlib.Path(__file__).resolve().parents:
        built = sorted(folder.glob("build/peers/*/libeshm.so"), key=lambda path: path.stat().st_mtime)
        if built:
            return str(built[-1])
    raise FileNotFoundError("no libeshm.so: set ESHM_LIB, or build it with `npm test`")


def _load() -> ctypes.CDLL:
    library = ctypes.CDLL(library_path(), use_errno=True)
    handle, data, size, u32 = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32
    pointer = ctypes.POINTER
    signatures = {
        "eshm_init": ([pointer(_Config)], handle),
        "eshm_destroy": ([handle], None),
        "eshm_write": ([handle, data, size], ctypes.c_int),
        "eshm_read": ([handle, data, size], ctypes.c_int),
        "eshm_read_ex": ([handle, data, size, pointer(size), u32], ctypes.c_int),
        "eshm_check_remote_alive": ([handle, pointer(ctypes.c_bool)], ctypes.c_int),
        "eshm_get_stats": ([handle, pointer(_Stats)], ctypes.c_int),
        "eshm_get_role": ([handle, pointer(ctypes.c_int)], ctypes.c_int),
        "eshm_error_string": ([ctypes.c_int], ctypes.c_char_p),
    }
    for name, (arguments, result) in signatures.items():
        function = getattr(library, name)
        function.argtypes = arguments
        function.restype = result
    return library


_lib = _load()


def error_string(code: int) -> str:
    return _lib.eshm_error_string(code).decode()


class ESHM:
    """One end of a channel. Belongs to one thread."""

    def __init__(
        self,
        name: str,
        role: int = Role.AUTO,
        disconnect_behavior: int = DisconnectBehavior.ON_TIMEOUT,
        stale_threshold_ms: int = 100,
        reconnect_wait_ms: int = 5000,
        reconnect_retry_interval_ms: int = 100,
        max_reconnect_attempts: int = 50,
        auto_cleanup: bool = True,
        use_threads: bool = True,
    ) -> None:
        self._handle = None
        config = _Config(
            name.encode(), int(role), int(disconnect_behavior), stale_threshold_ms, reconnect_wait_ms,
            reconnect_retry_interval_ms, max_reconnect_attempts, auto_cleanup, use_threads,
        )
        self._handle = _lib.eshm_init(ctypes.byref(config))
        if not self._handle:
            raise EshmError(NOT_INITIALIZED, f"eshm_init: {os.strerror(ctypes.get_errno())}")

    def write(self, data: bytes) -> None:
        self._check(_lib.eshm_write(self._open(), data, len(data)))

    def read(self, buffer_size: int = 4096, timeout_ms: Optional[int] = None) -> bytes:
        """The next message; TimeoutError when none comes (after 1000 ms unless told)."""
        buffer = ctypes.create_string_buffer(max(buffer_size, 1))
        if timeout_ms is None:
            count = _lib.eshm_read(self._open(), buffer, buffer_size)
            self._check(min(count, 0))
            return buffer.raw[:count]
        size = ctypes.c_size_t(0)
        self._check(_lib.eshm_read_ex(self._open(), buffer, buffer_size, ctypes.byref(size), timeout_ms))
        return buffer.raw[: size.value]

    def try_read(self, buffer_size: int = 4096) -> Optional[bytes]:
        """A message that is there at once, or None."""
        try:
            return self.read(buffer_size, 0)
        except TimeoutError:
            return None
        except EshmError as error:
            if error.code == NO_DATA:
                return None
            raise

    def get_stats(self) -> Dict[str, int]:
        stats = _Stats()
        self._check(_lib.eshm_get_stats(self._open(), ctypes.byref(stats)))
        return {field[0]: getattr(stats, field[0]) for field in _Stats._fields_}

    def get_role(self) -> Role:
        role = ctypes.c_int()
        self._check(_lib.eshm_get_role(self._open(), ctypes.byref(role)))
        return Role(role.value)

    def is_remote_alive(self) -> bool:
        alive = ctypes.c_bool()
        self._check(_lib.eshm_check_remote_alive(self._open(), ctypes.byref(alive)))
        return alive.value

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle:
            _lib.eshm_destroy(handle)

    def __enter__(self) -> "ESHM":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self.close()

    def _open(self) -> int:
        if not self._handle:
            raise EshmError(NOT_INITIALIZED)
        return self._handle

    @staticmethod
    def _check(code: int) -> None:
        if code == TIMEOUT:
            raise TimeoutError(error_string(code))
        if code != SUCCESS:
            raise EshmError(code)
