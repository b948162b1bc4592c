"""Messages of 1.0's data handler in pure Python, from PROTOCOL.md section 13: what the original's pure Python encoder
writes and reads (tag 10, simple types), and what its C++ encoder writes.

An item is (type, key, value); the types are numbers. What the original does not check, this does not either.
"""

from __future__ import annotations

import struct
from typing import List, Tuple, Union

INTEGER, BOOLEAN, REAL, STRING, BINARY = range(5)

Value = Union[int, bool, float, str, bytes]
Item = Tuple[int, str, Value]


def length_of(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def element(tag: int, contents: bytes) -> bytes:
    return bytes([tag]) + length_of(len(contents)) + contents


def sequence(contents: bytes, dialect: str) -> bytes:
    if dialect == "python":
        return element(0x10, contents)
    return b"\x30\x84" + struct.pack(">I", len(contents)) + contents


def integer(value: int, dialect: str) -> bytes:
    # Python's encoder sizes a negative number by its magnitude, so the lowest of each size takes a byte more.
    bits = abs(value).bit_length() if dialect == "python" or value >= 0 else (~value).bit_length()
    return element(0x02, value.to_bytes(bits // 8 + 1, "big", signed=True))


def encode_value(kind: int, value: Value, dialect: str) -> bytes:
    if kind == INTEGER:
        return integer(int(value), dialect)
    if kind == BOOLEAN:
        return element(0x01, b"\xff" if value else b"\x00")
    if kind == REAL:
        return element(0x09, b"" if value == 0 else b"\x03" + struct.pack(">d", value))
    if kind == STRING:
        return element(0x0C, str(value).encode())
    if kind == BINARY:
        return element(0x04, bytes(value))
    raise ValueError(f"no type {kind}")


def encode(items: List[Item], dialect: str = "python") -> bytes:
    types = b"".join(integer(kind, dialect) for kind, _, _ in items)
    keys = b"".join(element(0x0C, key.encode()) for _, key, _ in items)
    values = b"".join(encode_value(kind, value, dialect) for kind, _, value in items)
    parts = (sequence(part, dialect) for part in (types, keys, values))
    return sequence(b"".join(parts), dialect)


class Decoder:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, tag: int) -> bytes:
        if self.data[self.at] != tag:
            raise ValueError(f"tag {self.data[self.at]:02x} instead of {tag:02x}")
        size = self.data[self.at + 1]
        self.at += 2
        if size >= 0x80:
            count = size & 0x7F
            size = int.from_bytes(self.data[self.at : self.at + count], "big")
            self.at += count
        if self.at + size > len(self.data):
            raise ValueError("a length beyond the message")
        self.at += size
        return self.data[self.at - size : self.at]

    def value(self, kind: int) -> Value:
        if kind == INTEGER:
            return int.from_bytes(self.take(0x02), "big", signed=True)
        if kind == BOOLEAN:
            return self.take(0x01) != b"\x00"
        if kind == REAL:
            contents = self.take(0x09)
            return struct.unpack(">d", contents[1:])[0] if contents else 0.0
        if kind == STRING:
            return self.take(0x0C).decode()
        if kind == BINARY:
            return self.take(0x04)
        raise ValueError(f"no type {kind}")


def decode(data: bytes) -> List[Item]:
    try:
        message = Decoder(Decoder(data).take(0x10))
        types, keys, values = (Decoder(message.take(0x10)) for _ in range(3))
        items: List[Item] = []
        while types.at < len(types.data):
            kind = int(types.value(INTEGER))
            items.append((kind, str(keys.value(STRING)), values.value(kind)))
        return items
    except (IndexError, struct.error) as error:
        raise ValueError(f"the message ends too early: {error}") from error


def telemetry(counter: int, source: str) -> List[Item]:
    """What the interop programs of 1.0 send."""
    return [
        (INTEGER, "counter", counter),
        (REAL, "temperature", 20 + counter / 8),
        (BOOLEAN, "enabled", counter % 2 == 0),
        (STRING, "status", "OK"),
        (STRING, "source", source),
    ]
