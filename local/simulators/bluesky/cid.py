"""Content identifiers: the hash of a blob's bytes, or of a record's DAG-CBOR.

https://atproto.com/specs/data-model, https://ipld.io/specs/codecs/dag-cbor/spec/
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

_RAW, _DAG_CBOR = 0x55, 0x71
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_LINK = 42


class NotData(ValueError):
    """The value is none of the data model: a float, or a link or bytes of another form."""


def cid_of_blob(content: bytes) -> str:
    return _cid(_RAW, content)


def cid_of_record(value: Any) -> str:
    """Raises NotData."""
    return _cid(_DAG_CBOR, dag_cbor(value))


def dag_cbor(value: Any) -> bytes:
    """The one encoding that a JSON value has. Raises NotData."""
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
        case str():
            return _head(_TEXT, len(value.encode())) + value.encode()
        case list():
            return _head(_ARRAY, len(value)) + b"".join(map(dag_cbor, value))
        case {"$link": link}:
            _only(value)
            return _head(_TAG, _LINK) + _bytes(b"\x00" + _binary(link))
        case {"$bytes": content}:
            _only(value)
            return _bytes(_base64(content))
        case dict():
            names = sorted(value, key=lambda name: (len(name.encode()), name.encode()))
            pairs = (dag_cbor(name) + dag_cbor(value[name]) for name in names)
            return _head(_MAP, len(value)) + b"".join(pairs)
    raise NotData(f"{type(value).__name__} is not of the data model")


def _cid(codec: int, content: bytes) -> str:
    # Version 1, the codec, and SHA-256 with its length.
    binary = bytes((1, codec, 0x12, 0x20)) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(binary).decode().lower().rstrip("=")


def _head(major: int, number: int) -> bytes:
    """The shortest form, and no other: that is what makes it the one encoding."""
    if number < 24:
        return bytes((major << 5 | number,))
    for size in range(4):
        if number < 1 << (8 << size):
            return bytes((major << 5 | 24 + size,)) + number.to_bytes(1 << size, "big")
    raise NotData("an integer of more than 64 bits")


def _bytes(content: bytes) -> bytes:
    return _head(_BYTES, len(content)) + content


def _only(value: dict[str, Any]) -> None:
    if len(value) != 1:
        raise NotData("more than the link or the bytes")


def _binary(link: Any) -> bytes:
    if not isinstance(link, str) or not link.startswith("b"):
        raise NotData("a link that is no CID")
    text = link[1:].upper()
    try:
        binary = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        raise NotData("a link that is no CID") from None
    if binary[:1] != b"\x01" or len(binary) != 36:
        raise NotData("a link that is no CID")
    return binary


def _base64(content: Any) -> bytes:
    try:
        return base64.b64decode(content + "=" * (-len(content) % 4), validate=True)
    except (TypeError, ValueError):
        raise NotData("bytes that are no base64") from None
