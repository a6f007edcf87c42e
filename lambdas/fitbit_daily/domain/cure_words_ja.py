"""The catalogue of cures, in Japanese: by error name, what happened and what to do; a colon leads to commands."""

THE_SOURCE, THE_DESTINATION = "データの取得元", "投稿先"
# Between sentences; and after a service's own name, which is Latin.
SPACE, AFTER_NAME = "", " "

# Added where the error carries the fact.
FACTS = {"reset_date": "次の請求期間は {reset_date} に始まります。"}

# Put first where the source, or the destination, is this one.
HINTS = {
    ("AuthorizationLost", "google_health"): (
        "Google のアプリが「テスト中」の間は、認可が 7 日ごとに失効します。先にアプリを公開してください。"
    ),
    ("AuthorizationLost", "fitbit"): (
        "リフレッシュトークンは 1 回しか使えません。別のプログラムが同じ認可を使っている場合は、先に停止してください。"
    ),
    ("AccessRefused", "google_health"): (
        "先に https://myaccount.google.com/connections でこのアプリの接続を解除してください。"
    ),
    ("AccessRefused", "fitbit"): "先に Fitbit アカウントの設定でこのアプリの接続を解除してください。",
    ("DestinationKeysRefused", "bluesky"): (
        "先に https://bsky.app/settings/app-passwords でアプリパスワードを作り直してください"
        "（アカウントのパスワードは使えません）。"
    ),
    ("DestinationKeysRefused", "line"): (
        "先に https://developers.line.biz/console/ でチャネルの「Messaging API設定」を開き、"
        "チャネルアクセストークンを再発行してください。"
    ),
    ("DestinationAccountClosed", "bluesky"): (
        "https://bsky.app にログインすると、理由と、異議申し立てや再開の方法が表示されます。"
    ),
    ("DestinationAccountClosed", "line"): (
        "https://developers.line.biz/console/ でチャネルの状態とプランを確認してください。"
    ),
}

_MENDED = (
    "fitbit-daily の不具合です。エラーメッセージを添えて報告してください。修正後、次のコマンドを順に実行してください:"
)

WORDS = {
    "AccessTokenExpired": (
        "処理の途中でアクセストークンの有効期限が切れました。",
        "ワークフローが新しいアクセストークンを自動で取得します。",
    ),
    "LookAgain": (
        "データを取得できませんでした。",
        "ワークフローが期限まで自動で再試行します。",
    ),
    "SourceUnavailable": ("期限まで待ちましたが、{service}が正常に応答しませんでした。", ""),
    "SourceRateLimited": ("期限まで待ちましたが、{service}の呼び出し回数の制限が解除されませんでした。", ""),
    "CredentialsReplaced": (
        "保存された認可が、使用中に書き換えられました。",
        "頻繁に起きる場合は、別のプログラムが同じ認可を使っています。調べるコマンド:",
    ),
    "XUnavailable": ("数時間にわたって X に接続できず、投稿できませんでした。", ""),
    "XRateLimited": ("X のレート制限に達し、数時間待っても解除されませんでした。", ""),
    "XKeysRefused": (
        "X がキーを何度も拒否しました。",
        "アプリの権限を「Read and write」に変更してキーを再作成し、次のコマンドで保存してください:",
    ),
    "DestinationUnavailable": ("数時間にわたって{at}に接続できず、投稿できませんでした。", ""),
    "DestinationRateLimited": ("{at}のレート制限に達し、数時間待っても解除されませんでした。", ""),
    "PostOutcomeUnknown": (
        "{at}に投稿されたかどうかを、数時間にわたって確認できませんでした。",
        "{at}の投稿を確認し、投稿があれば --posted にその ID を、なければ --not-posted を指定してください:",
    ),
    "PostInProgress": (
        "別の実行が同じ投稿を処理し続けていました。",
        "動いている実行を確認するコマンド:",
    ),
    "AwsUnavailable": ("必要な AWS のサービスがエラーを返し続けました。", ""),
    "InvalidInput": (
        "実行の入力が正しくありませんでした。",
        "1 つ目はスケジュールを元に戻すコマンド、2 つ目は手動で指定できる内容を表示するコマンド:",
    ),
    "StateFromAnotherVersion": (
        "実行の途中で別のバージョンがデプロイされ、続行できなくなりました。",
        "",
    ),
    "AuthorizationLost": (
        "{service}が保存済みの認可を受け付けなくなりました。",
        "認可をやり直すコマンド:",
    ),
    "AccessRefused": ("{service}へのアクセスがすべて拒否されました。", "認可をやり直すコマンド:"),
    "ScopeNotGranted": (
        "{service}で必要な項目の一部が許可されていません。",
        "次のコマンドで認可をやり直し、すべての項目にチェックを入れてください:",
    ),
    "ApiNotEnabled": (
        "Google Cloud プロジェクトで Google Health API が有効になっていません。",
        (
            "https://console.cloud.google.com/apis/library/health.googleapis.com で有効にし、数分待ってください"
            "（表示されない場合、Google は新規プロジェクトの受け付けを停止しています）。"
        ),
    ),
    "AccountNotLinked": (
        "認可した Google アカウントに Fitbit のデータがありません。",
        (
            "https://fitbit.google.com/auth/signup でこのアカウントを Fitbit と連携して待つか、"
            "データのあるアカウントで認可をやり直してください:"
        ),
    ),
    "CloudProjectSuspended": (
        "Google Cloud プロジェクトが停止または削除されています。",
        (
            "https://console.cloud.google.com/home/dashboard で通知を確認するか、"
            "新しいプロジェクトを作って認可をやり直してください:"
        ),
    ),
    "CloudProjectBilling": (
        "Google Cloud プロジェクトの課金が有効になっていません。",
        "https://console.cloud.google.com/billing/projects で有効にし、数分待ってください。",
    ),
    "SourceSwitchedOff": (
        "Fitbit Web API の提供が終了しました。",
        "Google Health に切り替えてください。次のコマンドを順に実行します:",
    ),
    "SourceSecretNotFilledIn": (
        "{service}の認証情報がまだ保存されていないか、一部が欠けています。",
        "保存するコマンド:",
    ),
    "CredentialsOfAnotherSource": (
        "{service}以外の認証情報が保存されているため、送信しませんでした。",
        "認可するコマンド:",
    ),
    "XSecretNotFilledIn": ("X のキーがまだ保存されていないか、一部が欠けています。", "キーを保存するコマンド:"),
    "XKeysReadOnly": (
        "X のアプリに投稿の権限がありません。",
        (
            "https://console.x.com でアプリをプロジェクトに追加して権限を「Read and write」にし、"
            "アクセストークンを再作成して、次のコマンドで保存してください:"
        ),
    ),
    "XOutOfCredits": (
        "X のクレジットの残高がなくなりました。",
        "X の開発者コンソール（https://console.x.com）でクレジットを購入してください。",
    ),
    "XSpendCapReached": (
        "X のアカウントに設定された支出の上限に達しました。",
        "X の開発者コンソール（https://console.x.com）で上限を上げるか、次の請求期間まで待ってください。",
    ),
    "XUsageCapped": (
        "アプリの 1 か月の投稿数が X の上限に達しました。",
        "X の開発者コンソール（https://console.x.com）で上限を確認するか、翌月まで待ってください。",
    ),
    "DestinationSecretNotFilledIn": (
        "{at}のキーがまだ保存されていないか、一部が欠けています。",
        "キーを保存するコマンド:",
    ),
    "DestinationKeysRefused": ("{at}が、保存されているキーを拒否しました。", "新しいキーを保存するコマンド:"),
    "DestinationAccountClosed": ("{at}のアカウントが停止されているか、投稿を許可されていません。", ""),
    "LineRecipientUnknown": (
        "保存されているユーザー ID には、LINE でメッセージを送れません。",
        (
            "LINE でボットを友だちに追加するか、ブロックを解除してください。すでに友だちなら、"
            "チャネル基本設定の末尾にあるユーザー ID を次のコマンドで保存し直してください:"
        ),
    ),
    "LineQuotaUsedUp": (
        "LINE のプランで 1 か月に送れるメッセージを使い切りました。",
        "翌月 1 日まで待つか、https://manager.line.biz/ でプランを変更してください。",
    ),
    "PostRejected": (
        "{at}が投稿を拒否しました。",
        "理由はエラーメッセージにあります。投稿される文章を確認するコマンド:",
    ),
    "DuplicateOnTimeline": (
        "X は同じ文章が投稿済みだと応答しましたが、タイムラインに見当たりません。",
        "X のタイムラインを確認し、投稿があれば --posted にその ID を、なければ --not-posted を指定してください:",
    ),
    "RetryKeyExpired": (
        "LINE に送信されたかどうかを、LINE に問い合わせられる 24 時間のうちに確認できませんでした。",
        "LINE のトークを確認し、メッセージがあれば --posted を、なければ --not-posted を指定してください:",
    ),
    "SourceRefusedRequest": (
        "{service}がプログラムのリクエストを不正なものとして拒否しました。",
        _MENDED,
    ),
    "UnexpectedError": ("予期しないエラーが発生しました。", _MENDED),
    "TIMED_OUT": ("制限時間を超えたため、AWS が実行を終了しました。", ""),
    "ABORTED": ("実行が手動で停止されました。", ""),
    "NotStarted": (
        "EventBridge Scheduler が、予定の実行を開始できませんでした。",
        "",
    ),
    "WeekWaits": ("1 週間の投稿が、投稿されていない日を待ったまま終わりました。", ""),
    "Unsynced": (
        "トラッカーの同期が期限に間に合いませんでした。",
        (
            "スマートフォンで Fitbit のアプリを開き、トラッカーを近づけて同期してください。"
            "最近の日であれば、そのあと自動で投稿されます。"
        ),
    ),
    "(interrupted)": ("AWS 側の要因で、ステップが何度も中断されました。", ""),
    "(definition)": (
        "Step Functions がワークフローの定義を実行できませんでした。",
        "再デプロイするコマンド:",
    ),
    "(any other)": ("未知の種類のエラーで失敗しました。", "調べるコマンド:"),
}
