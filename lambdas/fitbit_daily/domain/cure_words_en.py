"""The catalogue of cures, in English: by error name, what happened and what to do; a colon leads to commands."""

THE_SOURCE, THE_DESTINATION = "the source", "the destination"
# Between sentences; and after a service's own name.
SPACE, AFTER_NAME = " ", ""

# Added where the error carries the fact.
FACTS = {"reset_date": "The next billing cycle begins on {reset_date}."}

# Put first where the source, or the destination, is this one.
HINTS = {
    ("AuthorizationLost", "google_health"): (
        "While your Google app is in 'Testing', its authorisation expires every 7 days: publish the app first."
    ),
    ("AuthorizationLost", "fitbit"): (
        "Each refresh token works only once. If another program uses the same authorisation, stop it first."
    ),
    ("AccessRefused", "google_health"): "Remove the app at https://myaccount.google.com/connections first.",
    ("AccessRefused", "fitbit"): "Disconnect this app in your Fitbit account first.",
    ("DestinationKeysRefused", "bluesky"): (
        "Create a new app password at https://bsky.app/settings/app-passwords first; "
        "the account's own password does not work."
    ),
    ("DestinationKeysRefused", "line"): (
        "Issue a new channel access token at https://developers.line.biz/console/ first, "
        "at the end of the channel's tab 'Messaging API'."
    ),
    ("DestinationAccountClosed", "bluesky"): (
        "Sign in at https://bsky.app: it tells you why, and how to appeal or to reactivate the account."
    ),
    ("DestinationAccountClosed", "line"): (
        "Check the channel's status and plan at https://developers.line.biz/console/."
    ),
}

_MENDED = (
    "This is a bug in fitbit-daily: please report it with the error message. "
    "Once it is fixed, type one after the other:"
)

WORDS = {
    "AccessTokenExpired": (
        "The access token expired during the run.",
        "The workflow gets a new one.",
    ),
    "LookAgain": (
        "The source could not be read.",
        "The workflow tries again until the deadline.",
    ),
    "SourceUnavailable": ("{service} gave no usable answer until the deadline.", ""),
    "SourceRateLimited": ("{service} limited the number of calls until the deadline.", ""),
    "CredentialsReplaced": (
        "The stored authorisation was replaced while it was in use.",
        "If this happens often, another program uses the same authorisation. To look into it:",
    ),
    "XUnavailable": ("X could not be reached for hours. Nothing was posted.", ""),
    "XRateLimited": ("X's rate limit was reached, and waiting for hours did not help.", ""),
    "XKeysRefused": (
        "X repeatedly rejected the keys.",
        "Set the app to 'Read and write', create new keys, then store them:",
    ),
    "DestinationUnavailable": ("{at} could not be reached for hours. Nothing was posted.", ""),
    "DestinationRateLimited": ("{at}'s rate limit was reached, and waiting for hours did not help.", ""),
    "PostOutcomeUnknown": (
        "For hours, the program could not find out whether {at} has the post.",
        "Look at your posts on {at}. If the post is there, type the first command with its id, otherwise the second:",
    ),
    "PostInProgress": (
        "Another execution kept working on the same post.",
        "To see what is running:",
    ),
    "AwsUnavailable": ("An AWS service that the program needs kept failing.", ""),
    "InvalidInput": (
        "The execution's input is invalid.",
        "The first command restores the schedule, the second shows what you can run by hand:",
    ),
    "StateFromAnotherVersion": (
        "Another version was deployed during the execution, and the two do not fit together.",
        "",
    ),
    "AuthorizationLost": ("{service} no longer accepts the stored authorisation.", "Authorise again:"),
    "AccessRefused": ("{service} denies all access.", "Authorise again:"),
    "ScopeNotGranted": (
        "{service} did not grant everything that the program needs.",
        "Authorise again, and tick every box:",
    ),
    "ApiNotEnabled": (
        "The Google Health API is not enabled in your Google Cloud project.",
        (
            "Enable it at https://console.cloud.google.com/apis/library/health.googleapis.com "
            "and wait a few minutes. If it is not offered there, Google accepts no new projects at the moment."
        ),
    ),
    "AccountNotLinked": (
        "Your Google account has no Fitbit data.",
        "Link it at https://fitbit.google.com/auth/signup and wait, or authorise the account that has the data:",
    ),
    "CloudProjectSuspended": (
        "Your Google Cloud project is suspended or no longer exists.",
        (
            "Read the notices at https://console.cloud.google.com/home/dashboard, "
            "or create a new project and authorise again:"
        ),
    ),
    "CloudProjectBilling": (
        "Your Google Cloud project has no billing enabled.",
        "Enable it at https://console.cloud.google.com/billing/projects and wait a few minutes.",
    ),
    "SourceSwitchedOff": (
        "The Fitbit Web API has been shut down.",
        "Change to Google Health. Type one after the other:",
    ),
    "SourceSecretNotFilledIn": (
        "The credentials for {service} are not stored yet, or one of them is missing.",
        "Store them:",
    ),
    "CredentialsOfAnotherSource": (
        "The stored credentials do not belong to {service}, so they were not sent.",
        "Authorise:",
    ),
    "XSecretNotFilledIn": ("The keys for X are not stored yet, or one of them is missing.", "Store them:"),
    "XKeysReadOnly": (
        "Your X app is not allowed to post.",
        "At https://console.x.com, add it to a project, set 'Read and write', create a new access token, store it:",
    ),
    "XOutOfCredits": ("The credits at X are used up.", "Buy credits at https://console.x.com, X's developer console."),
    "XSpendCapReached": (
        "The spend cap of your X account is reached.",
        "Raise it in X's developer console, https://console.x.com, or wait for the next billing cycle.",
    ),
    "XUsageCapped": (
        "Your app has used up the posts that X allows in a month.",
        "Check the limit in X's developer console, https://console.x.com, or wait for the next month.",
    ),
    "DestinationSecretNotFilledIn": (
        "The keys for {at} are not stored yet, or one of them is missing.",
        "Store them:",
    ),
    "DestinationKeysRefused": ("{at} rejected the stored keys.", "Store new ones:"),
    "DestinationAccountClosed": ("Your account on {at} is closed, or not allowed to post.", ""),
    "LineRecipientUnknown": (
        "LINE cannot send to the user ID that is stored.",
        (
            "Add the bot as a friend in LINE, or unblock it. If it is a friend already, store the user ID again; "
            "it is at the end of the channel's tab 'Basic settings':"
        ),
    ),
    "LineQuotaUsedUp": (
        "You have used up the messages that your LINE plan allows in a month.",
        "Wait for the first of next month, or change the plan at https://manager.line.biz/.",
    ),
    "PostRejected": (
        "{at} rejected the post.",
        "The error message says why. To see the text that would be posted now:",
    ),
    "DuplicateOnTimeline": (
        "X says that it already has this text, but does not show it on the timeline.",
        "Look at your timeline on X. If the post is there, type the first command with its id, otherwise the second:",
    ),
    "RetryKeyExpired": (
        "LINE may have the message, and can no longer tell: it recognises a repeated request for 24 hours only.",
        "Look at the chat in LINE. If the message is there, type the first command, otherwise the second:",
    ),
    "SourceRefusedRequest": (
        "{service} rejected one of the program's requests as invalid.",
        _MENDED,
    ),
    "UnexpectedError": (
        "Something unexpected happened.",
        _MENDED,
    ),
    "TIMED_OUT": ("The execution took too long, and AWS ended it.", ""),
    "ABORTED": ("The execution was stopped by hand.", ""),
    "NotStarted": ("EventBridge Scheduler tried to start the execution, and gave up.", ""),
    "Unsynced": (
        "The tracker did not sync the day before the deadline.",
        (
            "Open the Fitbit app on your phone, with the tracker close by, and let it sync: "
            "the program then posts the day if it is recent."
        ),
    ),
    "WeekWaits": ("The week's post waited for days of the week that were never posted.", ""),
    "(interrupted)": ("AWS repeatedly interrupted the step.", ""),
    "(definition)": (
        "Step Functions could not run the workflow's definition.",
        "Deploy again:",
    ),
    "(any other)": ("The step failed with an error that the program does not know.", "To look into it:"),
}
