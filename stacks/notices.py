"""The mails to the owner: at each event, and once a day, one function looks at what is, and tells of it once.

From outside the workflow, so that a redrive finds nothing in its way. Only where an address is set.
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Aws, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from fitbit_daily.environment import NotifyEnvironment
from stacks import permissions
from stacks.alarms import Alarms, alarm_arn, alarm_on_messages
from stacks.function import Functions
from stacks.nag import acknowledge
from stacks.schedule import every_day
from stacks.settings import Settings

ENDINGS = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]

# By the language of the mails: the only one that CloudWatch writes itself, with this in it.
UNTOLD = {
    "ja": (
        "fitbit-daily のお知らせメールを送れませんでした。何が起きたかは ./daily status で、"
        "全体の状態は ./daily doctor で確認できます。"
    ),
    "en": (
        "fitbit-daily could not send you a mail. To see what happened, type: ./daily status. "
        "To see whether everything is in place, type: ./daily doctor"
    ),
}


class Notices(Construct):
    """A topic with the owner's address, the function Notify with its memory, its two rules and its daily look, and a
    queue for what failed.

    The address must be confirmed by the link in the first mail.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        functions: Functions,
        settings: Settings,
        machine: sfn.StateMachine,
        ledger: dynamodb.ITable,
        alarms: Alarms,
    ) -> None:
        super().__init__(scope, id)
        self.topic = self._topic(settings.email)
        # Not kept with the stack: without its memory, Notify at most repeats a mail, or waits for the next success.
        self.told = dynamodb.Table(
            self,
            "Told",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.told, "DDB3", "It remembers which mails were sent: losing it costs one mail too many or too late."
        )
        self.untold = sqs.Queue(
            self,
            "Untold",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self.notify = functions.make(
            self,
            "Notify",
            name="Notify",
            environment=NotifyEnvironment.of(
                settings,
                ledger_table=ledger.table_name,
                state_machine_arn=machine.state_machine_arn,
                topic_arn=self.topic.topic_arn,
                told_table=self.told.table_name,
                silence_alarm=alarms.silence,
                undelivered_alarm=alarms.undelivered,
                throttled_alarm=alarms.throttled,
            ).variables(),
            timeout=Duration.seconds(60),
            dead_letter_queue=self.untold,
        )
        self.notify.function.configure_async_invoke(retry_attempts=2, max_event_age=Duration.hours(6))
        self._tell_of(
            "Endings",
            "an execution has ended",
            events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"status": ENDINGS, "stateMachineArn": [machine.state_machine_arn]},
            ),
        )
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
        self._tell_of(
            "Alarms",
            "an alarm has gone off",
            events.EventPattern(
                source=["aws.cloudwatch"],
                detail_type=["CloudWatch Alarm State Change"],
                resources=alarms.arns,
                detail={"state": {"value": ["ALARM"]}},
            ),
        )
        self._look_daily(settings)
        self.alarms = [*alarms.arns, self._watch_notify(settings.language)]

    @property
    def arns(self) -> Mapping[str, str]:
        """What Notify is given permissions for."""
        return {
            permissions.TOPIC: self.topic.topic_arn,
            permissions.TOLD: self.told.table_arn,
        }

    def _topic(self, email: str) -> sns.Topic:
        """AWS's own key would shut CloudWatch out; enforce_ssl replaces the default policy, and with it all grants."""
        topic = sns.Topic(self, "Topic", display_name="fitbit-daily", enforce_ssl=True)
        topic.add_subscription(subscriptions.EmailSubscription(email))
        for name, value in (("NoticesTopicArn", topic.topic_arn), ("NoticesAddress", email)):
            CfnOutput(self, name, value=value).override_logical_id(name)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        return topic

    def _tell_of(self, id: str, what: str, pattern: events.EventPattern) -> None:
        rule = events.Rule(self, id, description=f"fitbit-daily: {what}", event_pattern=pattern)
        rule.add_target(
            targets.LambdaFunction(self.notify.function, dead_letter_queue=self.untold, max_event_age=Duration.hours(6))
        )

    def _look_daily(self, settings: Settings) -> None:
        """An event that was lost, late or doubled changes nothing for long."""
        role = iam.Role(self, "DailyLookRole", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
        versions = f"{self.notify.function.function_arn}:*"
        acknowledge(role, "IAM5", "CDK allows every version of the function: it has only one.", resource=versions)
        scheduler.Schedule(
            self,
            "DailyLook",
            description="fitbit-daily: looks whether there is anything to tell",
            schedule=every_day(settings.looks_at, settings.time_zone),
            target=scheduler_targets.LambdaInvoke(
                self.notify.function,
                role=role,
                input=scheduler.ScheduleTargetInput.from_object({}),
                dead_letter_queue=self.untold,
                max_event_age=Duration.hours(6),
                retry_attempts=10,
            ),
        )

    def _watch_notify(self, language: str) -> str:
        """What Notify could not tell is told without it: the only alarm that writes to the owner itself. Its ARN."""
        name = f"{Stack.of(self).stack_name}-untold"
        alarm = alarm_on_messages(self, "UntoldAlarm", queue=self.untold, name=name, description=UNTOLD[language])
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        return alarm_arn(Stack.of(self), name)
