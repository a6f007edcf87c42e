"""cdk-nag's findings that are as they should be, each with its reason."""

from collections.abc import Iterable

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

from stacks.kept import Kept
from stacks.schedule import DailySchedule
from stacks.workflow import Workflow

NO_ROTATION = (
    "Its values come from Google and from X, by a person's consent: Secrets Manager cannot make new ones. "
    "Refresh token stores what the provider rotates."
)
TRACING = "X-Ray's actions for sending traces take no resource but *."
LOG_DELIVERY = "The actions that set up log delivery, and X-Ray's, take no resource but *."
ALL_VERSIONS = "CDK lets the state machine call every version of the very function that it runs; there are no others."
IS_THE_LAST_STOP = "This queue is the dead-letter queue: of the schedule, whose target CDK-nag does not look at."


def acknowledge(kept: Kept, workflow: Workflow, schedule: DailySchedule) -> None:
    for secret in (kept.source_secret, kept.x_secret):
        _acknowledge(secret, "SMG4", NO_ROTATION)
    for step in workflow.steps.values():
        _acknowledge(step.role, "IAM5", TRACING, ["Resource::*"])
    machine = workflow.machine.role
    _acknowledge(machine, "IAM5", LOG_DELIVERY, ["Resource::*"])
    stack = kept.node.scope
    functions = [stack.get_logical_id(step.function.node.default_child) for step in workflow.steps.values()]
    _acknowledge(machine, "IAM5", ALL_VERSIONS, [f"Resource::<{function}.Arn>:*" for function in functions])
    _acknowledge(schedule.undelivered, "SQS3", IS_THE_LAST_STOP)


def _acknowledge(construct: IConstruct, rule: str, reason: str, findings: Iterable[str] = ("",)) -> None:
    Validations.of(construct).acknowledge(
        *(
            Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}" + (f"[{each}]" if each else ""), reason=reason)
            for each in findings
        )
    )
