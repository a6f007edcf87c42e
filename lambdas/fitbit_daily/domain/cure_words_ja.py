"""The catalogue of cures, in Japanese: by name, what happened and what to do; a colon where commands follow."""

THE_SOURCE, THE_DESTINATION = "データの取得元", "投稿先"
SPACE = ""

# Said where the error tells the fact.
FACTS = {"reset_date": "次の請求期間は {reset_date} に始まります。"}

# Said first where the source, or the destination, is this one.
HINTS = {
    ("AuthorizationLost", "google_health"): (
        "Google のアプリが「テスト中」のままだと、認可は 7 日ごとに失効します。その場合は先に公開してください。"
    ),
    ("AuthorizationLost", "fitbit"): (
        "リフレッシュトークンは 1 回しか使えません。別のプログラムが同じ認可を使っていれば、先に止めてください。"
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

_MENDED = "fitbit-daily の不具合です。エラーの記録を添えて報告してください。修正されたら、順に実行してください:"

WORDS = {
    "AccessTokenExpired": (
        "処理の途中で、アクセストークンの期限が切れました。",
        "ワークフローが自動的に新しいものを取得します。",
    ),
    "LookAgain": (
        "データを取得できませんでした。",
        "締め切りまで、ワークフローが自動的に取得し直します。",
    ),
    "SourceUnavailable": ("締め切りまで、{service} から正常な応答がありませんでした。", ""),
    "SourceRateLimited": ("締め切りまで、{service} から呼び出し回数の制限を受けました。", ""),
    "CredentialsReplaced": (
        "保存された認可が、使っている間に書き換えられました。",
        "何度も起きるなら、別のプログラムが同じ認可を使っています。調べるコマンド:",
    ),
    "XUnavailable": ("数時間にわたって X につながらず、投稿できませんでした。", ""),
    "XRateLimited": ("X の投稿数の制限に達し、数時間待っても投稿できませんでした。", ""),
    "XKeysRefused": (
        "X がキーを何度も拒否しました。",
        "アプリの権限を「Read and write」にしてからキーを作り直し、次のコマンドで保存してください:",
    ),
    "DestinationUnavailable": ("数時間にわたって {at} に受け付けられず、投稿できませんでした。", ""),
    "DestinationRateLimited": ("数時間にわたって {at} から呼び出し回数の制限を受け、投稿できませんでした。", ""),
    "PostOutcomeUnknown": (
        "{at} に投稿があるかどうかを、数時間にわたって確認できませんでした。",
        "{at} を見て、投稿があれば --posted とその ID で、なければ --not-posted で知らせてください:",
    ),
    "PostInProgress": (
        "別の実行が、同じ投稿をずっと処理中でした。",
        "何が動いているかを確かめるコマンド:",
    ),
    "AwsUnavailable": ("必要な AWS のサービスが、エラーを返し続けました。", ""),
    "InvalidInput": (
        "実行の入力が正しくありませんでした。",
        "上はスケジュールを正しい設定に戻すコマンド、下は手動で指定できる内容を見るコマンド:",
    ),
    "StateFromAnotherVersion": (
        "実行の途中で別の版がデプロイされ、続けられなくなりました。",
        "",
    ),
    "AuthorizationLost": (
        "{service} が、保存されている認可を受け付けなくなりました。",
        "認可をやり直すコマンド:",
    ),
    "AccessRefused": ("{service} に、すべてのアクセスを拒否されました。", "認可をやり直すコマンド:"),
    "ScopeNotGranted": (
        "{service} で、必要な項目の一部が許可されていません。",
        "次のコマンドで認可をやり直し、すべての項目にチェックを入れてください:",
    ),
    "ApiNotEnabled": (
        "Google Cloud プロジェクトで Google Health API が有効になっていません。",
        (
            "https://console.cloud.google.com/apis/library/health.googleapis.com で有効にし、数分待ってください"
            "（表示されない場合、Google は新しいプロジェクトを受け付けていません）。"
        ),
    ),
    "AccountNotLinked": (
        "認可した Google アカウントに、Fitbit のデータがありません。",
        (
            "https://fitbit.google.com/auth/signup でこのアカウントを Fitbit と連携して待つか、"
            "データのあるアカウントで認可をやり直してください:"
        ),
    ),
    "CloudProjectSuspended": (
        "Google Cloud プロジェクトが停止されたか、なくなっています。",
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
        'cdk.json の "source" を "google_health" に変えてから、順に実行してください:',
    ),
    "SourceSecretNotFilledIn": (
        "{service} の認証情報がまだ保存されていないか、一部が欠けています。",
        "保存するコマンド:",
    ),
    "CredentialsOfAnotherSource": (
        "保存されている認証情報は {service} のものではないため、送信しませんでした。",
        "認可するコマンド:",
    ),
    "XSecretNotFilledIn": ("X のキーがまだ保存されていないか、一部が欠けています。", "キーを保存するコマンド:"),
    "XKeysReadOnly": (
        "X のアプリに投稿の権限がありません。",
        (
            "https://console.x.com でアプリをプロジェクトに追加して権限を「Read and write」にし、"
            "アクセストークンを作り直して、次のコマンドで保存してください:"
        ),
    ),
    "XOutOfCredits": (
        "X のクレジットがなくなりました。",
        "X の開発者コンソール（https://console.x.com）でクレジットを購入してください。",
    ),
    "XSpendCapReached": (
        "X のアカウントに設定された支出の上限に達しました。",
        "X の開発者コンソール（https://console.x.com）で上限を上げるか、次の請求期間まで待ってください。",
    ),
    "XUsageCapped": (
        "X がアプリに許可する 1 か月の投稿数を使い切りました。",
        "X の開発者コンソール（https://console.x.com）で上限を確認するか、翌月まで待ってください。",
    ),
    "DestinationSecretNotFilledIn": (
        "{at} のキーがまだ保存されていないか、一部が欠けています。",
        "キーを保存するコマンド:",
    ),
    "DestinationKeysRefused": ("{at} が、保存されているキーを拒否しました。", "新しいキーを保存するコマンド:"),
    "DestinationAccountClosed": ("{at} のアカウントが停止されているか、投稿を許可されていません。", ""),
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
        "{at} が投稿を拒否しました。",
        "理由はエラーの記録にあります。投稿される文章を確かめるコマンド:",
    ),
    "DuplicateOnTimeline": (
        "X は同じ文章が投稿済みだと答えましたが、タイムラインには見当たりません。",
        "X のタイムラインを見て、投稿があれば --posted とその ID で、なければ --not-posted で知らせてください:",
    ),
    "RetryKeyExpired": (
        "LINE に送信されたかどうかを、確認できる 24 時間のうちに確かめられませんでした。",
        "LINE のトークを見て、メッセージがあれば --posted で、なければ --not-posted で知らせてください:",
    ),
    "SourceRefusedRequest": (
        "プログラムからの要求を {service} が不正とみなしました。",
        _MENDED,
    ),
    "UnexpectedError": ("想定外のことが起きました。", _MENDED),
    "TIMED_OUT": ("実行が制限時間を超えたため、AWS に打ち切られました。", ""),
    "ABORTED": ("実行が手動で停止されました。", ""),
    "NotStarted": (
        "予定の実行を開始できませんでした。EventBridge Scheduler が開始を試み、あきらめました。",
        "",
    ),
    "Unsynced": (
        "締め切りまでに、トラッカーの同期が間に合いませんでした。",
        (
            "スマートフォンで Fitbit のアプリを開き、トラッカーを近づけて同期してください。"
            "最近の日なら、そのあと自動的に投稿されます。"
        ),
    ),
    "(interrupted)": ("AWS の都合で、ステップが何度も中断されました。", ""),
    "(definition)": (
        "Step Functions がワークフローの定義を実行できませんでした。",
        "デプロイし直すコマンド:",
    ),
    "(any other)": ("プログラムが知らない種類のエラーで失敗しました。", "調べるコマンド:"),
}
