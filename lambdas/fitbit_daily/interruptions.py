"""What AWS says when it, not our code, ends an invocation. One list: for the definition's Retry, and for the cures.

Some of these happen after the work was done: every step is safe to run again, Tweet by its ledger.
"""

INTERRUPTIONS = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Sandbox.Timedout",
    # The invocation was stuck on its way in or out: the function itself ends sooner.
    "States.Timeout",
)
