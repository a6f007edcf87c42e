"""The simulator of a PDS of Bluesky with one account: five methods, a list of its posts, and switches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, abort, g, request

from local.simulators.base import Faults, json_answer
from local.simulators.bluesky import answers, limits
from local.simulators.bluesky.cid import cid_of_record
from local.simulators.bluesky.faults import endpoints
from local.simulators.bluesky.limits import Window
from local.simulators.bluesky.repository import AnyRecord, InvalidSwap, Record, Repository
from local.simulators.bluesky.sessions import AnotherScope, Credentials, Expired, Sessions, Unreadable
from local.simulators.bluesky.validation import MOST_OF_AN_IMAGE, POST, check_write, input_of
from local.simulators.page import AccountSimulator, Shown, ShownPicture

_PUT = {"repo": str, "collection": str, "rkey": str, "record": dict}
_PUT_OPTIONS: Mapping[str, Any] = {"swapRecord": (str, type(None)), "swapCommit": str, "validate": bool}
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class BlueskySimulator(AccountSimulator):
    def __init__(self, *, now: Callable[[], datetime], credentials: Credentials | None = None) -> None:
        super().__init__("Bluesky")
        self.faults = Faults(endpoints(now))
        self.credentials = credentials or Credentials()
        self.username = self.credentials.handle
        self.repository = Repository(self.credentials.did, now)
        self._now = now
        self._sessions = Sessions(self.credentials.did, now)
        self._requests, self._uploads = Window(*limits.REQUESTS), Window(*limits.UPLOADS)
        self._logins = [Window(*each) for each in limits.LOGINS]
        self._writes = [Window(*each) for each in limits.WRITES]
        self._add_routes()

    @property
    def posts(self) -> list[Record]:
        """Newest first."""
        return self.repository.records()

    def _add_routes(self) -> None:
        xrpc = "/xrpc/com.atproto"
        self.add_url_rule(f"{xrpc}.server.createSession", "create_session", self._create_session, methods=["POST"])
        self.add_url_rule(f"{xrpc}.repo.putRecord", "put_record", self._put_record, methods=["POST"])
        self.add_url_rule(f"{xrpc}.repo.getRecord", "get_record", self._get_record)
        self.add_url_rule(f"{xrpc}.repo.listRecords", "list_records", self._list_records)
        self.add_url_rule(f"{xrpc}.repo.uploadBlob", "upload_blob", self._upload_blob, methods=["POST"])
        self.add_url_rule("/xrpc/moved", "moved", self._moved)
        self.add_url_rule("/simulator/timeline", "timeline", self._timeline)
        self.before_request(self._admit_any)
        self.after_request(self._with_limits)
        self.register_error_handler(404, lambda _: answers.not_supported())
        self.register_error_handler(405, lambda _: answers.invalid("Incorrect HTTP method"))

    # What stands before every method

    def _admit_any(self) -> None:
        if request.path.startswith("/xrpc/"):
            self._admit(1, self._requests)

    def _with_limits(self, response: Response) -> Response:
        response.headers.update(g.get("limits", {}))
        return response

    def _admit(self, points: int, *windows: Window) -> None:
        for window in windows:
            allowed, g.limits = window.take(points, self._now())
            if not allowed:
                abort(answers.too_many())

    def _authenticate(self) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            abort(answers.auth_missing())
        try:
            if scheme != "Bearer":
                raise Unreadable
            self._sessions.check(token)
        except Expired:
            abort(answers.expired_token())
        except AnotherScope:
            abort(answers.invalid_token("Bad token scope"))
        except (Unreadable, ValueError, KeyError):
            abort(answers.invalid_token())

    # The API

    def _create_session(self) -> Response:
        body = input_of(request, {"identifier": str, "password": str}, {"authFactorToken": str, "allowTakendown": bool})
        self._admit(1, *self._logins)
        own = self.credentials
        if not own.are(body["identifier"], body["password"]):
            abort(answers.wrong_password())
        told = {"did": own.did, "handle": own.handle, "active": True}
        tokens = {"accessJwt": self._sessions.access(), "refreshJwt": self._sessions.refresh()}
        return json_answer(200, told | tokens)

    def _put_record(self) -> Response:
        self._authenticate()
        body = input_of(request, _PUT, _PUT_OPTIONS)
        if body["repo"] not in (self.credentials.did, self.credentials.handle):
            abort(answers.not_this_repo())
        self._admit(limits.PUT, *self._writes)
        check_write(body, self.repository.blob)
        record = {"$type": POST, **body["record"]}
        swap = body.get("swapRecord", AnyRecord())
        try:
            written, new = self.repository.put(body["collection"], body["rkey"], record, swap)
        except InvalidSwap as there:
            abort(answers.was_at(str(there.cid).replace("None", "null")))
        told: dict[str, Any] = {"uri": written.uri, "cid": written.cid, "validationStatus": "valid"}
        if new:
            told["commit"] = {"cid": cid_of_record({"rev": written.rkey, "data": written.cid}), "rev": written.rkey}
        return json_answer(200, told)

    def _get_record(self) -> Response:
        wanted = self._query(("repo", "collection", "rkey"), ("cid",))
        if wanted["repo"] not in (self.credentials.did, self.credentials.handle):
            abort(answers.invalid(f"Could not find repo: {wanted['repo']}"))
        address = self.repository.address(wanted["collection"], wanted["rkey"])
        record = self.repository.get(address)
        if record is None or wanted.get("cid", record.cid) != record.cid:
            abort(answers.no_record(address))
        return json_answer(200, {"uri": record.uri, "cid": record.cid, "value": record.value})

    def _list_records(self) -> Response:
        """Newest first by address, one page."""
        wanted = self._query(("repo", "collection"), ("limit", "reverse"))
        limit = wanted.get("limit", "50")
        if not limit.isdecimal() or not 1 <= int(limit) <= 100:
            abort(answers.invalid("Error: limit must be between 1 and 100"))
        found = [each for each in self.posts if f"/{wanted['collection']}/" in each.uri]
        found.sort(key=lambda each: each.rkey, reverse=wanted.get("reverse") != "true")
        records = [{"uri": each.uri, "cid": each.cid, "value": each.value} for each in found[: int(limit)]]
        return json_answer(200, {"records": records})

    def _upload_blob(self) -> Response:
        self._authenticate()
        self._admit(1, self._uploads)
        content = request.get_data()
        if not content or not request.mimetype:
            abort(answers.invalid("A request body is expected but none was provided"))
        if len(content) > MOST_OF_AN_IMAGE:
            abort(answers.too_large())
        sniffed = next((kind for magic, kind in _PICTURES.items() if content.startswith(magic)), request.mimetype)
        blob = self.repository.upload(content, sniffed)
        told = {"$type": "blob", "ref": {"$link": blob.cid}, "mimeType": blob.mime_type, "size": len(content)}
        return json_answer(200, {"blob": told})

    def _moved(self) -> Response:
        """Where the 301 faults lead."""
        uri = self.repository.address(POST, "2222222222222")
        return json_answer(200, {"uri": uri, "cid": "bafyrei", "did": self.credentials.did, "accessJwt": "moved"})

    def _query(self, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, str]:
        for name, values in request.args.lists():
            if name not in (*required, *optional) or len(values) > 1:
                abort(answers.invalid(f"Error: Params has {name!r}, which the method does not know, or more than once"))
        for name in required:
            if name not in request.args:
                abort(answers.invalid(f'Error: Params must have the property "{name}"'))
        return request.args.to_dict()

    # For people and tests

    def shown(self) -> list[Shown]:
        return [
            Shown(
                post.uri,
                post.value["text"],
                datetime.fromisoformat(post.value["createdAt"]),
                pictures=self._pictures(post.value),
            )
            for post in self.posts
        ]

    def _pictures(self, record: Mapping[str, Any]) -> list[ShownPicture]:
        images = record.get("embed", {}).get("images", [])
        blobs = [(self.repository.blob(image["image"]["ref"]["$link"]), image["alt"]) for image in images]
        return [ShownPicture(blob.content, alt) for blob, alt in blobs if blob]

    def _timeline(self) -> Response:
        posts = [
            {"id": post.uri, "text": post.value["text"], "created_at": post.value["createdAt"]} for post in self.posts
        ]
        return json_answer(200, {"handle": self.credentials.handle, "posts": posts})
