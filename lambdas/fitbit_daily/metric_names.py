"""The program's own metrics in CloudWatch, none of them with a dimension. Ten are free; a test counts them.

The steps emit those of the workflow, the stack watches and draws all of them: both take the names from here.
"""

NAMESPACE = "fitbit-daily"

# Of the workflow. They travel through the log, where no health value may be: fitbit_daily/metrics.py.
DAYS_SETTLED = "DaysSettled"
WAITS = "Waits"
REMOTE_CALLS = "RemoteCalls"
OF_THE_WORKFLOW = (DAYS_SETTLED, WAITS, REMOTE_CALLS)

# Of the days: Keep history puts them, each with its own day's time.
STEPS = "Steps"
STEPS_AVERAGE = "StepsAverage7"
LIGHT_MINUTES = "LightMinutes"
MODERATE_MINUTES = "ModerateMinutes"
VIGOROUS_MINUTES = "VigorousMinutes"
HOURS_ASLEEP = "HoursAsleep"
OF_THE_DAYS = (STEPS, STEPS_AVERAGE, LIGHT_MINUTES, MODERATE_MINUTES, VIGOROUS_MINUTES, HOURS_ASLEEP)
