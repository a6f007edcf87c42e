"""Every private part of moto that the local stack reaches into. moto is pinned; a test guards each seam.

Without these, moto does not run state machines, answers for a Lambda with the payload it was given, and has no
CloudFormation for secrets: https://github.com/getmoto/moto
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import moto.dynamodb.models
import moto.stepfunctions.models
import moto.stepfunctions.parser.models
from moto.awslambda.models import LambdaFunction, LayerVersion, lambda_backends
from moto.core.common_models import CloudFormationModel
from moto.core.config import default_user_config
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from local.clock import Clock
from local.lambda_process import Function, LambdaProcesses


def install(clock: Clock, processes: LambdaProcesses) -> None:
    """Makes moto's Step Functions, Lambda, Secrets Manager and DynamoDB fit for the local stack, in this process."""
    run_state_machines()
    keep_time(clock)
    run_functions(processes)
    attach_layers()
    move_secrets_current_label()
    serialise_table_writes()


def run_state_machines() -> None:
    """The interpreter is off by default, and CloudFormation would create machines where it is not."""
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    moto.stepfunctions.models.stepfunctions_backends = moto.stepfunctions.parser.models.stepfunctions_parser_backends


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


def run_functions(processes: LambdaProcesses) -> None:
    """A Lambda runs its deployed bundle; without Docker, moto would echo the payload."""

    def invoke(self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
        self.logs_backend.ensure_log_group(self.logs_group_name)
        result, failed, printed = processes.invoke(_describe(self), event)
        self.save_logs(printed)
        return result, failed, printed

    LambdaFunction._invoke_lambda = invoke


def attach_layers() -> None:
    """moto's CloudFormation forgets a function's layers, and a layer version's name."""
    create = _ORIGINAL_CREATE_FUNCTION

    def with_layers(
        cls: type[LambdaFunction], resource_name: str, cloudformation_json: Any, *args: Any, **more: Any
    ) -> Any:
        function = create(cls, resource_name, cloudformation_json, *args, **more)
        function.layers = function._get_layers_data(cloudformation_json["Properties"].get("Layers", []))
        return function

    LayerVersion.physical_resource_id = property(lambda self: self.arn)
    LambdaFunction.create_from_cloudformation_json = classmethod(with_layers)


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


class Secret(CloudFormationModel):  # type: ignore[misc]
    """AWS::SecretsManager::Secret, which moto's CloudFormation lacks. Being a subclass registers it."""

    # CloudFormation finds its models by the service that their module is named after.
    __module__ = "moto.secretsmanager.models"

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @property
    def physical_resource_id(self) -> str:
        return self.arn

    @staticmethod
    def cloudformation_name_type() -> str:
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SecretsManager::Secret"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr == "Id"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return self.arn

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Secret:
        properties = cloudformation_json["Properties"]
        backend = secretsmanager_backends[account_id][region_name]
        created = backend.create_secret(
            name=resource_name,
            # GenerateSecretString with nothing else makes a random string, no JSON.
            secret_string=secrets.token_urlsafe(24),
            secret_binary=None,
            description=properties.get("Description"),
            tags=[],
            kms_key_id=None,
            client_request_token=None,
            replica_regions=[],
            force_overwrite=False,
        )
        return cls(json.loads(created)["ARN"])

    @classmethod
    def update_from_cloudformation_json(cls, original_resource: Secret, *args: Any, **_: Any) -> Secret:
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, *args: Any, **_: Any) -> None:
        """Kept, as the stack asks."""


_ORIGINAL_ENVIRONMENT = ExecutionWorker._get_evaluation_environment
_ORIGINAL_UPDATE_STAGE = SecretsManagerBackend.update_secret_version_stage
_ORIGINAL_CREATE_FUNCTION = LambdaFunction.create_from_cloudformation_json.__func__
_ORIGINAL_PUT_ITEM = moto.dynamodb.models.DynamoDBBackend.put_item


def interpret(definition: str, *, name: str, request: Any, invoke: Callable[[str, Any], tuple[Any, bool]]) -> Execution:
    """Runs a definition to its end in this thread, with moto's interpreter and nothing else of moto.

    invoke: gets a function's ARN and the payload; returns the answer, and whether it is an error.
    """

    def ask(parameters: Any, region: str, state_credentials: Any) -> dict[str, Any]:
        answer, failed = invoke(parameters["FunctionName"], json.loads(parameters["Payload"]))
        return {"Payload": answer, "StatusCode": 200, **({"FunctionError": "Unhandled"} if failed else {})}

    lambda_eval_utils._invoke_lambda_function = ask
    arn = f"arn:aws:states:ap-northeast-1:123456789012:execution:fitbit-daily:{name}"
    machine = SimpleNamespace(arn="machine", name="fitbit-daily", sm_type="STANDARD", definition=definition)
    execution = Execution(
        name=name,
        sm_type="STANDARD",
        role_arn="arn:aws:iam::123456789012:role/local",
        exec_arn=arn,
        account_id="123456789012",
        region_name="ap-northeast-1",
        state_machine=machine,
        start_date=datetime.now(UTC),
        cloud_watch_logging_session=None,
        input_data=json.dumps(request),
        trace_header=None,
        activity_store={},
    )
    execution.exec_worker = execution._get_start_execution_worker()
    execution.exec_status = ExecutionStatus.RUNNING
    execution.exec_worker._execution_logic()
    return execution
