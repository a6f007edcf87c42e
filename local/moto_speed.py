"""Three of moto's ways that take most of its time, made short. They change no answer; moto is pinned."""

from __future__ import annotations

import functools
from typing import Any

from moto.core.serialize import ResponseSerializer
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.utils import json_path

_GET_VALUE = ResponseSerializer.get_value
_PARSE = functools.cache(json_path.parse)
_CLIENT_FOR = lambda_eval_utils.boto_client_for


def answer_quickly() -> None:
    """moto looks for each member of an answer under a dozen names, though DynamoDB gives plain dictionaries; and makes
    the grammar of JSON paths anew for every path that it reads.
    """

    def get_value(self: ResponseSerializer, value: Any, key: str, shape: Any) -> Any:
        if type(value) is dict and self.operation_model.service_model.service_name == "dynamodb":
            return value.get(key)
        return _GET_VALUE(self, value, key, shape)

    ResponseSerializer.get_value = get_value
    json_path.parse = _PARSE


def keep_clients() -> None:
    """moto's Step Functions make a new client of Lambda for each task; there is but one account here."""
    kept = functools.cache(_CLIENT_FOR)
    lambda_eval_utils.boto_client_for = lambda region, service, state_credentials=None: kept(region, service)
