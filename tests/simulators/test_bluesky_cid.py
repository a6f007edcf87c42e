"""Content identifiers: measured ones, and what an independent encoder says of anything else."""

from __future__ import annotations

import hashlib
import importlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.simulators.bluesky.cid import NotData, cid_of_blob, cid_of_record, dag_cbor

A_BLOB = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
A_POST = {
    "$type": "app.bsky.feed.post",
    "text": "本日(2026-11-21)の運動 from Fitbit",
    "createdAt": "2026-11-22T00:10:05.000Z",
    "langs": ["ja"],
}


def test_identifiers_are_those_that_were_measured() -> None:
    assert cid_of_blob(b"hello world") == A_BLOB
    assert cid_of_record({}) == "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"
    assert cid_of_record(A_POST) == "bafyreiaoaumnbvz4bovgagrg3fuorkauq67jcmlto36o34astbvgq2caee"
    assert cid_of_record(dict(reversed(A_POST.items()))) == cid_of_record(A_POST)


def test_what_is_none_of_the_data_model_has_no_identifier() -> None:
    none = (1.5, {"a": [1.0]}, {"$link": A_BLOB[:-1]}, {"$link": A_BLOB, "more": 1}, {"$bytes": "ä"}, 2**64)
    for value in none:
        with pytest.raises(NotData):
            cid_of_record(value)


LEAVES = st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text() | st.just({"$link": A_BLOB})
NAMES = st.text().filter(lambda name: not name.startswith("$"))


@settings(max_examples=50)
@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=20))
def test_an_independent_encoder_agrees(value: Any) -> None:
    libipld = importlib.import_module("libipld")
    encoded = libipld.encode_dag_cbor(_for_libipld(libipld, value))
    assert dag_cbor(value) == encoded
    digest = hashlib.sha256(encoded).digest()
    assert cid_of_record(value) == libipld.encode_cid(b"\x01\x71\x12\x20" + digest)


def _for_libipld(libipld: Any, value: Any) -> Any:
    """Links are their bytes there."""
    if isinstance(value, dict) and "$link" in value:
        known = libipld.decode_cid(value["$link"])
        return bytes((known["version"], known["codec"], 0x12, 0x20)) + known["hash"]["digest"]
    if isinstance(value, dict):
        return {name: _for_libipld(libipld, each) for name, each in value.items()}
    return [_for_libipld(libipld, each) for each in value] if isinstance(value, list) else value
