"""What a person has in hand before the secrets are filled in, as files: of the simulators, to rehearse the set-up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from local.cdk import ROOT, STATE
from local.stack import LocalStack


class Rehearsal:
    """The files, and the `commands` that fill the secrets with them."""

    def __init__(self, stack: LocalStack) -> None:
        self._files: list[Path] = []
        accounts = {"x": stack.x, "bluesky": stack.bluesky, "line": stack.line}
        posts_to = [self._authorize(each, accounts[each]) for each in stack.choices.settings.destinations]
        self.commands = [self._authorize_source(stack), *posts_to]

    def _authorize(self, destination: str, account: Any) -> str:
        keys = self._write(f"{destination}_keys", asdict(account.credentials))
        return f"./daily authorize {destination} --keys-file {keys}"

    def _authorize_source(self, stack: LocalStack) -> str:
        if stack.environment["SOURCE"] == "fitbit":
            keys = self._write("fitbit_keys", asdict(stack.fitbit.tokens.credentials))
            return f"./daily authorize fitbit --keys-file {keys}"
        credentials = stack.google.tokens.credentials
        # In the form of the file that Google's console offers for download, of a desktop app.
        client = {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "redirect_uris": ["http://localhost"],
        }
        file = self._write("client_secret", {"installed": client})
        return f"./daily authorize google_health --client-file {file}"

    def _write(self, name: str, content: Mapping[str, Any]) -> Path:
        file = STATE / f"{name}.json"
        file.write_text(json.dumps(content, indent=2) + "\n")
        self._files.append(file)
        return file.relative_to(ROOT)

    def end(self) -> None:
        for file in self._files:
            file.unlink(missing_ok=True)
