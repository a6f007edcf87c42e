"""Posts as the ledger has them: their generations, and the addresses at which they are seen."""

from __future__ import annotations

from fitbit_daily.domain.ledger import Entry


def generations(entry: Entry | None) -> list[tuple[int, str]]:
    """The ids of the posts that were made, the oldest first, each with its generation; 0 where there is but one."""
    if entry is None:
        return []
    made = [post_id for _, post_id in entry.earlier_posts] + [entry.post_id or ""]
    return [(number if len(made) > 1 else 0, post_id) for number, post_id in enumerate(made, 1) if post_id]


def address(post_id: str) -> str:
    """It leads to the post, whoever made it."""
    return f"https://x.com/i/status/{post_id}"
