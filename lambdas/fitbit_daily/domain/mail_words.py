"""What mails say, in each language, apart from the cures; domain/mails.py puts it together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MailWords:
    """One language."""

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
    "ja": MailWords(
        to="〜",
        comma="、",
        not_posted_yet="{day} の分をまだ投稿できていません。",
        not_started="{day} の分の処理が、予定の時刻に始まりませんでした。",
        tried_again="{until} まで、毎晩自動で再試行します。すぐに投稿するコマンド:",
        needs_you="{days} の分を投稿できませんでした。対応が必要です。",
        needs_you_still="{days} の分を投稿できていません。{since} から同じ状態が続いています。対応が必要です。",
        given_up="{days} の分は投稿できませんでした。自動での再試行は終了しました。",
        given_up_unsynced="トラッカーの同期が間に合いませんでした。同期したあとなら、手動で投稿できます。",
        then_post="対応後に未投稿の分を投稿するコマンド:",
        then_by_itself="対応すれば、次の夜に自動で投稿されます。すぐに投稿するコマンド:",
        post="投稿するコマンド:",
        detail="エラーメッセージ（英語）: {detail}",
        link="AWS コンソール: {link}",
        once_a_week="同じ状態が続く間は、週に 1 回お知らせします。復旧したときにもお知らせします。",
        works_again="復旧しました。{day} の分は投稿済みです。",
        nothing_missing="未投稿の日はありません。",
        missing="未投稿の日: {days}",
        tried_by_themselves="このうち、次の夜に自動で再試行する日: {days}",
        silent=(
            "予定の時刻を過ぎても投稿がありませんが、失敗の記録もありません。"
            "スケジュールの停止、終わらない実行、AWS の障害などが考えられます。"
        ),
        look="状態を確認するコマンド:",
        look_and_post="状態を確認するコマンドと、未投稿の分を投稿するコマンド:",
        throttled=(
            "AWS の制限により、ワークフローの呼び出しの一部が拒否されました（スロットリング）。"
            "各ステップは自動で再試行するため、対応は不要な場合があります。実行が失敗したときは、あらためてお知らせします。"
        ),
        authorization_ends="{service} の認可が {at} に失効します。それ以降は投稿できません。",
        testing=(
            "Google のアプリが「テスト中」のままなら、先に公開してください。"
            "公開しないと、次の認可も 7 日で失効します: {page}"
        ),
        authorize="認可をやり直すコマンド:",
        not_synced="{since} からトラッカーが同期されていません。このため投稿できていない日: {days}",
        sync_then_by_itself=(
            "同期すれば、最近の分は次の夜に自動で投稿されます。"
            "それより前の分が残った場合は、投稿するコマンドをお知らせします。"
        ),
        sync_then_told="同期したあとに、投稿するコマンドをお知らせします。",
        incomplete="トラッカーの同期が間に合わず、途中までの値で投稿しました: {days}",
        sync="スマートフォンで Fitbit のアプリを開き、トラッカーを近づけて同期してください。",
        post_full_numbers="同期後に、確定した値で投稿し直すコマンド（前の投稿は残ります）:",
        battery_low="トラッカーの電池が残りわずかです。充電してください。",
        history=(
            "{day} の分の値を履歴に記録できませんでした。投稿には影響ありません。"
            "一時的な障害であれば、次回の実行で自動で記録されます。すぐに記録するコマンド:"
        ),
        catch_up=(
            "{day} の分の実行で、それより前の未投稿の日の実行を開始できませんでした。{day} の投稿には影響ありません。"
            "次の夜に自動で再試行します。"
        ),
        alert_crossed="{day} までの値が、設定したルール「{rule}」に当てはまりました。",
        alert_back="{day} までの値は、設定したルール「{rule}」に当てはまらなくなりました。",
        see_numbers="値はメールに記載しません。確認するコマンド:",
        test="これはテストです。fitbit-daily からの通知は、このアドレスに届きます。",
        sender="送信元: AWS アカウント {account}、リージョン {region}",
    ),
    "en": MailWords(
        to=" to ",
        comma=", ",
        not_posted_yet="{day} has not been posted yet.",
        not_started="The run for {day} did not start at the scheduled time.",
        tried_again="The program tries again every night until {until}. To post it sooner:",
        needs_you="{days} could not be posted, and the program needs your help.",
        needs_you_still="{days} could not be posted. This has lasted since {since}, and the program needs your help.",
        given_up="{days} could not be posted, and the program will not try again.",
        given_up_unsynced="The tracker did not sync in time. Once it has synced, you can still post by hand.",
        then_post="After that, post what is missing:",
        then_by_itself="After that, the next night posts what is missing. To post it sooner:",
        post="To post what is missing:",
        detail="The error message: {detail}",
        link="In the AWS console: {link}",
        once_a_week="While this lasts, you get one mail a week, and one when it works again.",
        works_again="It works again: {day} has been posted.",
        nothing_missing="No day is missing.",
        missing="Days that have not been posted yet: {days}",
        tried_by_themselves="Of these, the next night will try again: {days}",
        silent=(
            "Nothing has been posted for too long, although no failure was recorded. "
            "The schedule may be off, a run may be stuck, or AWS may have an outage."
        ),
        look="To look into it:",
        look_and_post="To look into it, and to post what is missing:",
        throttled=(
            "AWS rejected some of the workflow's calls because of its limits (throttling). "
            "The steps retry, so you may not have to do anything; if a run fails, you get another mail."
        ),
        authorization_ends="Your authorisation at {service} expires on {at}. After that, nothing can be posted.",
        testing=(
            "If your Google app is still in 'Testing', publish it first; "
            "otherwise the next authorisation expires after 7 days, too: {page}"
        ),
        authorize="To authorise again:",
        not_synced="The tracker has not synced since {since}. Days that could not be posted because of it: {days}",
        sync_then_by_itself=(
            "Once it has synced, the next night posts the most recent days. "
            "If older ones remain, you get a mail with the command that posts them."
        ),
        sync_then_told="Once it has synced, you get a mail with the command that posts them.",
        incomplete="The tracker did not sync in time, and these days were posted with incomplete numbers: {days}",
        sync="Open the Fitbit app on your phone, with the tracker close by, and let it sync.",
        post_full_numbers="After that, post the full numbers (the earlier post stays):",
        battery_low="The tracker's battery is nearly empty. Please charge it.",
        history=(
            "The numbers of {day} could not be saved in the history. Its posts are not affected. "
            "If the cause was temporary, the next run saves them. To save them now:"
        ),
        catch_up=(
            "The run for {day} could not start the runs for earlier days that have not been posted. "
            "Its own posts are not affected, and the next night tries again."
        ),
        alert_crossed="As of {day}, your numbers cross your rule {rule!r}.",
        alert_back="As of {day}, your numbers no longer cross your rule {rule!r}.",
        see_numbers="Mails do not contain the numbers. To see them:",
        test="This is a test: the notices of fitbit-daily reach you here.",
        sender="Sent from AWS account {account}, region {region}.",
    ),
}
