"""What must never be lost is kept, under ids that never change, and can be found by its name in the outputs."""

from __future__ import annotations

import pytest

from tests.stacks.reading import Template

# A new id is a new, empty resource at the next deploy: never change these.
KEPT = {
    "KeptSourceSecret8EA2F292": "AWS::SecretsManager::Secret",
    "KeptXSecret58183B51": "AWS::SecretsManager::Secret",
    "KeptPostLedgerF2375F81": "AWS::DynamoDB::Table",
    "KeptHistoryDFDBD3F6": "AWS::DynamoDB::Table",
}
KEYS = {"KeptPostLedgerF2375F81": ("destination", "row"), "KeptHistoryDFDBD3F6": ("year", "date")}
# What would be asked for a secret's or a table's name, instead of getting a new one.
NAMES = {"Name", "TableName"}
KINDS_WITH_DATA = ("::SecretsManager::", "::DynamoDB::", "::S3::", "::SSM::", "::KMS::", "::RDS::", "::EFS::")


def test_the_secrets_the_ledger_and_the_history_have_the_ids_that_they_have_always_had(template: Template) -> None:
    with_data = {
        name: resource["Type"]
        for name, resource in template.resources.items()
        if any(kind in resource["Type"] for kind in KINDS_WITH_DATA)
    }
    assert with_data == KEPT


@pytest.mark.parametrize("id", KEPT)
def test_what_is_kept_survives_an_update_and_a_deletion_of_the_stack(template: Template, id: str) -> None:
    resource = template.resources[id]
    # "ExceptOnCreate": a first deploy that fails leaves nothing behind that would be in the way of the second.
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("id", KEPT)
def test_what_is_kept_has_no_fixed_name_that_would_be_in_the_way_of_a_second_deploy(
    template: Template, id: str
) -> None:
    assert not NAMES & set(template.resources[id]["Properties"])


@pytest.mark.parametrize("id", KEYS)
def test_the_ledger_is_read_by_destination_and_day_and_the_history_by_year_and_day(template: Template, id: str) -> None:
    table = template.resources[id]["Properties"]
    partition_key, sort_key = KEYS[id]
    assert table["KeySchema"] == [
        {"AttributeName": partition_key, "KeyType": "HASH"},
        {"AttributeName": sort_key, "KeyType": "RANGE"},
    ]
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("id", KEYS)
def test_a_table_can_be_restored_to_any_second_and_never_forgets_by_itself(template: Template, id: str) -> None:
    table = template.resources[id]["Properties"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert "TimeToLiveSpecification" not in table


def test_a_secret_is_made_without_a_value_of_ours(template: Template) -> None:
    for secret in template.of("AWS::SecretsManager::Secret").values():
        assert secret["Properties"]["GenerateSecretString"] == {}
        assert "SecretString" not in secret["Properties"]


def test_the_outputs_name_what_a_person_needs(template: Template) -> None:
    (machine,) = template.of("AWS::StepFunctions::StateMachine")
    outputs = {name: output["Value"] for name, output in template.plain["Outputs"].items()}
    names = ("SourceSecretArn", "XSecretArn", "LedgerTable", "HistoryTable", "StateMachineArn")
    assert {name: outputs.get(name) for name in names} == {
        "SourceSecretArn": {"Ref": "KeptSourceSecret8EA2F292"},
        "XSecretArn": {"Ref": "KeptXSecret58183B51"},
        "LedgerTable": {"Ref": "KeptPostLedgerF2375F81"},
        "HistoryTable": {"Ref": "KeptHistoryDFDBD3F6"},
        "StateMachineArn": {"Ref": machine},
    }
