"""Everything that mails say, in each language; domain/mails.py puts it together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Everything that mails say in one language."""

    failed: str
    failed_again: str
    post: str
    then_post: str
    post_missing: str
    then_post_missing: str
    redrive: str
    detail: str
    link: str
    once_a_week: str
    works_again: str
    nothing_missing: str
    missing: str
    silent: str
    look: str
    look_and_post: str
    start_lost: str
    throttled: str
    authorization_ends: str
    testing: str
    authorize: str
    not_synced: str
    sync: str
    post_full_numbers: str
    battery_low: str
    history: str
    alert_crossed: str
    alert_back: str
    see_numbers: str


WORDS = {
    "ja": Words(
        failed="{day} 分の処理が失敗しました（{where}）。",
        failed_again="{day} 分の処理が失敗しました（{where}）。同じ失敗が {since} から続いています。",
        then_post="そのあと、この日を投稿するコマンド:",
        post="この日を投稿するコマンド:",
        post_missing="未投稿の日をまとめて投稿するコマンド:",
        then_post_missing="そのあと、未投稿の日をまとめて投稿するコマンド:",
        redrive="または、失敗したところから続けるコマンド（14 日以内）:",
        detail="プログラムの記録（英語）: {detail}",
        link="AWS コンソールで見る: {link}",
        once_a_week="同じ失敗が続く間、お知らせは週に 1 回です。直ったときにもお知らせします。",
        works_again="復旧しました。{day} 分の処理は正常に終わりました。",
        nothing_missing="投稿されていない日はありません。",
        missing="まだ投稿されていない日: {days}",
        silent=(
            "予定の時間を過ぎても、何も投稿されていません。失敗の報告もありません。"
            "スケジュールが止まっているか、実行が終わらないままになっているか、AWS の障害かもしれません。"
        ),
        look="状況を調べるコマンド:",
        look_and_post="状況を調べるコマンドと、未投稿の日を投稿するコマンド:",
        start_lost="{day} 分の処理を開始できませんでした。EventBridge Scheduler が開始を試み、あきらめました。",
        throttled=(
            "AWS の利用制限により、ワークフローの呼び出しが一部拒否されました（スロットリング）。"
            "各ステップは自動的にやり直されるので、何もしなくてよいかもしれません。失敗した場合は別にお知らせします。"
        ),
        authorization_ends="{service} の認可が {at} に失効します。それ以降は投稿できません。",
        testing=(
            "Google のアプリが「テスト中」のままなら、先に公開してください。"
            "そうしないと、次の認可も 7 日で失効します: {page}"
        ),
        authorize="認可をやり直すコマンド:",
        not_synced="トラッカーの同期が {count} 日続けて間に合わず、途中までの値で投稿しました: {days}",
        sync="スマートフォンで Fitbit のアプリを開き、トラッカーを近づけて同期してください。",
        post_full_numbers="同期のあと、すべての値で投稿し直すコマンド（前の投稿は残ります）:",
        battery_low="トラッカーの電池が残りわずかです。充電してください。",
        history=(
            "{day} 分の投稿は済みましたが、その日の値を履歴に記録できませんでした。"
            "一時的な障害なら、次回の実行で自動的に補われます。すぐに補うコマンド:"
        ),
        alert_crossed="{day} までの値が、cdk.json のルール「{rule}」に当てはまりました。",
        alert_back="{day} までの値は、cdk.json のルール「{rule}」に当てはまらなくなりました。",
        see_numbers="値はメールには書きません。見るためのコマンド:",
    ),
    "en": Words(
        failed="The run for {day} failed ({where}).",
        failed_again="The run for {day} failed ({where}), as it has since {since}.",
        then_post="Then post the day:",
        post="Post the day:",
        post_missing="Post them all:",
        then_post_missing="Then post them all:",
        redrive="Or let the run go on from where it failed, within 14 days:",
        detail="In the program's own words: {detail}",
        link="In the AWS console: {link}",
        once_a_week="While this goes on, you are told once a week; and when it works again.",
        works_again="It works again: the run for {day} went well.",
        nothing_missing="No day is missing.",
        missing="Days that are still not posted: {days}",
        silent=(
            "Nothing has been posted for longer than it should ever take, and no failure was reported. "
            "The schedule may be switched off, a run may hang, or AWS may be in trouble."
        ),
        look="To look into it:",
        look_and_post="To look into it, and to post what is missing:",
        start_lost="The run for {day} could not be started: EventBridge Scheduler tried, and gave up.",
        throttled=(
            "AWS turned down some of the workflow's calls because of its limits (throttling). "
            "Steps are tried again by themselves, so there may be nothing to do; a failure has a mail of its own."
        ),
        authorization_ends="The authorisation at {service} ends on {at}. After that, nothing can be posted.",
        testing=(
            "If your Google app is still in 'Testing', publish it first; "
            "else the next authorisation ends after 7 days, too: {page}"
        ),
        authorize="This authorises it anew:",
        not_synced="The tracker has not synced in time for {count} days in a row, and posts were incomplete: {days}",
        sync="Open the Fitbit app on your phone, with the tracker close by, and let it sync.",
        post_full_numbers="After that, this posts the full numbers, beside the earlier post:",
        battery_low="The tracker's battery is nearly empty. Please charge it.",
        history=(
            "The posts of {day} are made, but the day's numbers could not be kept in the history. "
            "If that was a passing trouble, the next run makes it good by itself; this does so at once:"
        ),
        alert_crossed="As of {day}, your numbers cross the rule {rule!r} of cdk.json.",
        alert_back="As of {day}, your numbers no longer cross the rule {rule!r} of cdk.json.",
        see_numbers="The numbers are in no mail. To see them:",
    ),
}
