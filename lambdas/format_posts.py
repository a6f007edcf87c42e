"""Format posts: the day's numbers become the finished texts."""

from dataclasses import asdict
from datetime import date

from fitbit_daily.domain.numbers import Activity, DayNumbers
from fitbit_daily.domain.posts import render, with_one_for_the_day
from fitbit_daily.environment import FormatPostsEnvironment
from fitbit_daily.step import State, step


@step
def handler(state: State) -> State:
    day = DayNumbers(
        date=date.fromisoformat(state["date"]),
        activity=Activity.from_state(state["activity"]),
        minutes_asleep=state["sleep"]["minutes_asleep"],
        complete=state["complete"],
        # Where Keep history failed, or an older definition has none, there are no averages.
        averages=state.get("averages", {}).get("7", {}),
    )
    posts, skipped = render(day, FormatPostsEnvironment.read().language, state["style"])
    if any("day" in kinds for kinds in state["kinds"].values()):
        posts = with_one_for_the_day(posts)
    return state | {"posts": [asdict(post) for post in posts], "skipped": [asdict(each) for each in skipped]}
