"""Everything that mails say, in each language, but for the cures; domain/mails.py puts it together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Everything that mails say in one language."""

    to: str
    comma: str
    not_posted_yet: str
    not_started: str
    tried_again: str
    needs_you: str
    needs_you_still: str
    given_up: str
    given_up_unsynced: str
    post: str
    then_post: str
    then_by_itself: str
    detail: str
    link: str
    once_a_week: str
    works_again: str
    nothing_missing: str
    missing: str
    tried_by_themselves: str
    silent: str
    look: str
    look_and_post: str
    throttled: str
    authorization_ends: str
    testing: str
    authorize: str
    not_synced: str
    sync_then_by_itself: str
    sync_then_told: str
    incomplete: str
    sync: str
    post_full_numbers: str
    battery_low: str
    history: str
    catch_up: str
    alert_crossed: str
    alert_back: str
    see_numbers: str
    test: str
    sender: str


WORDS = {
    "ja": Words(
        to=" 〜 ",
        comma="、",
        not_posted_yet="{day} の分をまだ投稿できていません。",
        not_started="{day} の分の処理が、予定の時刻に始まりませんでした。",
        tried_again="毎晩、自動的にやり直します。最後は {until} です。待たずに投稿するコマンド:",
        needs_you="{days} の分を投稿できませんでした。対応が必要です。",
        needs_you_still="{days} の分を投稿できていません。{since} から同じ状態が続いています。対応が必要です。",
        given_up="{days} の分は投稿できませんでした。これ以上、自動的にはやり直しません。",
        given_up_unsynced="トラッカーの同期が間に合いませんでした。同期が済めば、手動で投稿できます。",
        then_post="対応したあと、未投稿の分を投稿するコマンド:",
        then_by_itself="対応すれば、次の夜に自動的に投稿されます。待たずに投稿するコマンド:",
        post="投稿するコマンド:",
        detail="エラーの記録（英語）: {detail}",
        link="AWS コンソールで見る: {link}",
        once_a_week="同じ状態が続く間は、週に 1 回お知らせします。復旧したときにもお知らせします。",
        works_again="復旧しました。{day} の分は投稿済みです。",
        nothing_missing="投稿されていない日はありません。",
        missing="まだ投稿されていない日: {days}",
        tried_by_themselves="このうち、次の夜にも自動的にやり直す日: {days}",
        silent=(
            "予定の時刻を過ぎても何も投稿されていませんが、失敗の記録もありません。"
            "スケジュールが止まっているか、実行が終わらないままになっているか、AWS の障害かもしれません。"
        ),
        look="状況を調べるコマンド:",
        look_and_post="状況を調べるコマンドと、未投稿の日を投稿するコマンド:",
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
        not_synced="{since} からトラッカーが同期されていません。そのため投稿できていない日: {days}",
        sync_then_by_itself=(
            "同期が済めば、最近の分は次の夜に自動的に投稿されます。"
            "それより前の分が残るときは、投稿するコマンドをお知らせします。"
        ),
        sync_then_told="同期が済んだら、投稿するコマンドをお知らせします。",
        incomplete="トラッカーの同期が間に合わず、途中までの値で投稿しました: {days}",
        sync="スマートフォンで Fitbit のアプリを開き、トラッカーを近づけて同期してください。",
        post_full_numbers="同期のあと、すべての値で投稿し直すコマンド（前の投稿は残ります）:",
        battery_low="トラッカーの電池が残りわずかです。充電してください。",
        history=(
            "{day} の分の値を履歴に記録できませんでした。投稿には影響ありません。"
            "一時的な障害なら、次回の実行で自動的に補われます。すぐに補うコマンド:"
        ),
        catch_up=(
            "{day} の分の実行で、未投稿の日の処理を始められませんでした。この日の投稿には影響ありません。"
            "次の夜にも自動的にやり直します。"
        ),
        alert_crossed="{day} までの値が、設定したルール「{rule}」に当てはまりました。",
        alert_back="{day} までの値は、設定したルール「{rule}」に当てはまらなくなりました。",
        see_numbers="値はメールには書きません。見るためのコマンド:",
        test="これはテストです。fitbit-daily からのお知らせは、このアドレスに届きます。",
        sender="送信元: AWS アカウント {account}、リージョン {region}",
    ),
    "en": Words(
        to=" to ",
        comma=", ",
        not_posted_yet="{day} could not be posted yet.",
        not_started="The run for {day} was not started at its time.",
        tried_again="It is tried again by itself every night, for the last time on {until}. To post it sooner:",
        needs_you="{days} could not be posted, and only you can help.",
        needs_you_still="{days} could not be posted. It has been so since {since}, and only you can help.",
        given_up="{days} could not be posted, and nothing tries again by itself any more.",
        given_up_unsynced="The tracker had not synced in time. Once it has, posting by hand still works.",
        then_post="After that, this posts what is missing:",
        then_by_itself="After that, the next night posts what is missing by itself. To post it sooner:",
        post="To post what is missing:",
        detail="The error's own words: {detail}",
        link="In the AWS console: {link}",
        once_a_week="While this goes on, you get one mail a week; and one when it works again.",
        works_again="It works again: {day} is posted.",
        nothing_missing="No day is missing.",
        missing="Days that are still not posted: {days}",
        tried_by_themselves="Of these, the next night tries again by itself: {days}",
        silent=(
            "Nothing has been posted for longer than it should ever take, and no failure was recorded. "
            "The schedule may be switched off, a run may hang, or AWS may be in trouble."
        ),
        look="To look into it:",
        look_and_post="To look into it, and to post what is missing:",
        throttled=(
            "AWS turned down some of the workflow's calls because of its limits (throttling). "
            "Steps are tried again by themselves, so there may be nothing to do; a failure has a mail of its own."
        ),
        authorization_ends="The authorisation at {service} ends on {at}. After that, nothing can be posted.",
        testing=(
            "If your Google app is still in 'Testing', publish it first; "
            "else the next authorisation ends after 7 days, too: {page}"
        ),
        authorize="To authorise again:",
        not_synced="The tracker has not synced since {since}. Days that are not posted for want of it: {days}",
        sync_then_by_itself=(
            "Once it has synced, the next night posts the most recent days by itself. "
            "Should older ones be left, you are sent the command that posts them."
        ),
        sync_then_told="Once it has synced, you are sent the command that posts them.",
        incomplete="The tracker did not sync in time, and these days were posted with incomplete numbers: {days}",
        sync="Open the Fitbit app on your phone, with the tracker close by, and let it sync.",
        post_full_numbers="After that, this posts the full numbers, beside the earlier post:",
        battery_low="The tracker's battery is nearly empty. Please charge it.",
        history=(
            "The numbers of {day} could not be kept in the history. Its posts are not affected. "
            "If that was a passing trouble, the next run makes it good by itself; this does so at once:"
        ),
        catch_up=(
            "The run for {day} could not start the runs for earlier days that are not posted. "
            "Its own posts are not affected, and the next night tries again."
        ),
        alert_crossed="As of {day}, your numbers cross your rule {rule!r}.",
        alert_back="As of {day}, your numbers no longer cross your rule {rule!r}.",
        see_numbers="The numbers are in no mail. To see them:",
        test="This is a test: the notices of fitbit-daily reach you here.",
        sender="Sent from AWS account {account}, region {region}.",
    ),
}
