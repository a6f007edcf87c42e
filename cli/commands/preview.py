"""./daily preview: a dry run, shown as posts alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from cli.arguments import Date, check_is_over
from cli.aws import Deployed, Target, find_target
from cli.days import days_from, posts_of
from cli.following import follow, leaving_it_running, result_of, start
from cli.moments import Done, Ended, Entered
from cli.show import say, show_posts
from fitbit_daily.adapters.executions import console_link
from fitbit_daily.domain.ledger import Status
from fitbit_daily.domain.posts import Picture, Post

# Nothing is written outside the clone.
FOLDER = Path(__file__).parent.parent.parent / ".local"


@click.command()
@click.option("--date", "day", type=Date(), help="The day; without it, yesterday in the configured time zone.")
@click.option("--json", "as_json", is_flag=True, help="Print only one JSON object: the output, or the error.")
def preview(day: str | None, as_json: bool) -> None:
    """Show the posts that a day would make. Nothing is posted, and nothing is waited for."""
    target = find_target()
    target.say()
    # The local stack's clock may be ahead of this one.
    if day and not target.is_local:
        check_is_over(day, Deployed(target).calendar)
    request: dict[str, object] = {"dry_run": True}
    execution = start(target, {"date": day, **request} if day else request)
    console = Console(highlight=False)
    with leaving_it_running(target, execution, day):
        ended, picture = _follow(console, target, execution)
    if as_json:
        click.echo(json.dumps(result_of(ended, execution), ensure_ascii=False))
    elif ended.output is None:
        say(console, Text(f"{ended.state}: {ended.error}", style="red"))
        say(console, ended.sentence)
        if not target.is_local:
            say(console, f"The execution in the console: {console_link(execution)}")
    else:
        _show(console, Deployed(target), ended.output)
        if picture:
            say(console, f"\nThe picture of the week: {_write(picture, str(ended.output['date']))}")
    sys.exit(0 if ended.output is not None else 1)


def _follow(console: Console, target: Target, execution: str) -> tuple[Ended, Picture | None]:
    """In silence, but for what a terminal shows meanwhile; with the picture, which no execution's output has."""
    picture = None
    with console.status("Starting") as status:
        for moment in follow(target, execution):
            if isinstance(moment, Ended):
                return moment, picture
            if isinstance(moment, Done) and moment.state == "Format posts":
                posts = map(Post.from_state, moment.output.get("posts", []))
                picture = next((post.picture for post in posts if post.picture), None)
            if isinstance(moment, Entered):
                status.update(escape(moment.state))
    raise RuntimeError("an execution's moments end with its end")


def _write(picture: Picture, day: str) -> Path:
    """Where it is now."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"week-{day}.png"
    file.write_bytes(picture.png)
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _show(console: Console, deployed: Deployed, output: Mapping[str, object]) -> None:
    day = str(output["date"])
    about = date.fromisoformat(day)
    posts = posts_of(days_from(deployed, about, about).rows, about)
    posted = {(at, kind): entry.post_id for at, kind, entry in posts if entry and entry.status is Status.POSTED}
    notes = {(post["destination"], post["kind"]): "would be posted" for post in output["posts"]}  # type: ignore[attr-defined]
    notes |= {which: f"posted already, id {post_id or 'not known'}" for which, post_id in posted.items()}
    console.print(f"{day}, nothing is posted by this:")
    show_posts(console, output, notes)
    if not output["complete"]:
        say(
            console,
            f"\nThe tracker has not synced past the end of {day} yet: these numbers are not final. "
            "A real run waits for them.",
        )
