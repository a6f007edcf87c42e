"""The posts of one account or of several, as one plain page that needs nothing from anywhere else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from flask import Response

from local.simulators.base import Simulator

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 0 auto; padding: 1rem; }
header { border-bottom: 2px solid #8888; }
header p, footer { color: #777; font-size: .85rem; }
article { border-bottom: 1px solid #8886; padding: 1rem 0; }
article img { display: block; max-width: 100%; border-radius: .5rem; margin: 0 0 .5rem; }
article p { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 .5rem; }
section + section { margin-top: 3rem; }
"""


@dataclass(frozen=True)
class ShownPicture:
    content: bytes
    alt: str


@dataclass(frozen=True)
class Shown:
    """A post as the page shows it; `notes` stand below its text, beside the time."""

    id: str
    text: str
    made_at: datetime
    notes: Sequence[str] = ()
    pictures: Sequence[ShownPicture] = ()


class AccountSimulator(Simulator):
    """One account of a destination, whose posts are a page at /."""

    username: str

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.add_url_rule("/", "page", lambda: timeline_page([self]))

    def shown(self) -> list[Shown]:
        """Newest first."""
        raise NotImplementedError


def timeline_page(accounts: Sequence[AccountSimulator]) -> Response:
    """The text keeps its line breaks by `pre-wrap`."""
    names = ", ".join(f"@{escape(account.username)}" for account in accounts)
    vendors = " or ".join(account.title for account in accounts)
    sections = "\n".join(_section(each.username, each.title, each.shown()) for each in accounts)
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{names}: a simulator on this machine, not {vendors}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{sections}
</main>
</body>
</html>
"""
    return Response(page, content_type="text/html; charset=utf-8")


def _section(name: str, vendor: str, posts: Sequence[Shown]) -> str:
    articles = "\n".join(map(_article, posts)) or "<article><p>No posts yet.</p></article>"
    return f"""<section>
<header><h1>@{escape(name)}</h1>
<p>A simulator on this machine, not {vendor}. Posts: {len(posts)}, newest first.</p></header>
{articles}
</section>"""


def _article(post: Shown) -> str:
    made = post.made_at
    # Without its language a browser may show Japanese in Chinese glyphs.
    language = "ja" if any("\u3040" <= char <= "\u30ff" for char in post.text) else "en"
    notes = "".join(f" · {escape(note)}" for note in (*post.notes, f"id {post.id}"))
    pictures = "".join(
        f'<img src="data:image/png;base64,{b64encode(each.content).decode()}" alt="{escape(each.alt)}">'
        for each in post.pictures
    )
    return (
        f'<article id="post-{escape(post.id)}"><p lang="{language}">{escape(post.text)}</p>{pictures}'
        f'<footer><time datetime="{made.isoformat()}">{made:%Y-%m-%d %H:%M:%S} UTC</time>{notes}</footer></article>'
    )
