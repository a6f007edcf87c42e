"""What a PDS accepts: the inputs of its methods, record keys, and posts by their lexicon. All else is refused with 400.

https://atproto.com/specs/tid and github.com/bluesky-social/atproto, lexicons/app/bsky/{feed/post,embed/images}.json
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import regex  # type: ignore[import-untyped]
from flask import Request, abort

from local.simulators.bluesky import answers
from local.simulators.bluesky.cid import NotData, dag_cbor
from local.simulators.bluesky.repository import Blob

POST = "app.bsky.feed.post"
MOST_GRAPHEMES, MOST_BYTES = 300, 3000
MOST_IMAGES, MOST_OF_AN_IMAGE = 4, 2_000_000

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,20})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_LANGUAGE = re.compile(r"(i|[a-z]{2,3})(-[a-zA-Z0-9]+)*")
_NOT_SIMULATED = ("entities", "facets", "labels", "reply")


def graphemes(text: str) -> int:
    """What a reader takes for characters: https://www.unicode.org/reports/tr29/"""
    return len(regex.findall(r"\X", text))


def input_of(request: Request, required: Mapping[str, type], optional: Mapping[str, type | tuple[type, ...]]) -> Any:
    """The JSON object of a request; each property of its type, and none that the method does not know."""
    if request.mimetype != "application/json":
        abort(answers.invalid(f"Wrong request encoding (Content-Type): {request.mimetype or 'none'}"))
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(answers.invalid("Input must be an object"))
    for name in required:
        if name not in body:
            abort(answers.invalid(f'Input must have the property "{name}"'))
    for name, value in body.items():
        kind = required.get(name) or optional.get(name)
        if kind is None:
            # A server lets it pass, but whoever sends it is mistaken.
            abort(answers.invalid(f"Input has the property {name!r}, which the method does not know"))
        if not isinstance(value, kind):
            abort(answers.invalid(f"Input/{name} is of the wrong type: {type(value).__name__}"))
    return body


def check_write(body: Mapping[str, Any], blob: Callable[[str], Blob | None]) -> None:
    """The address and the record, before the server looks at what is there."""
    collection, rkey, record = body["collection"], body["rkey"], body["record"]
    if collection != POST:
        abort(answers.invalid(f"{collection}: a PDS may know it, this simulator does not"))
    if not TID.fullmatch(rkey):
        abort(answers.invalid(f'Invalid record key for {collection}: string "{rkey}" not a valid TID'))
    if record.get("$type", collection) != collection:
        abort(answers.invalid(f"Invalid $type: expected {collection}, got {record['$type']}"))
    wrong = wrong_with(record)
    if wrong:
        abort(answers.invalid(f"Invalid {collection} record: {wrong}"))
    try:
        dag_cbor(record)
    except (NotData, UnicodeEncodeError) as error:
        abort(answers.invalid(f"Bad record: {error}"))
    for image in record.get("embed", {}).get("images", []):
        _check_blob(image["image"], blob)


def wrong_with(record: Mapping[str, Any]) -> str | None:
    """The first thing that the lexicon does not allow. Text may be empty: a post may be its pictures alone."""
    for name in ("text", "createdAt"):
        if name not in record:
            return f'Record must have the property "{name}"'
    for name in _NOT_SIMULATED:
        if name in record:
            return f"Record/{name}: Bluesky knows it, this simulator does not"
    checks = {"text": _text, "createdAt": _time, "langs": _languages, "tags": _tags, "embed": _embed}
    return next((wrong for name, check in checks.items() if name in record and (wrong := check(record[name]))), None)


def _text(text: Any) -> str | None:
    if not isinstance(text, str):
        return "Record/text must be a string"
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return f"Record/text must not be longer than {MOST_BYTES} characters"
    if graphemes(text) > MOST_GRAPHEMES:
        return f"Record/text must not be longer than {MOST_GRAPHEMES} graphemes"
    return None


def _time(moment: Any) -> str | None:
    wrong = "Record/createdAt must be an valid atproto datetime (both RFC-3339 and ISO-8601)"
    if not isinstance(moment, str) or not _DATETIME.fullmatch(moment):
        return wrong
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return wrong
    return None


def _languages(languages: Any) -> str | None:
    if not isinstance(languages, list):
        return "Record/langs must be an array"
    if len(languages) > 3:
        return "Record/langs must not have more than 3 elements"
    if not all(isinstance(each, str) and _LANGUAGE.fullmatch(each) for each in languages):
        return "Record/langs must be a well-formed BCP 47 language tag"
    return None


def _tags(tags: Any) -> str | None:
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return "Record/tags must be an array of strings"
    if len(tags) > 8:
        return "Record/tags must not have more than 8 elements"
    if any(len(tag.encode()) > 640 or graphemes(tag) > 64 for tag in tags):
        return "Record/tags must not be longer than 64 graphemes"
    return None


def _embed(embed: Any) -> str | None:
    if not isinstance(embed, dict) or embed.get("$type") != "app.bsky.embed.images":
        return "Record/embed: Bluesky knows more than images, this simulator does not"
    images = embed.get("images")
    if not isinstance(images, list) or not images:
        return 'Record/embed must have the property "images"'
    if len(images) > MOST_IMAGES:
        return f"Record/embed/images must not have more than {MOST_IMAGES} elements"
    return next((wrong for image in images if (wrong := _image(image))), None)


def _image(image: Any) -> str | None:
    where = "Record/embed/images/0"
    if not isinstance(image, dict) or not isinstance(image.get("alt"), str):
        return f'{where} must have the property "alt"'
    blob = image.get("image")
    if not isinstance(blob, dict) or blob.get("$type") != "blob" or set(blob) != {"$type", "ref", "mimeType", "size"}:
        return f"{where}/image should be a blob ref"
    ratio = image.get("aspectRatio")
    if ratio is not None and not (
        isinstance(ratio, dict)
        and set(ratio) == {"width", "height"}
        and all(type(side) is int and side >= 1 for side in ratio.values())
    ):
        return f"{where}/aspectRatio must have whole numbers from 1 for width and height"
    return None


def _check_blob(named: Mapping[str, Any], blob: Callable[[str], Blob | None]) -> None:
    link = named["ref"].get("$link", "") if isinstance(named["ref"], dict) else ""
    there = blob(link)
    if there is None:
        abort(answers.no_blob(link))
    if not there.mime_type.startswith("image/") or named["mimeType"] != there.mime_type:
        message = f"Wrong mimetype. It is {there.mime_type} but it must match image/*."
        abort(answers.error(400, "InvalidMimeType", message))
    if len(there.content) > MOST_OF_AN_IMAGE or named["size"] != len(there.content):
        message = f"This file is too large. It is {len(there.content)} but the maximum size is {MOST_OF_AN_IMAGE}."
        abort(answers.error(400, "InvalidSize", message))
