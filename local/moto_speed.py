"""Ways of moto that take most of its time, made short. They change no answer; moto is pinned."""

from __future__ import annotations

import functools
from typing import Any

from moto import backends
from moto.core import responses
from moto.core.models import RESPONSES_METHODS
from moto.core.serialize import ResponseSerializer
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import json_path

_GET_VALUE = ResponseSerializer.get_value
_PATH = functools.cache(json_path.parse)
_DEFINITION = functools.cache(AmazonStateLanguageParser.parse)
_METHODS = functools.cache(responses.method_names_from_class)
_SERVICES = frozenset(backends.list_of_moto_modules())
_CLIENT_FOR = lambda_eval_utils.boto_client_for


def answer_quickly() -> None:
    """moto looks for each member of an answer under a dozen names, though DynamoDB gives plain dictionaries. For every
    request it lists its own folders and a service's methods, and for every execution and path it reads a grammar.
    """

    def get_value(self: ResponseSerializer, value: Any, key: str, shape: Any) -> Any:
        if type(value) is dict and self.operation_model.service_model.service_name == "dynamodb":
            return value.get(key)
        return _GET_VALUE(self, value, key, shape)

    ResponseSerializer.get_value = get_value
    json_path.parse = _PATH
    AmazonStateLanguageParser.parse = staticmethod(_DEFINITION)
    responses.method_names_from_class = _METHODS
    backends.list_of_moto_modules = lambda: _SERVICES


def keep_clients() -> None:
    """moto's Step Functions make a new client of Lambda for each task; there is but one account here."""
    kept = functools.cache(_CLIENT_FOR)
    lambda_eval_utils.boto_client_for = lambda region, service, state_credentials=None: kept(region, service)


def watch_botocore_alone() -> None:
    """moto takes over `requests`, too, by two thousand patterns for each mock; nothing here asks AWS by it."""
    RESPONSES_METHODS.clear()
