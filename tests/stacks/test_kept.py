"""What must never be lost is kept, under ids that never change, and can be found by its name in the outputs."""

from __future__ import annotations

import pytest

from tests.stacks.reading import Template

# A new id is a new, empty resource at the next deploy: never change these.
SECRETS = ("KeptSourceSecret8EA2F292", "KeptXSecret58183B51")
TABLES = {"KeptPostLedgerF2375F81": ("destination", "row"), "KeptHistoryDFDBD3F6": ("year", "date")}
KINDS_WITH_DATA = ("::SecretsManager::", "::DynamoDB::", "::S3::", "::SSM::", "::KMS::", "::RDS::", "::EFS::")


def test_the_secrets_the_ledger_and_the_history_have_the_ids_that_they_have_always_had(template: Template) -> None:
    with_data = {
        name: resource["Type"]
        for name, resource in template.resources.items()
        if any(kind in resource["Type"] for kind in KINDS_WITH_DATA)
    }
    secrets = dict.fromkeys(SECRETS, "AWS::SecretsManager::Secret")
    assert with_data == secrets | dict.fromkeys(TABLES, "AWS::DynamoDB::Table")


@pytest.mark.parametrize("name", [*SECRETS, *TABLES])
def test_what_is_kept_survives_an_update_and_a_deletion_of_the_stack(template: Template, name: str) -> None:
    resource = template.resources[name]
    # "ExceptOnCreate": a first deploy that fails leaves nothing behind that would be in the way of the second.
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_by_its_keys_restored_to_any_second_and_neither_named_nor_forgetful(
    template: Template, name: str
) -> None:
    kinds = dict(zip(TABLES[name], ("HASH", "RANGE"), strict=True))
    table = dict(template.resources[name]["Properties"])
    assert table.pop("PointInTimeRecoverySpecification") == {"PointInTimeRecoveryEnabled": True}
    # No TTL, and no name that would be in the way of a second deploy.
    assert table == {
        "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in kinds.items()],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in kinds],
        "BillingMode": "PAY_PER_REQUEST",
    }


def test_a_secret_is_made_without_a_value_or_a_name_of_ours(template: Template) -> None:
    for secret in template.of("AWS::SecretsManager::Secret").values():
        assert secret["Properties"]["GenerateSecretString"] == {}
        assert not {"SecretString", "Name"} & set(secret["Properties"])


def test_the_outputs_name_what_a_person_needs(template: Template, with_email: Template) -> None:
    outputs = {name: output["Value"] for name, output in with_email.plain["Outputs"].items()}
    del outputs["DashboardPage"]
    assert outputs == {
        "SourceSecretArn": {"Ref": "KeptSourceSecret8EA2F292"},
        "XSecretArn": {"Ref": "KeptXSecret58183B51"},
        "LedgerTable": {"Ref": "KeptPostLedgerF2375F81"},
        "HistoryTable": {"Ref": "KeptHistoryDFDBD3F6"},
        "StateMachineArn": {"Ref": "WorkflowStateMachine8F1B1C15"},
        "NoticesTopicArn": {"Ref": "NoticesTopic898AF2CD"},
        "NoticesAddress": "owner@example.org",
    }
    assert set(with_email.plain["Outputs"]) - set(template.plain["Outputs"]) == {"NoticesTopicArn", "NoticesAddress"}
