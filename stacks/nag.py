"""cdk-nag's findings that are as they should be, each with its reason."""

from collections.abc import Iterable

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

from stacks import permissions
from stacks.kept import Kept
from stacks.notices import Notices
from stacks.schedule import DailySchedule
from stacks.workflow import Workflow

NO_ROTATION = (
    "Its values come from Google and from X, by a person's consent: Secrets Manager cannot make new ones. "
    "Refresh token stores what the provider rotates."
)
TRACING = "X-Ray's actions for sending traces take no resource but *."
TRACING_AND_METRICS = f"{TRACING} Nor does PutMetricData: a condition allows it the program's own namespace alone."
LOG_DELIVERY = "The actions that set up log delivery, and X-Ray's, take no resource but *."
ALL_VERSIONS = "CDK lets the state machine call every version of the very function that it runs; there are no others."
EVERY_VERSION = "CDK lets the schedule call every version of the very function that it calls; there are no others."
IS_THE_LAST_STOP = "This queue is the dead-letter queue: of the schedule, whose target CDK-nag does not look at."
ONLY_WHAT_WAS_TOLD = "It remembers which mails were sent: whoever loses it gets one mail too many, or one too late."
ITS_EXECUTIONS = "An execution's name is not known before it runs: these are all executions of this very state machine."


def acknowledge(kept: Kept, workflow: Workflow, schedule: DailySchedule, notices: Notices | None) -> None:
    for secret in (kept.source_secret, kept.x_secret):
        _acknowledge(secret, "SMG4", NO_ROTATION)
    for name, step in workflow.steps.items():
        reason = TRACING_AND_METRICS if permissions.METRICS in permissions.STEPS[name] else TRACING
        _acknowledge(step.role, "IAM5", reason, ["Resource::*"])
    machine = workflow.machine.role
    _acknowledge(machine, "IAM5", LOG_DELIVERY, ["Resource::*"])
    stack = kept.node.scope
    name = stack.get_logical_id(workflow.machine.node.default_child)
    executions = f"Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<{name}.Name>:*"
    _acknowledge(workflow.steps["Catch up"], "IAM5", ITS_EXECUTIONS, [executions])
    functions = [stack.get_logical_id(step.function.node.default_child) for step in workflow.steps.values()]
    _acknowledge(machine, "IAM5", ALL_VERSIONS, [f"Resource::<{function}.Arn>:*" for function in functions])
    _acknowledge(schedule.undelivered, "SQS3", IS_THE_LAST_STOP)
    if notices is not None:
        _acknowledge(notices.told, "DDB3", ONLY_WHAT_WAS_TOLD)
        _acknowledge(notices.notify.role, "IAM5", TRACING, ["Resource::*"])
        _acknowledge(notices.notify.role, "IAM5", ITS_EXECUTIONS, [executions])
        notify = stack.get_logical_id(notices.notify.function.node.default_child)
        _acknowledge(notices.look_role, "IAM5", EVERY_VERSION, [f"Resource::<{notify}.Arn>:*"])


def _acknowledge(construct: IConstruct, rule: str, reason: str, findings: Iterable[str] = ("",)) -> None:
    Validations.of(construct).acknowledge(
        *(
            Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}" + (f"[{each}]" if each else ""), reason=reason)
            for each in findings
        )
    )
