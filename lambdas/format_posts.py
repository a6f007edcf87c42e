"""Format posts: the day's numbers become the finished texts, and on a week's last day the week's, with its picture."""

from dataclasses import asdict, replace
from datetime import date

from fitbit_daily.adapters.rasteriser import png_of
from fitbit_daily.domain.history import DayRecord
from fitbit_daily.domain.numbers import Activity, DayNumbers
from fitbit_daily.domain.posts import Picture, Post, Skipped, render, with_one_for_the_day
from fitbit_daily.domain.week import Waiting, drawing, make
from fitbit_daily.environment import FormatPostsEnvironment
from fitbit_daily.errors import UnexpectedError
from fitbit_daily.log import logger
from fitbit_daily.step import State, step


@step
def handler(state: State) -> State:
    environment = FormatPostsEnvironment.read()
    day = DayNumbers(
        date=date.fromisoformat(state["date"]),
        activity=Activity.from_state(state["activity"]),
        minutes_asleep=state["sleep"]["minutes_asleep"],
        complete=state["complete"],
        # Where Keep history failed, or an older definition has none, there are no averages.
        averages=state.get("averages", {}).get("7", {}),
    )
    posts, skipped = render(day, environment.language, state["style"])
    if any("day" in kinds for kinds in state["kinds"].values()):
        posts = with_one_for_the_day(posts)
    if "week" in state:
        week, state["week_failure"] = _week(state, environment)
        if isinstance(week, Post):
            posts.append(week)
        else:
            skipped.append(week)
    return state | {"posts": [post.to_state() for post in posts], "skipped": [asdict(each) for each in skipped]}


def _week(state: State, environment: FormatPostsEnvironment) -> tuple[Post | Skipped, str]:
    records = None
    if "history" in state:
        records = {record.date: record for record in map(DayRecord.from_state, state["history"])}
    last, language = date.fromisoformat(state["date"]), environment.language
    waits, complete = Waiting(**state["week"]), state["complete"]
    week, failure = make(records, last, waits, complete=complete, days=environment.civil_days, language=language)
    if isinstance(week, Post) and records is not None:
        week = replace(week, picture=_picture(*drawing(records, last, language)))
    return week, failure


def _picture(svg: str, alt: str) -> Picture | None:
    """None where it cannot be made, such as after the setting was switched off: no post is held back by it."""
    try:
        return Picture(png_of(svg), alt)
    except Exception as error:
        logger.error(UnexpectedError.of(error).what)
        return None
