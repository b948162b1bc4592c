"""The other side of docs/codecs.md: codecs.py json|msgpack|protobuf NAME

A slave that writes three poses and waits for the reply to each; all formats by hand, from their specifications.
"""

import json
import struct
import sys
import time

from eshm import ESHM, Role


def msgpack_text(text):
    data = text.encode()
    return bytes([0xA0 | len(data)]) + data


def msgpack_pose(seq, x, frame):
    # A map of three; a small integer is a byte, a double has cb before it.
    values = [bytes([seq]), b"\xcb" + struct.pack(">d", x), msgpack_text(frame)]
    return b"\x83" + b"".join(msgpack_text(key) + value for key, value in zip(["seq", "x", "frame"], values))


def msgpack_reply(data):
    """{ seq, ok }: a map in either of its forms, of short texts, a small integer and a flag."""
    if data[0] == 0xDE:
        count, at = struct.unpack(">H", data[1:3])[0], 3
    else:
        assert data[0] & 0xF0 == 0x80, data.hex()
        count, at = data[0] & 0x0F, 1
    reply = {}
    for _ in range(count):
        assert data[at] & 0xE0 == 0xA0, data.hex()
        end = at + 1 + (data[at] & 0x1F)
        key = data[at + 1 : end].decode()
        assert data[end] < 0x80 or data[end] in (0xC2, 0xC3), data.hex()
        reply[key] = data[end] if data[end] < 0x80 else data[end] == 0xC3
        at = end + 1
    assert at == len(data), data.hex()
    return reply


def protobuf_pose(seq, x, frame):
    # Each field: its number and wire type, then a varint, 8 bytes, or a length and bytes.
    return bytes([0x08, seq, 0x11]) + struct.pack("<d", x) + bytes([0x1A, len(frame)]) + frame.encode()


def protobuf_reply(data):
    fields = dict(zip(data[::2], data[1::2]))
    return {"seq": fields[0x08], "ok": fields[0x10] == 1}


FORMATS = {
    "json": (
        lambda seq, x, frame: json.dumps({"seq": seq, "x": x, "frame": frame}).encode(),
        lambda data: json.loads(data),
    ),
    "msgpack": (msgpack_pose, msgpack_reply),
    "protobuf": (protobuf_pose, protobuf_reply),
}


def wait_for_master(name):
    while True:
        try:
            return ESHM(name, role=Role.SLAVE)
        except RuntimeError:
            time.sleep(0.1)


def main():
    encode, decode = FORMATS[sys.argv[1]]
    with wait_for_master(sys.argv[2]) as slave:
        seq = 0
        while seq < 3:
            try:
                # Refused where the master had no core for the stale threshold.
                slave.write(encode(seq + 1, 0.5, "map"))
                reply = decode(slave.read(timeout_ms=100))
            except TimeoutError:
                continue
            assert reply["ok"] is True, reply
            seq = max(seq, reply["seq"])


main()
