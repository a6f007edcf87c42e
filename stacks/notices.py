"""The mail to the owner: an execution that failed, timed out or was aborted."""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

ENDINGS = ["FAILED", "TIMED_OUT", "ABORTED"]


class Notices(Construct):
    """Announces failures from outside the workflow, so that a redrive finds nothing in its way.

    The address must be confirmed by the link in the first mail.
    """

    def __init__(self, scope: Construct, id: str, *, machine: sfn.StateMachine, email: str) -> None:
        super().__init__(scope, id)
        self.topic = sns.Topic(self, "Topic", display_name="fitbit-daily", enforce_ssl=True)
        self.topic.add_subscription(subscriptions.EmailSubscription(email))
        # enforce_ssl replaces the default policy, by which EventBridge could publish: the target grants it anew.
        name = events.EventField.from_path("$.detail.name")
        rule = events.Rule(
            self,
            "Failures",
            description="fitbit-daily: a mail for an execution that did not end well",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"status": ENDINGS, "stateMachineArn": [machine.state_machine_arn]},
            ),
        )
        rule.add_target(
            targets.SnsTopic(
                self.topic,
                message=events.RuleTargetInput.from_multiline_text(
                    f"The fitbit-daily execution {name} ended as {events.EventField.from_path('$.detail.status')}.\n"
                    "What happened, and what to type: ./daily status\n"
                    "Everything at a glance: ./daily doctor"
                ),
            )
        )
