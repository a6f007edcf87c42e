"""The posts' words, in each language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """The words of one language. Those with `short_` are of the compact style, where every letter counts."""

    activity_title: str
    sedentary: str
    light: str
    moderate: str
    vigorous: str
    steps: str
    distance: str
    calories: str
    bmr: str
    sleep_title: str
    asleep: str
    short_title: str
    short_averages: str
    short_steps: str
    short_distance: str
    short_calories: str
    short_bmr: str
    short_sedentary: str
    short_light: str
    short_moderate: str
    short_vigorous: str
    short_asleep: str
    week_title: str
    week_total: str
    week_average: str
    week_change: str
    week_best: str
    week_asleep: str
    week_without_data: str
    incomplete: str
    reposted: str
    reposted_again: str


WORDINGS = {
    "ja": Wording(
        activity_title="本日({})の運動 from Fitbit",
        sedentary="座っていた時間: {}分",
        light="軽い運動の時間: {}分",
        moderate="アクティブな運動の時間: {}分",
        vigorous="激しい運動の時間: {}分",
        steps="本日の歩数: {}歩",
        distance=" ({}km)",
        calories="消費カロリー: {}kcal",
        bmr=" (基礎代謝: {}kcal)",
        sleep_title="本日({})の睡眠時間 from Fitbit",
        asleep="睡眠時間: {}時間",
        short_title="{} Fitbit",
        short_averages=" (7日平均)",
        short_steps="歩数 {}歩",
        short_distance="距離 {}km",
        short_calories="消費 {}kcal",
        short_bmr="基礎代謝 {}kcal",
        short_sedentary="座位 {}分",
        short_light="軽い運動 {}分",
        short_moderate="活発な運動 {}分",
        short_vigorous="激しい運動 {}分",
        short_asleep="睡眠 {}時間",
        week_title="1週間({}〜{})の記録 from Fitbit",
        week_total="合計歩数: {}歩",
        week_average="1日平均: {}歩",
        week_change=" (前週比{})",
        week_best="最も歩いた日: {}({}) {}歩",
        week_asleep="平均睡眠時間: {}",
        week_without_data="データのない日: {}日",
        incomplete="（同期前のため途中の値）",
        reposted="（再投稿）",
        reposted_again="（再投稿{}）",
    ),
    "en": Wording(
        activity_title="Exercise on {} from Fitbit",
        sedentary="Sitting: {} min",
        light="Light exercise: {} min",
        moderate="Active exercise: {} min",
        vigorous="Strenuous exercise: {} min",
        steps="Steps: {}",
        distance=" ({} km)",
        calories="Calories burned: {} kcal",
        bmr=" (basal metabolism: {} kcal)",
        sleep_title="Sleep on {} from Fitbit",
        asleep="Asleep: {} hours",
        short_title="{} Fitbit",
        short_averages=" (7-day avg)",
        short_steps="Steps {}",
        short_distance="Distance {} km",
        short_calories="Burned {} kcal",
        short_bmr="Basal {} kcal",
        short_sedentary="Sitting {} min",
        short_light="Light {} min",
        short_moderate="Active {} min",
        short_vigorous="Hard {} min",
        short_asleep="Asleep {} h",
        week_title="Week {} to {} from Fitbit",
        week_total="Steps in all: {}",
        week_average="Average a day: {}",
        week_change=" ({} on the week before)",
        week_best="Best day: {} ({}), {} steps",
        week_asleep="Average sleep: {}",
        week_without_data="Days without data: {}",
        incomplete="(not fully synced yet)",
        reposted="(reposted)",
        reposted_again="(reposted {})",
    ),
}
