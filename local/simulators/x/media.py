"""Pictures that wait for their post: what X takes, what it keeps of each, and for how long.

https://docs.x.com/x-api/media/upload-media, https://docs.x.com/x-api/media/create-media-metadata
"""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Request, Response, abort

from local.simulators.x import answers

# https://docs.x.com/x-api/media/quickstart/best-practices
MOST_BYTES = 5 * 1024 * 1024
MOST_IN_A_POST = 4
MOST_CHARACTERS = 1_000
EXPIRES = timedelta(hours=24)

_CATEGORIES = ("tweet_image", "tweet_gif", "tweet_video", "dm_image", "dm_gif", "dm_video", "subtitles")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    id: str
    content: bytes
    uploaded_at: datetime
    alt: str = ""


class Media:
    """Of one account. Everything under one lock, as in Account."""

    def __init__(self, now: Callable[[], datetime], new_id: Callable[[datetime], str]) -> None:
        self._now = now
        self._new_id = new_id
        self._known: dict[str, Picture] = {}
        self._lock = threading.Lock()

    def upload(self, content: bytes) -> Picture:
        with self._lock:
            picture = Picture(self._new_id(self._now()), content, self._now())
            self._known[picture.id] = picture
            return picture

    def describe(self, media_id: str, alt: str) -> Picture | None:
        with self._lock:
            picture = self._waiting(media_id)
            if picture is not None:
                picture = self._known[media_id] = replace(picture, alt=alt)
            return picture

    def take(self, media_ids: list[str]) -> tuple[Picture, ...] | None:
        """For a post; None where one of them is not there any more."""
        with self._lock:
            found = [self._waiting(each) for each in media_ids]
            return tuple(each for each in found if each) if all(found) else None

    def _waiting(self, media_id: str) -> Picture | None:
        picture = self._known.get(media_id)
        return picture if picture and self._now() < picture.uploaded_at + EXPIRES else None


def uploaded(request: Request) -> bytes:
    """The bytes of a one-shot upload as multipart/form-data; or 400, or 413."""
    if request.mimetype != "multipart/form-data":
        abort(answers.invalid("Requests with media must have content-type of multipart/form-data, in this simulator."))
    _check_parts(request)
    category = request.form["media_category"]
    if category not in _CATEGORIES:
        abort(answers.invalid(f"$.media_category: does not have a value in the enumeration {list(_CATEGORIES)}"))
    if category != "tweet_image":
        abort(answers.invalid("$.media_category: X knows this one, this simulator does not."))
    content = request.files["media"].read()
    if len(content) > MOST_BYTES:
        abort(answers.problem(413, "Payload Too Large", "Media size exceeds the limit of 5242880 bytes"))
    if not is_png(content):
        abort(answers.problem(400, "Bad Request", "media type unrecognized."))
    return content


def _check_parts(request: Request) -> None:
    """Each known, each once, and the two that X wants."""
    given = [name for parts in (request.form, request.files) for name, _ in parts.items(multi=True)]
    for name in given:
        if name not in ("media", "media_category", "additional_owners"):
            abort(answers.not_in_schema(name))
        if given.count(name) > 1:
            abort(answers.invalid(f"$.{name}: is given more than once"))
    for name, there in (("media", request.files), ("media_category", request.form)):
        if name not in there:
            abort(answers.invalid(f"$.{name}: is missing but it is required"))


def is_png(content: bytes) -> bool:
    """Whole chunks with true sums from IHDR to IEND: https://www.w3.org/TR/png-3/#5PNG-file-signature"""
    if not content.startswith(_SIGNATURE):
        return False
    at, kinds = len(_SIGNATURE), []
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        chunk, total = content[at + 4 : at + 8 + length], content[at + 8 + length : at + 12 + length]
        if struct.pack(">I", zlib.crc32(chunk)) != total:
            return False
        kinds.append(chunk[:4])
        at += 12 + length
    return at == len(content) and kinds[:1] == [b"IHDR"] and b"IDAT" in kinds and kinds[-1:] == [b"IEND"]


def metadata(request: Request) -> tuple[str, str]:
    """The id of a picture, and its words; or 400."""
    body: Any = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        abort(answers.invalid("The request body is not a JSON object."))
    for name in body:
        if name not in ("id", "metadata"):
            abort(answers.not_in_schema(name))
    try:
        media_id, alt = body["id"], body["metadata"]["alt_text"]["text"]
    except (KeyError, TypeError):
        abort(answers.invalid("$.id or $.metadata.alt_text.text: is missing; this simulator knows no other metadata."))
    if set(body["metadata"]) != {"alt_text"} or set(body["metadata"]["alt_text"]) != {"text"}:
        abort(answers.invalid("$.metadata: X knows more than alt_text.text, this simulator does not."))
    if not isinstance(media_id, str) or not isinstance(alt, str) or not 1 <= len(alt) <= MOST_CHARACTERS:
        abort(answers.invalid(f"$.metadata.alt_text.text: must be 1 to {MOST_CHARACTERS} characters long"))
    return media_id, alt


def media_ids(given: Any) -> list[str]:
    """Of a post's body; or 400."""
    if not isinstance(given, dict) or set(given) - {"media_ids", "tagged_user_ids"}:
        abort(answers.invalid("$.media: is not defined in the schema"))
    if "tagged_user_ids" in given:
        abort(answers.invalid("$.media.tagged_user_ids: X knows this field, this simulator does not."))
    ids = given.get("media_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST_IN_A_POST or len(set(map(str, ids))) < len(ids):
        abort(answers.invalid(f"$.media.media_ids: must have 1 to {MOST_IN_A_POST} items, each once"))
    if not all(isinstance(each, str) and each.isascii() and each.isdecimal() and len(each) <= 19 for each in ids):
        abort(answers.invalid("$.media.media_ids[0]: does not match the regex pattern ^[0-9]{1,19}$"))
    return ids


def not_there() -> Response:
    """The message is the one that X's users quote; the body around it is that of its other refusals."""
    return answers.invalid("Your media IDs are invalid.")
