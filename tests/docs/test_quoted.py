"""What a guide quotes as printed is what the commands print."""

from __future__ import annotations

import re

from tests.docs.documents import DOCUMENTS, code_of
from tests.docs.test_commands import strings

_SENTENCE = re.compile(r"[A-Z][a-z]+( [a-z]+)*\.")
QUOTED = {
    code.text: code.where for document in DOCUMENTS for code in code_of(document) if _SENTENCE.fullmatch(code.text)
}


def test_every_sentence_that_a_guide_quotes_is_printed_by_a_command() -> None:
    said = "\n".join(text for text, where in strings() if where.startswith("cli/"))
    assert {quoted: where for quoted, where in QUOTED.items() if quoted not in said} == {}
    assert {"All is good.", "Deployed.", "The keys are stored."} <= set(QUOTED)
