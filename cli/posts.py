"""Posts as the ledger has them: their generations, and the addresses at which they are seen."""

from __future__ import annotations

from fitbit_daily.domain.ledger import Entry


def generations(entry: Entry | None) -> list[tuple[int, str]]:
    """The ids of the posts that were made, the oldest first, each with its generation; 0 where there is but one."""
    if entry is None:
        return []
    made = [post_id for _, post_id in entry.earlier_posts] + [entry.post_id or ""]
    return [(number if len(made) > 1 else 0, post_id) for number, post_id in enumerate(made, 1) if post_id]


def address(destination: str, post_id: str) -> str | None:
    """It leads to the post, whoever made it; a message of LINE has none."""
    if destination == "bluesky":
        did, _, key = post_id.removeprefix("at://").split("/")
        return f"https://bsky.app/profile/{did}/post/{key}"
    return f"https://x.com/i/status/{post_id}" if destination == "x" else None
