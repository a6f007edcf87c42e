"""Every private part of moto that the local stack reaches into. moto is pinned; a test guards each seam.

Without these, moto does not run state machines, answers for a Lambda with the payload it was given, tells nobody of
what happens in it, and lacks resources in CloudFormation (moto_cloudformation.py): https://github.com/getmoto/moto
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import moto.dynamodb.models
import moto.stepfunctions.models
import moto.stepfunctions.parser.models
from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.cloudwatch.models import CloudWatchBackend
from moto.core.config import default_user_config
from moto.core.responses import BaseResponse
from moto.events.models import EventPattern
from moto.secretsmanager.models import SecretsManagerBackend
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import Subscription
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local import moto_cloudformation, moto_speed
from local.aws_calls import AwsCalls
from local.clock import Clock
from local.event_bus import EventBus
from local.lambda_process import Function, LambdaProcesses
from local.mailbox import Mailbox


def install(clock: Clock, processes: LambdaProcesses) -> None:
    """Makes moto's Step Functions, Lambda, Secrets Manager and DynamoDB fit for the local stack, in this process."""
    run_state_machines()
    name_executions()
    keep_time(clock)
    keep_stops()
    run_functions(processes)
    moto_cloudformation.complete_functions()
    move_secrets_current_label()
    serialise_table_writes()
    moto_speed.answer_quickly()
    moto_speed.keep_clients()


def run_state_machines() -> None:
    """The interpreter is off by default, and CloudFormation would create machines where it is not."""
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    moto.stepfunctions.models.stepfunctions_backends = moto.stepfunctions.parser.models.stepfunctions_parser_backends


def name_executions() -> None:
    """moto calls an execution that is started without a name None, and refuses the next; Step Functions names each.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    original = _ORIGINAL_START

    def start_execution(self: Any, state_machine_arn: str, name: str | None = None, *more: Any, **named: Any) -> Any:
        return original(self, state_machine_arn, name or str(uuid.uuid4()), *more, **named)

    StepFunctionsParserBackend.start_execution = start_execution


def keep_time(clock: Clock) -> None:
    """Waits and retries pass on the local clock; the execution's start is its ISO string, as on AWS."""

    class _Time:
        sleep = staticmethod(clock.wait)

    retrier_decl.time = _Time
    WaitFunction._wait_interval = lambda self, env, wait_seconds: clock.wait(wait_seconds)
    original = _ORIGINAL_ENVIRONMENT

    def with_start_time(self: ExecutionWorker) -> Any:
        environment = original(self)
        context = environment.states.context_object.context_object_data
        context["Execution"]["StartTime"] = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return environment

    ExecutionWorker._get_evaluation_environment = with_start_time


def keep_stops() -> None:
    """moto fails an execution that is stopped while a state passes on to the next."""
    original = _ORIGINAL_SET_ERROR

    def set_error(self: Environment, error: Any) -> None:
        if not isinstance(self.program_state(), ProgramStopped):
            original(self, error)

    Environment.set_error = set_error


def run_functions(processes: LambdaProcesses) -> None:
    """A Lambda runs its deployed bundle; without Docker, moto would echo the payload."""

    def invoke(self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
        self.logs_backend.ensure_log_group(self.logs_group_name)
        result, failed, printed = processes.invoke(_describe(self), event)
        self.save_logs(printed)
        return result, failed, printed

    LambdaFunction._invoke_lambda = invoke


def move_secrets_current_label() -> None:
    """moto moves the label AWSCURRENT, and goes on giving out the version that had it before."""
    original = _ORIGINAL_UPDATE_STAGE

    def update_secret_version_stage(
        self: SecretsManagerBackend,
        secret_id: str,
        version_stage: str,
        remove_from_version_id: str,
        move_to_version_id: str,
    ) -> Any:
        answer = original(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)
        if version_stage == "AWSCURRENT" and move_to_version_id:
            self.secrets[secret_id].set_default_version_id(move_to_version_id)
        return answer

    SecretsManagerBackend.update_secret_version_stage = update_secret_version_stage


def serialise_table_writes() -> None:
    """moto lets two concurrent conditional writes both win; DynamoDB never does."""
    table, lock = moto.dynamodb.models.DynamoDBBackend, threading.RLock()
    original = _ORIGINAL_PUT_ITEM

    def put_item(self: Any, *args: Any, **options: Any) -> Any:
        with lock:
            return original(self, *args, **options)

    table.put_item = put_item


def tell_of_endings(clock: Clock, bus: EventBus) -> None:
    """moto tells EventBridge of no execution's end. When one began and ended is told by the local clock."""
    original = _ORIGINAL_EXECUTION

    def execute(self: ExecutionWorker) -> None:
        execution = self._execution_communication.execution
        execution.start_date = clock.now()
        with bus.busy():
            original(self)
            execution.stop_date = clock.now()
            bus.execution_ended(execution.exec_arn)

    ExecutionWorker._execution_logic = execute


def tell_of_alarms(bus: EventBus) -> None:
    """CloudFormation makes no alarms in moto: SetAlarmState takes any name for one that is there, and tells the bus."""

    def set_alarm_state(
        self: CloudWatchBackend, alarm_name: str, reason: str, reason_data: str, state_value: str
    ) -> None:
        bus.alarm_changed(alarm_name, state_value, reason)

    CloudWatchBackend.set_alarm_state = set_alarm_state


def deliver_mails(mailbox: Mailbox) -> None:
    """moto forgets what is sent to an e-mail address, and takes subjects that SNS does not.

    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    original = _ORIGINAL_PUBLISH

    def publish(self: Subscription, message: str, message_id: str, subject: str | None = None, **more: Any) -> None:
        if subject is not None and not re.fullmatch(r"[!-~][ -~]{0,98}", subject):
            raise SNSInvalidParameter("Invalid parameter: Subject")
        original(self, message, message_id, subject=subject, **more)
        if self.protocol == "email":
            mailbox.receive(self.endpoint, subject or "AWS Notification Message", message)

    Subscription.publish = publish


def record_calls(calls: AwsCalls) -> None:
    """Whatever reaches moto is written down as moto understood it: what was asked for, with whose signature.

    What moto does not know is refused as such; by itself, it would answer with a traceback on the terminal.
    """
    original = _ORIGINAL_DISPATCH

    def dispatch(self: BaseResponse, request: Any, *more: Any, **named: Any) -> Any:
        try:
            return original(self, request, *more, **named)
        except NotImplementedError as error:
            return 501, {}, json.dumps({"__type": "NotImplemented", "message": str(error)})
        finally:
            calls.record(request.headers.get("Authorization", ""), self._get_action(), _request_of(self))

    BaseResponse._dispatch = dispatch


def _request_of(response: BaseResponse) -> dict[str, Any]:
    """A request's parameters, wherever its protocol puts them."""
    in_body = response.body
    if isinstance(in_body, str | bytes):
        try:
            in_body = json.loads(in_body)
        except ValueError:
            in_body = {}
    in_form = {name: values[0] for name, values in response.querystring.items() if isinstance(values, list) and values}
    in_path = response.uri_match if isinstance(response.uri_match, dict) else {}
    return {**in_form, **(in_body if isinstance(in_body, dict) else {}), **in_path}


def matches(pattern: str | None, event: Mapping[str, Any]) -> bool:
    """Whether EventBridge would find that the event matches a rule's pattern."""
    return bool(EventPattern.load(pattern).matches_event(event))


def _describe(function: LambdaFunction) -> Function:
    backend = lambda_backends[function.account_id][function.region]
    layers = [backend.layers_versions_by_arn(layer["Arn"]).code_bytes for layer in function.layers]
    return Function(
        name=function.function_name,
        handler=function.handler,
        timeout_seconds=int(function.timeout),
        memory_mb=int(function.memory_size),
        environment=function.environment_vars,
        code=function.code_bytes,
        layers=layers,
        arn=function.function_arn,
        region=function.region,
    )


_ORIGINAL_DISPATCH = BaseResponse._dispatch
_ORIGINAL_ENVIRONMENT = ExecutionWorker._get_evaluation_environment
_ORIGINAL_EXECUTION = ExecutionWorker._execution_logic
_ORIGINAL_SET_ERROR = Environment.set_error
_ORIGINAL_PUBLISH = Subscription.publish
_ORIGINAL_UPDATE_STAGE = SecretsManagerBackend.update_secret_version_stage
_ORIGINAL_START = StepFunctionsParserBackend.start_execution
_ORIGINAL_PUT_ITEM = moto.dynamodb.models.DynamoDBBackend.put_item


def interpret(
    definition: str,
    *,
    machine: str,
    name: str,
    started_at: datetime,
    request: Any,
    invoke: Callable[[str, Any], tuple[Any, bool]],
    begun: Callable[[Execution], None] = lambda execution: None,
) -> Execution:
    """Runs a definition to its end in this thread, with moto's interpreter and nothing else of moto.

    machine: the state machine's ARN; invoke: gets a function's ARN and the payload, and returns the answer, and whether
    it is an error; begun: is told of the execution before its first step.
    """

    def ask(parameters: Any, region: str, state_credentials: Any) -> dict[str, Any]:
        answer, failed = invoke(parameters["FunctionName"], json.loads(parameters["Payload"]))
        return {"Payload": answer, "StatusCode": 200, **({"FunctionError": "Unhandled"} if failed else {})}

    lambda_eval_utils._invoke_lambda_function = ask
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    execution = Execution(
        name=name,
        sm_type="STANDARD",
        role_arn="arn:aws:iam::123456789012:role/local",
        exec_arn=arn,
        account_id="123456789012",
        region_name="ap-northeast-1",
        state_machine=SimpleNamespace(
            arn=machine, name=machine.rpartition(":")[2], sm_type="STANDARD", definition=definition
        ),
        start_date=started_at,
        cloud_watch_logging_session=None,
        input_data=json.dumps(request),
        trace_header=None,
        activity_store={},
    )
    execution.exec_worker = execution._get_start_execution_worker()
    execution.exec_status = ExecutionStatus.RUNNING
    begun(execution)
    execution.exec_worker._execution_logic()
    return execution
