"""The stack: what is kept, the workflow, its schedule, who may do what, and what its owner is told and shown."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_logs as logs
from constructs import Construct

from fitbit_daily import VERSION
from fitbit_daily.adapters.destination_keys import KEYS, parameter_of
from fitbit_daily.domain.week import OFF
from fitbit_daily.environment import (
    CatchUpEnvironment,
    ChooseDateEnvironment,
    FetchEnvironment,
    FormatPostsEnvironment,
    KeepHistoryEnvironment,
    RefreshTokenEnvironment,
    TweetEnvironment,
)
from stacks import STACK, permissions
from stacks.addresses import OF_DESTINATIONS, OF_THE_SOURCE
from stacks.alarms import Alarms, longest_silence
from stacks.dashboard import Dashboard
from stacks.function import Functions
from stacks.kept import Kept
from stacks.notices import Notices
from stacks.schedule import DailySchedule
from stacks.settings import RETENTION_DAYS, Settings
from stacks.workflow import Workflow


class FitbitDaily(Stack):
    """Posts a person's Fitbit activity and sleep once a day, to X or wherever the settings say.

    Two secrets that a person fills in, a parameter that holds the access token between steps, the ledger of what was
    posted, the history of the days, a state machine with eight functions, a schedule that starts it, and a
    dashboard.
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, addresses: Mapping[str, str], here: bool
    ) -> None:
        """here: it is deployed to this machine."""
        super().__init__(scope, id, description="Posts Fitbit activity and sleep to X once a day")
        # What another clone, or a later one, asks the deployed stack for.
        self.add_metadata(STACK, {"version": VERSION, "settings": settings.as_words()})
        kept = Kept(self, "Kept")
        access_token = f"/{self.stack_name}/access-token"
        functions = Functions(
            self,
            "Functions",
            log_retention=_retention(settings.log_retention_days),
            pictures=settings.weekly != OFF,
            here=here,
        )
        keys = {each: parameter_of(self.stack_name, each) for each in KEYS}
        environment = _environment(settings, kept, access_token, keys, addresses)
        workflow = Workflow(self, "Workflow", functions=functions, environment=environment)
        arns = {
            permissions.SOURCE_SECRET: kept.source_secret.secret_arn,
            permissions.X_SECRET: kept.x_secret.secret_arn,
            permissions.LEDGER: kept.ledger.table_arn,
            permissions.HISTORY: kept.history.table_arn,
            permissions.MACHINE: workflow.machine.state_machine_arn,
            permissions.EXECUTIONS: self.format_arn(
                service="states",
                resource="execution",
                resource_name=f"{workflow.machine.state_machine_name}:*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            ),
            permissions.ACCESS_TOKEN: self._parameter(access_token),
            permissions.BLUESKY_KEYS: self._parameter(keys["bluesky"]),
            permissions.LINE_KEYS: self._parameter(keys["line"]),
        }
        for name, step in workflow.steps.items():
            permissions.grant(name, step.role, arns, settings.destinations)
        schedule = DailySchedule(
            self, "Schedule", machine=workflow.machine, at=settings.time_of_day, zone=settings.time_zone
        )
        # Where there is nobody to tell, neither alarms nor mails are deployed.
        alarms = []
        if settings.email:
            notices = self._notices(settings, functions, workflow, schedule, kept)
            permissions.grant("Notify", notices.notify.role, {**arns, **notices.arns}, settings.destinations)
            alarms = notices.alarms
        dashboard = Dashboard(
            self,
            "Dashboard",
            functions=functions,
            settings=settings,
            history=kept.history,
            machine=workflow.machine,
            steps=workflow.steps,
            alarms=alarms,
        )
        permissions.grant("Widget", dashboard.widget.role, arns, settings.destinations)

    def _parameter(self, name: str) -> str:
        """Its ARN. CloudFormation cannot make a SecureString: who writes it first makes it."""
        return self.format_arn(
            service="ssm",
            resource="parameter",
            resource_name=name.removeprefix("/"),
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )

    def _notices(
        self, settings: Settings, functions: Functions, workflow: Workflow, schedule: DailySchedule, kept: Kept
    ) -> Notices:
        alarms = Alarms(
            self,
            "Alarms",
            machine=workflow.machine,
            undelivered=schedule.undelivered,
            silence=longest_silence(time_of_day=settings.time_of_day, give_up_at=settings.give_up_at),
        )
        return Notices(
            self,
            "Notices",
            functions=functions,
            settings=settings,
            machine=workflow.machine,
            ledger=kept.ledger,
            alarms=alarms,
        )


def _environment(
    settings: Settings, kept: Kept, access_token: str, keys: Mapping[str, str], addresses: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """What each step's function knows."""
    fetch = FetchEnvironment.of(settings, access_token_parameter=access_token)
    refresh_token = RefreshTokenEnvironment.of(
        settings, access_token_parameter=access_token, source_secret_arn=kept.source_secret.secret_arn
    )
    of_the_source, of_destinations = (
        {name: addresses[name] for name in of if name in addresses} for of in (OF_THE_SOURCE, OF_DESTINATIONS)
    )
    return {
        "Choose date": ChooseDateEnvironment.of(settings, ledger_table=kept.ledger.table_name).variables(),
        "Refresh token": refresh_token.variables() | of_the_source,
        "Fetch activity": fetch.variables() | of_the_source,
        "Fetch sleep": fetch.variables() | of_the_source,
        "Keep history": KeepHistoryEnvironment.of(settings, history_table=kept.history.table_name).variables(),
        "Catch up": CatchUpEnvironment.of(settings, ledger_table=kept.ledger.table_name).variables(),
        "Format posts": FormatPostsEnvironment.of(settings).variables(),
        "Tweet": TweetEnvironment.of(
            settings,
            x_secret_arn=kept.x_secret.secret_arn,
            bluesky_parameter=keys["bluesky"],
            line_parameter=keys["line"],
            ledger_table=kept.ledger.table_name,
        ).variables()
        | of_destinations,
    }


def _retention(days: int) -> logs.RetentionDays:
    """CDK has a name for each number of days, in the same order."""
    names = (name for name in logs.RetentionDays if name is not logs.RetentionDays.INFINITE)
    return dict(zip(RETENTION_DAYS, names, strict=True))[days]
