"""The account's timeline as one plain page that needs nothing from anywhere else."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from local.simulators.x.account import Post
from local.simulators.x.weight import LIMIT

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 0 auto; padding: 1rem; }
header { border-bottom: 2px solid #8888; }
header p, footer { color: #777; font-size: .85rem; }
article { border-bottom: 1px solid #8886; padding: 1rem 0; }
article img { display: block; max-width: 100%; border-radius: .5rem; margin: 0 0 .5rem; }
article p { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 .5rem; }
"""


def timeline_page(username: str, posts: list[Post]) -> str:
    """Newest first. The text keeps its line breaks by `pre-wrap`."""
    name = escape(username)
    articles = "\n".join(map(_article, posts)) or "<article><p>No posts yet.</p></article>"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>@{name}: a simulator on this machine, not X</title>
<style>{_STYLE}</style>
</head>
<body>
<header><h1>@{name}</h1><p>A simulator on this machine, not X. Posts: {len(posts)}, newest first.</p></header>
<main>
{articles}
</main>
</body>
</html>
"""


def _article(post: Post) -> str:
    made = post.made_at
    # Without its language a browser may show Japanese in Chinese glyphs.
    language = "ja" if any("\u3040" <= char <= "\u30ff" for char in post.text) else "en"
    pictures = "".join(
        f'<img src="data:image/png;base64,{b64encode(each.content).decode()}" alt="{escape(each.alt)}">'
        for each in post.pictures
    )
    return (
        f'<article id="post-{post.id}"><p lang="{language}">{escape(post.text)}</p>{pictures}'
        f'<footer><time datetime="{made.isoformat()}">{made:%Y-%m-%d %H:%M:%S} UTC</time>'
        f" · {post.weight}/{LIMIT} · ${post.price} · id {post.id}</footer></article>"
    )
