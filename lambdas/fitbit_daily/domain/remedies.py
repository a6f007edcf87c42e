"""For each way in which an execution can end badly: what happened, in one sentence, and the commands that cure it.

Those that post the day afterwards are the same for all: domain/mails.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from fitbit_daily.domain.posts import KINDS
from fitbit_daily.errors import all_errors

SERVICES = {"google_health": "Google Health", "fitbit": "Fitbit", "x": "X"}
LAST_STEP = "Tweet"

# AWS, not our code, ended an invocation: stacks/step.py has the step tried again after each of these.
BROKEN_OFF = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "States.Timeout",
)

# In characters: an error's own words may quote a server.
MOST_WORDS = 600

_KIND_TO_SETTLE = re.compile(r"\./daily settle \S+ (\w+) --posted")


@dataclass(frozen=True)
class Remedy:
    """what: happened. advice: what to do; it leads to the commands, each to be typed as it is.

    redrive   going on from the step that failed helps as well as a new execution
    detail    the error's own words, where they add something; English in every language
    """

    what: str
    advice: str = ""
    commands: tuple[str, ...] = ()
    redrive: bool = True
    detail: str = ""


@dataclass(frozen=True)
class _Entry:
    """{service} is the source or X, whichever the step speaks to, and {authorize} its name in commands.

    detail   the error's own words may be told: only for errors of our own, for others may quote anything
    """

    ja: tuple[str, ...]
    en: tuple[str, ...]
    commands: tuple[str, ...] = ()
    redrive: bool = True
    detail: bool = False


def remedy_for(error: str, *, step: str, source: str, day: date, sentence: str, language: str) -> Remedy:
    """For an error's name, or a status where there is none. Any name has a remedy: Lambda and Step Functions have more.

    sentence   the error's own words, out of which only the kind of a post is taken
    """
    entry = _entry(error)
    whom = "x" if step == LAST_STEP else source
    words: Sequence[str] = entry.ja if language == "ja" else entry.en
    what, advice = (text.format(service=SERVICES[whom]) for text in (*words, "")[:2])
    kinds = [kind for kind in _KIND_TO_SETTLE.findall(sentence) if kind in KINDS] or KINDS
    commands = dict.fromkeys(
        command.format(authorize=whom, date=day, kind=kind) for kind in kinds for command in entry.commands
    )
    return Remedy(what, advice, tuple(commands), entry.redrive, _own_words(error, sentence) if entry.detail else "")


def _own_words(error: str, sentence: str) -> str:
    """What happened, without what to type: the mail has that."""
    remedies = [each.remedy for each in all_errors() if each.__name__ == error]
    for remedy in (*remedies, "Type: ./daily"):
        sentence = sentence.partition(remedy.partition("{")[0])[0]
    return shorten(sentence, MOST_WORDS, placeholder=" …")


def _entry(error: str) -> _Entry:
    if error in BROKEN_OFF:
        return _BROKEN_OFF
    if error.startswith("States."):
        return _DEFINITION
    return _BY_NAME.get(error, _UNKNOWN)


_AUTHORIZE = ("./daily authorize {authorize}",)
_UPGRADE = ("git pull", "make deploy")

_BROKEN_OFF = _Entry(
    ja=("AWS の都合で、ステップが何度も中断されました。",),
    en=("AWS broke the step off again and again.",),
)
_DEFINITION = _Entry(
    ja=("Step Functions がワークフローの定義を実行できませんでした。", "デプロイし直すコマンド:"),
    en=("Step Functions could not carry out the definition of the workflow.", "This deploys it anew:"),
    commands=("make deploy",),
    redrive=False,
)
_UNKNOWN = _Entry(
    ja=("プログラムが知らない種類のエラーで失敗しました。", "調べるコマンド:"),
    en=("The step failed in a way that the program does not know.", "To look into it:"),
    commands=("./daily doctor",),
)

_BY_NAME: Mapping[str, _Entry] = {
    "AccessTokenExpired": _Entry(
        ja=("処理の途中で、アクセストークンの期限切れが繰り返されました。",),
        en=("The access token ran out on the way, again and again.",),
    ),
    "SourceUnavailable": _Entry(
        ja=("{service} から、数時間にわたって正常な応答がありませんでした。",),
        en=("{service} gave no usable answer for hours.",),
        detail=True,
    ),
    "SourceRateLimited": _Entry(
        ja=("{service} から、1 時間以上にわたって呼び出し回数の制限を受けました。",),
        en=("{service} kept asking for fewer calls for more than an hour.",),
        detail=True,
    ),
    "XUnavailable": _Entry(
        ja=("X に、数時間にわたってつながりませんでした。",),
        en=("X could not be reached for hours.",),
        detail=True,
    ),
    "XRateLimited": _Entry(
        ja=("X の投稿数の制限に達し、丸 1 日たっても投稿できませんでした。",),
        en=("The limit of posts at X was reached, and a whole day did not help.",),
        detail=True,
    ),
    "PostOutcomeUnknown": _Entry(
        ja=(
            "X に投稿されたかどうかを、数時間にわたって確認できませんでした。",
            "X のタイムラインを見て、投稿があれば --posted とその ID で、なければ --not-posted で知らせてください:",
        ),
        en=(
            "Whether X has the post could not be found out for hours.",
            "Look at your timeline on X and say what you saw: --posted with the post's id, or --not-posted:",
        ),
        commands=("./daily settle {date} {kind} --posted ID", "./daily settle {date} {kind} --not-posted"),
        detail=True,
    ),
    "PostInProgress": _Entry(
        ja=("別の実行が、同じ投稿をずっと処理中でした。", "何が動いているかを確かめるコマンド:"),
        en=("Another execution was at the same post all the while.", "To see what is running:"),
        commands=("./daily status {date}",),
    ),
    "CredentialsReplaced": _Entry(
        ja=(
            "保存された認可が、使っている間に何度も書き換えられました。",
            "別のプログラムが同じ認可を使っているのかもしれません。調べるコマンド:",
        ),
        en=(
            "The stored authorisation was replaced again and again while it was in use.",
            "Perhaps another program uses the same authorisation. To look into it:",
        ),
        commands=("./daily doctor",),
    ),
    "AwsUnavailable": _Entry(
        ja=("必要な AWS のサービスが、数時間にわたってエラーを返しました。",),
        en=("A service of AWS that is needed kept failing for hours.",),
        detail=True,
    ),
    "InvalidInput": _Entry(
        ja=("実行の入力が正しくありませんでした。", "スケジュールを正しい設定に戻すコマンド:"),
        en=("The execution was started with an input that makes no sense.", "This puts the schedule right:"),
        commands=("make deploy",),
        redrive=False,
        detail=True,
    ),
    "StateFromAnotherVersion": _Entry(
        ja=("実行の途中で別の版がデプロイされ、続けられなくなりました。",),
        en=("Another version was deployed while the execution was under way, and the two do not fit.",),
        redrive=False,
    ),
    "AuthorizationLost": _Entry(
        ja=("{service} が、保存されている認可を受け付けなくなりました。", "認可をやり直すコマンド:"),
        en=("{service} no longer accepts the stored authorisation.", "This authorises it anew:"),
        commands=_AUTHORIZE,
        detail=True,
    ),
    "AccessNotGranted": _Entry(
        ja=(
            "{service} で、必要なアクセスが許可されていません。",
            "次のコマンドで、すべての項目にチェックを入れて許可してください:",
        ),
        en=("{service} does not give access to something that is needed.", "Grant it, with every box ticked:"),
        commands=_AUTHORIZE,
        detail=True,
    ),
    "SourceSwitchedOff": _Entry(
        ja=(
            "Fitbit Web API の提供が終了しました。",
            'cdk.json の "source" を "google_health" に変えてから、順に実行してください:',
        ),
        en=(
            "The Fitbit Web API has been switched off for good.",
            'Set "source" to "google_health" in cdk.json, then type one after the other:',
        ),
        commands=("make deploy", "./daily authorize google_health"),
        redrive=False,
    ),
    "SecretNotFilledIn": _Entry(
        ja=("{service} のキーがまだ保存されていないか、一部が欠けています。", "キーを保存するコマンド:"),
        en=("The keys for {service} are not stored yet, or one of them is missing.", "This stores them:"),
        commands=_AUTHORIZE,
        detail=True,
    ),
    "XOutOfCredits": _Entry(
        ja=(
            "X のクレジットがなくなりました。",
            "X の開発者コンソールでクレジットを購入してください: https://console.x.com",
        ),
        en=("The credits at X are used up.", "Buy credits in X's developer console: https://console.x.com"),
        detail=True,
    ),
    "PostRejected": _Entry(
        ja=("X が投稿を拒否しました。", "理由は下の記録にあります。投稿される文章を確かめるコマンド:"),
        en=("X refuses the post.", "Why, is told below. To see the text as it would be posted now:"),
        commands=("./daily preview --date {date}",),
        redrive=False,
        detail=True,
    ),
    "SourceRefusedRequest": _Entry(
        ja=(
            "プログラムからの要求を {service} が不正とみなしました。fitbit-daily の不具合です。",
            "下の記録を添えて報告してください。修正されたら、順に実行してください:",
        ),
        en=(
            "{service} finds a request of the program faulty: this is a bug in fitbit-daily.",
            "Please report it with the words below. Once it is mended, type one after the other:",
        ),
        commands=_UPGRADE,
        redrive=False,
        detail=True,
    ),
    "UnexpectedError": _Entry(
        ja=(
            "想定外のことが起きました。fitbit-daily の不具合です。",
            "下の記録を添えて報告してください。修正されたら、順に実行してください:",
        ),
        en=(
            "Something happened that the program does not provide for: this is a bug in fitbit-daily.",
            "Please report it with the words below. Once it is mended, type one after the other:",
        ),
        commands=_UPGRADE,
        redrive=False,
        detail=True,
    ),
    # Of these the status is the name: there is no error.
    "TIMED_OUT": _Entry(
        ja=("実行が制限時間を超えたため、AWS に打ち切られました。",),
        en=("The execution took longer than it may, and AWS ended it.",),
    ),
    "ABORTED": _Entry(
        ja=("実行が手動で停止されました。",),
        en=("The execution was stopped by hand.",),
    ),
}
