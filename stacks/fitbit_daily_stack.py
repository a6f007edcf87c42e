"""The stack: what is kept, the workflow, its schedule, who may do what, and what its owner is told and shown."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_logs as logs
from constructs import Construct

from fitbit_daily.domain.alerts import SEPARATOR
from stacks import permissions
from stacks.addresses import OF_THE_SOURCE, OF_X
from stacks.alarms import Alarms, longest_silence
from stacks.dashboard import Dashboard
from stacks.kept import Kept
from stacks.nag import acknowledge
from stacks.notices import Notices
from stacks.schedule import DailySchedule
from stacks.settings import RETENTION_DAYS, Settings
from stacks.workflow import Workflow


class FitbitDaily(Stack):
    """Posts a person's Fitbit activity and sleep to X once a day.

    Two secrets that a person fills in, a parameter that holds the access token between steps, the ledger of what was
    posted, the history of the days, a state machine with eight functions, and a schedule that starts it.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, addresses: Mapping[str, str]) -> None:
        super().__init__(scope, id, description="Posts Fitbit activity and sleep to X once a day")
        kept = Kept(self, "Kept")
        # CloudFormation cannot make a SecureString: Refresh token does, at the first run.
        access_token = f"/{self.stack_name}/access-token"
        source = {"SOURCE": settings.source, "ACCESS_TOKEN_PARAMETER": access_token}
        source |= {name: addresses[name] for name in OF_THE_SOURCE if name in addresses}
        language = {"LANGUAGE": settings.language}
        ledger = {"LEDGER_TABLE": kept.ledger.table_name}
        workflow = Workflow(
            self,
            "Workflow",
            log_retention=_retention(settings.log_retention_days),
            environment={
                "Choose date": {
                    **_calendar(settings),
                    "LOOK_EVERY_MINUTES": str(settings.look_every_minutes),
                    "STYLE": settings.style,
                    **ledger,
                },
                "Refresh token": {**source, "SOURCE_SECRET_ARN": kept.source_secret.secret_arn},
                "Fetch activity": source,
                "Fetch sleep": source,
                "Keep history": {
                    "SOURCE": settings.source,
                    "TIME_ZONE": settings.time_zone.key,
                    "ALERTS": f"{SEPARATOR} ".join(settings.alerts),
                    "HISTORY_TABLE": kept.history.table_name,
                },
                "Catch up": {**_calendar(settings), "CATCH_UP_DAYS": str(settings.catch_up_days), **ledger},
                "Format posts": language,
                "Tweet": {
                    **language,
                    **{name: addresses[name] for name in OF_X if name in addresses},
                    "X_SECRET_ARN": kept.x_secret.secret_arn,
                    **ledger,
                },
            },
        )
        arns = {
            permissions.SOURCE_SECRET: kept.source_secret.secret_arn,
            permissions.X_SECRET: kept.x_secret.secret_arn,
            permissions.LEDGER: kept.ledger.table_arn,
            permissions.HISTORY: kept.history.table_arn,
            permissions.METRICS: "*",
            permissions.MACHINE: workflow.machine.state_machine_arn,
            permissions.EXECUTIONS: self.format_arn(
                service="states",
                resource="execution",
                resource_name=f"{workflow.machine.state_machine_name}:*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            ),
            permissions.ACCESS_TOKEN: self.format_arn(
                service="ssm",
                resource="parameter",
                resource_name=access_token.removeprefix("/"),
                arn_format=ArnFormat.SLASH_RESOURCE_NAME,
            ),
        }
        for name, step in workflow.steps.items():
            permissions.grant(name, step.role, arns)
        schedule = DailySchedule(
            self, "Schedule", machine=workflow.machine, at=settings.time_of_day, zone=settings.time_zone
        )
        notices = self._notices(settings, workflow, schedule, kept, arns) if settings.email else None
        Dashboard(
            self,
            "Dashboard",
            machine=workflow.machine,
            steps=workflow.steps,
            alarms=notices.alarms if notices else (),
        )
        acknowledge(kept, workflow, schedule, notices)

    def _notices(
        self, settings: Settings, workflow: Workflow, schedule: DailySchedule, kept: Kept, arns: Mapping[str, str]
    ) -> Notices:
        """The alarms and the mails: where there is nobody to tell, neither is deployed."""
        alarms = Alarms(
            self,
            "Alarms",
            machine=workflow.machine,
            undelivered=schedule.undelivered,
            silence=longest_silence(time_of_day=settings.time_of_day, give_up_at=settings.give_up_at),
        )
        notices = Notices(
            self,
            "Notices",
            email=settings.email,
            language=settings.language,
            machine=workflow.machine,
            looks_at=settings.looks_at,
            zone=settings.time_zone,
            alarms=alarms,
            code=workflow.code,
            dependencies=workflow.layer,
            environment={
                "SOURCE": settings.source,
                "CATCH_UP_DAYS": str(settings.catch_up_days),
                "LEDGER_TABLE": kept.ledger.table_name,
                **_calendar(settings),
            },
            log_retention=_retention(settings.log_retention_days),
        )
        permissions.grant("Notify", notices.notify.role, {**arns, **notices.arns})
        return notices


def _calendar(settings: Settings) -> dict[str, str]:
    """What turns moments into days."""
    return {
        "TIME_ZONE": settings.time_zone.key,
        "TIME_OF_DAY": f"{settings.time_of_day:%H:%M}",
        "GIVE_UP_AT": f"{settings.give_up_at:%H:%M}",
    }


def _retention(days: int) -> logs.RetentionDays:
    """CDK has a name for each number of days, in the same order."""
    names = (name for name in logs.RetentionDays if name is not logs.RetentionDays.INFINITE)
    return dict(zip(RETENTION_DAYS, names, strict=True))[days]
