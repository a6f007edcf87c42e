"""Secrets are canaries: looking for them, in every form in which they might slip out."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from urllib.parse import quote, quote_plus


def forms(secret: str) -> set[str]:
    """The secret raw, URL-encoded, and base64-encoded at each of the three offsets that it may have in a text."""
    found = {secret, quote(secret, safe=""), quote_plus(secret)}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for offset in range(3):
            encoded = encode(b"x" * offset + secret.encode()).decode()
            # The first and the last group mix in what stands beside the secret.
            found.add(encoded[4 * (offset > 0) : len(encoded) - 4])
    return found


def escaped(texts: Iterable[str], secrets: Iterable[str]) -> list[str]:
    """The secrets that are in one of the texts, in any form."""
    everything = "\n".join(texts)
    return [secret for secret in secrets if any(form in everything for form in forms(secret))]
