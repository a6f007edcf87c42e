"""The private parts of moto's CloudFormation that the local stack reaches into: what it lacks, and what it forgets.

As in moto_seams.py, a test guards each.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from moto.awslambda.models import LambdaFunction, LayerVersion, lambda_backends
from moto.core.common_models import CloudFormationModel
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends


def complete_functions() -> None:
    """moto's CloudFormation forgets a function's layers and dead-letter queue, and a layer version's name."""
    create, configuration = _ORIGINAL_CREATE_FUNCTION, _ORIGINAL_CONFIGURATION

    def create_completely(
        cls: type[LambdaFunction], resource_name: str, cloudformation_json: Any, *args: Any, **more: Any
    ) -> Any:
        function = create(cls, resource_name, cloudformation_json, *args, **more)
        properties = cloudformation_json["Properties"]
        function.layers = function._get_layers_data(properties.get("Layers", []))
        function.dead_letter_config = properties.get("DeadLetterConfig")
        return function

    def get_configuration(self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
        told: dict[str, Any] = configuration(self, on_create)
        if getattr(self, "dead_letter_config", None):
            told["DeadLetterConfig"] = self.dead_letter_config
        return told

    LayerVersion.physical_resource_id = property(lambda self: self.arn)
    LambdaFunction.create_from_cloudformation_json = classmethod(create_completely)
    LambdaFunction.get_configuration = get_configuration


class EventInvokeConfig(CloudFormationModel):  # type: ignore[misc]
    """AWS::Lambda::EventInvokeConfig, which moto's CloudFormation lacks. Being a subclass registers it."""

    # CloudFormation finds its models by the service that their module is named after.
    __module__ = "moto.awslambda.models"

    def __init__(self, function: str) -> None:
        self.physical_resource_id = f"{function}-$LATEST"

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::Lambda::EventInvokeConfig"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> EventInvokeConfig:
        properties = dict(cloudformation_json["Properties"])
        function = properties.pop("FunctionName")
        properties.pop("Qualifier", None)
        lambda_backends[account_id][region_name].put_function_event_invoke_config(function, properties)
        return cls(function)


class Subscription(CloudFormationModel):  # type: ignore[misc]
    """AWS::SNS::Subscription, which moto's CloudFormation lacks."""

    __module__ = "moto.sns.models"

    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SNS::Subscription"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Subscription:
        properties = cloudformation_json["Properties"]
        topics = sns_backends[account_id][region_name]
        return cls(topics.subscribe(properties["TopicArn"], properties["Endpoint"], properties["Protocol"]).arn)


class Secret(CloudFormationModel):  # type: ignore[misc]
    """AWS::SecretsManager::Secret, which moto's CloudFormation lacks."""

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


_ORIGINAL_CREATE_FUNCTION = LambdaFunction.create_from_cloudformation_json.__func__
_ORIGINAL_CONFIGURATION = LambdaFunction.get_configuration
