"""The catalogue of cures, in English: by name, what happened and what to do; a colon where commands follow."""

THE_SOURCE, THE_DESTINATION = "the source", "the destination"
SPACE = " "

# Said where the error tells the fact.
FACTS = {"reset_date": "The next billing cycle begins on {reset_date}."}

# Said first where the source, or the destination, is this one.
HINTS = {
    ("AuthorizationLost", "google_health"): (
        "A Google app in publishing status 'Testing' loses its authorisation every 7 days: publish it first."
    ),
    ("AuthorizationLost", "fitbit"): (
        "Each refresh token works only once: if a second program uses the same authorisation, stop it first."
    ),
    ("AccessRefused", "google_health"): "Remove the app at https://myaccount.google.com/connections first.",
    ("AccessRefused", "fitbit"): "Remove this app from those that your Fitbit account has connected first.",
    ("DestinationKeysRefused", "bluesky"): (
        "Make a new app password at https://bsky.app/settings/app-passwords first; your account's own does not do."
    ),
    ("DestinationKeysRefused", "line"): (
        "Issue a new channel access token at https://developers.line.biz/console/ first: "
        "it is at the end of the channel's tab 'Messaging API'."
    ),
    ("DestinationAccountClosed", "bluesky"): (
        "Sign in at https://bsky.app, which tells why, and how to appeal or to open it again."
    ),
    (
        "DestinationAccountClosed",
        "line",
    ): "Look at the channel's state and plan at https://developers.line.biz/console/.",
}

_MENDED = (
    "This is a bug in fitbit-daily: please report it with the error's own words. "
    "Once it is mended, type one after the other:"
)

WORDS = {
    "AccessTokenExpired": (
        "The access token ran out on the way.",
        "The workflow gets a new one by itself.",
    ),
    "LookAgain": (
        "A look at the source did not succeed.",
        "The workflow looks again by itself, until the deadline.",
    ),
    "SourceUnavailable": ("{service} gave no usable answer until the deadline.", ""),
    "SourceRateLimited": ("{service} kept asking for fewer calls until the deadline.", ""),
    "CredentialsReplaced": (
        "The stored authorisation was replaced while it was in use.",
        "If that happens often, another program uses the same authorisation. To look into it:",
    ),
    "XUnavailable": ("X could not be reached for hours. Nothing was posted.", ""),
    "XRateLimited": ("The limit of posts at X is reached, and waiting for hours did not help.", ""),
    "XKeysRefused": (
        "X refuses the keys, again and again.",
        "This stores new ones, made after the app was given 'Read and write':",
    ),
    "DestinationUnavailable": ("{at} took no post for hours. Nothing was posted.", ""),
    "DestinationRateLimited": ("{at} kept asking for fewer calls for hours. Nothing was posted.", ""),
    "PostOutcomeUnknown": (
        "Whether {at} has the post could not be found out for hours.",
        "Look at your posts on {at} and say what you saw, --posted with the post's id, or --not-posted:",
    ),
    "PostInProgress": (
        "Another execution was at the same post all the while.",
        "To see what is running:",
    ),
    "AwsUnavailable": ("A service of AWS that is needed kept failing.", ""),
    "InvalidInput": (
        "The execution was started with an input that makes no sense.",
        "The first puts the schedule right, the second tells what can be asked for by hand:",
    ),
    "StateFromAnotherVersion": (
        "Another version was deployed while the execution was under way, and the two do not fit.",
        "",
    ),
    "AuthorizationLost": ("{service} no longer accepts the stored authorisation.", "This authorises it anew:"),
    "AccessRefused": ("{service} refuses all access.", "This authorises it anew:"),
    "ScopeNotGranted": (
        "{service} was not allowed to give everything that is needed.",
        "Authorise it anew, and tick every box this time:",
    ),
    "ApiNotEnabled": (
        "The Google Health API is not enabled in your Google Cloud project.",
        (
            "Enable it at https://console.cloud.google.com/apis/library/health.googleapis.com "
            "(if it is not to be had there, Google takes no new projects at the moment) and wait a few minutes."
        ),
    ),
    "AccountNotLinked": (
        "Your Google account has no Fitbit data.",
        "Link it at https://fitbit.google.com/auth/signup and wait; or authorise the account that has the data:",
    ),
    "CloudProjectSuspended": (
        "Google has suspended your Google Cloud project, or does not know it any more.",
        (
            "Look at its notices at https://console.cloud.google.com/home/dashboard; "
            "or make a new project and authorise it:"
        ),
    ),
    "CloudProjectBilling": (
        "Google wants billing to be switched on for your Google Cloud project.",
        "Switch it on at https://console.cloud.google.com/billing/projects and wait a few minutes.",
    ),
    "SourceSwitchedOff": (
        "The Fitbit Web API has been switched off for good.",
        'Set "source" to "google_health" in cdk.json, then type one after the other:',
    ),
    "SourceSecretNotFilledIn": (
        "The credentials for {service} are not stored yet, or one of them is missing.",
        "This stores them:",
    ),
    "CredentialsOfAnotherSource": (
        "The stored credentials are not those of {service}, and were not sent to it.",
        "This authorises it:",
    ),
    "XSecretNotFilledIn": ("The keys for X are not stored yet, or one of them is missing.", "This stores them:"),
    "XKeysReadOnly": (
        "Your app at X may not post.",
        "At https://console.x.com, attach it to a project, set 'Read and write', make a new access token, store it:",
    ),
    "XOutOfCredits": ("The credits at X are used up.", "Buy credits at https://console.x.com, X's developer console."),
    "XSpendCapReached": (
        "The spend cap that is set for your X account is reached.",
        "Raise it in X's developer console, https://console.x.com, or wait for the next billing cycle.",
    ),
    "XUsageCapped": (
        "The number of posts that X allows your app in a month is used up.",
        "Look at the limit in X's developer console, https://console.x.com, or wait for the next month.",
    ),
    "DestinationSecretNotFilledIn": (
        "The keys for {at} are not stored yet, or one of them is missing.",
        "This stores them:",
    ),
    "DestinationKeysRefused": ("{at} refuses the keys that are stored.", "This stores new ones:"),
    "DestinationAccountClosed": ("Your account at {at} is closed, or may not post.", ""),
    "LineRecipientUnknown": (
        "LINE cannot send to the user ID that is stored.",
        (
            "Add the bot as a friend in LINE, or unblock it; if it is one already, this stores the user ID anew, "
            "which is at the end of the channel's tab 'Basic settings':"
        ),
    ),
    "LineQuotaUsedUp": (
        "The messages that your LINE plan allows in a month are used up.",
        "Wait for the first of next month, or choose a larger plan at https://manager.line.biz/.",
    ),
    "PostRejected": (
        "{at} refuses the post.",
        "The error's own words say why. To see the text as it would be posted now:",
    ),
    "DuplicateOnTimeline": (
        "X says that it has this text already, but does not show it on the timeline.",
        "Look at your timeline on X and say what you saw, --posted with the post's id, or --not-posted:",
    ),
    "RetryKeyExpired": (
        "LINE may have the message, and can no longer be asked: it knows a request again for 24 hours only.",
        "Look at the chat in LINE and say what you saw, --posted or --not-posted:",
    ),
    "SourceRefusedRequest": (
        "{service} finds a request of the program faulty.",
        _MENDED,
    ),
    "UnexpectedError": (
        "Something happened that the program does not provide for.",
        _MENDED,
    ),
    "TIMED_OUT": ("The execution took longer than it may, and AWS ended it.", ""),
    "ABORTED": ("The execution was stopped by hand.", ""),
    "NotStarted": ("The schedule could not start the day: EventBridge Scheduler tried, and gave up.", ""),
    "Unsynced": (
        "The tracker had not synced the day by the deadline.",
        (
            "Open the Fitbit app on your phone, with the tracker close by, and let it sync: "
            "the program then posts a recent day by itself."
        ),
    ),
    "(interrupted)": ("AWS broke the step off again and again.", ""),
    "(definition)": (
        "Step Functions could not carry out the definition of the workflow.",
        "This deploys it anew:",
    ),
    "(any other)": ("The step failed in a way that the program does not know.", "To look into it:"),
}
