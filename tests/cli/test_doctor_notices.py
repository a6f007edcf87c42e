"""./daily doctor on the mails to the owner: whether they arrive, and whether all of them could be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitbit_daily.adapters.aws import client
from stacks.settings_file import write_own
from tests.cli.deployed_stack import DeployedStack, stack
from tests.cli.examined import NAMES, bad, rows, well
from tests.cli.mailing import LOG, OWNER, SNS, TOPIC, deploy_with_email
from tests.cli.step_functions import refusal

__all__ = ["stack", "well"]

SUBSCRIBE = f"aws sns subscribe --topic-arn {TOPIC} --protocol email --notification-endpoint {OWNER}"


@pytest.fixture
def sns(well: DeployedStack, own_settings: Path) -> SNS:
    """Nothing is wrong but that the address is not confirmed yet."""
    write_own({"email": OWNER})
    found, _ = deploy_with_email(well)
    return found


def confirm(well: DeployedStack, sns: SNS) -> None:
    (token,) = sns.pending
    well.services["sns"].confirm_subscription(TopicArn=TOPIC, Token=token, AuthenticateOnUnsubscribe="true")


def test_an_address_is_bad_until_its_owner_confirms_it(well: DeployedStack, sns: SNS) -> None:
    told = bad(well, "E-mail")
    assert told.startswith(f"{OWNER} is not confirmed: nothing is sent to it → ./daily confirm, with the link of")
    confirm(well, sns)
    found = rows(well, exit_code=0)
    assert (found["E-mail"]["says"], found["Unsent mails"]["says"]) == (OWNER, "none in the last 14 days")
    assert list(found) == [*NAMES[:12], "Unsent mails", *NAMES[12:]]


def test_an_address_whose_link_was_opened_is_good_with_a_hint_that_scanners_can_end_it(
    well: DeployedStack, sns: SNS
) -> None:
    sns.open_the_link()
    row = rows(well, exit_code=0)["E-mail"]
    assert row["state"] == "good" and row["remedy"] is None
    assert row["says"].startswith(f'{OWNER}; whoever opens a mail\'s "unsubscribe" link ends it')


def test_an_address_that_was_unsubscribed_is_bad_with_the_command_that_subscribes_it(
    well: DeployedStack, sns: SNS
) -> None:
    confirm(well, sns)
    sns.unsubscribe(OWNER)
    told = bad(well, "E-mail")
    assert "is not subscribed any more" in told and f"→ {SUBSCRIBE}; then: ./daily confirm" in told


def test_an_address_that_nobody_confirmed_in_time_is_bad_in_the_same_way(well: DeployedStack, sns: SNS) -> None:
    sns.pending.clear()
    assert SUBSCRIBE in bad(well, "E-mail")


def test_after_a_new_mail_the_old_unsubscription_does_not_count(well: DeployedStack, sns: SNS) -> None:
    sns.deleted.append(OWNER)
    assert "is not confirmed" in bad(well, "E-mail")
    confirm(well, sns)
    assert rows(well, exit_code=0)["E-mail"]["says"] == OWNER


def test_who_else_gets_the_mails_is_told(well: DeployedStack, sns: SNS) -> None:
    confirm(well, sns)
    sns.confirmed["old@example.org"] = f"{TOPIC}:0ld"
    sns.pending["t"] = "not-yet@example.org"
    assert rows(well, exit_code=0)["E-mail"]["says"] == f"{OWNER}, old@example.org"


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("new@example.org", f"goes to {OWNER}, but your settings say new@example.org"),
        ("", f"goes to {OWNER}, but your settings say nobody"),
    ],
)
def test_an_address_other_than_that_of_the_settings_is_bad(
    well: DeployedStack, sns: SNS, own_settings: Path, wanted: str, says: str
) -> None:
    confirm(well, sns)
    write_own({"email": wanted})
    assert bad(well, "E-mail") == f"{says} → make deploy"


def test_an_address_that_is_not_deployed_yet_is_bad(well: DeployedStack, own_settings: Path) -> None:
    write_own({"email": OWNER})
    assert bad(well, "E-mail") == f"goes to nobody, but your settings say {OWNER} → make deploy"


def test_settings_that_cannot_be_read_are_the_settings_fault_alone(
    well: DeployedStack, sns: SNS, own_settings: Path
) -> None:
    confirm(well, sns)
    own_settings.write_text("{")
    bad(well, "Settings")


def test_what_could_not_be_told_is_bad_and_is_no_undelivered_start(well: DeployedStack, own_settings: Path) -> None:
    write_own({"email": OWNER})
    sns, untold = deploy_with_email(well)
    confirm(well, sns)
    client("sqs").send_message(QueueUrl=untold, MessageBody="an event")
    assert bad(well, "Unsent mails") == (
        "of 1 event in the last 14 days you could not be told → "
        f"./daily status; why: aws logs tail {LOG} --since 14d; "
        f"then, to forget them: aws sqs purge-queue --queue-url {untold}"
    )


def test_an_undelivered_start_is_no_unsent_mail(well: DeployedStack, sns: SNS) -> None:
    confirm(well, sns)
    client("sqs").send_message(QueueUrl=well.queue, MessageBody="a start")
    assert well.queue in bad(well, "Undelivered starts")


@pytest.mark.parametrize("operation", ["list_subscriptions_by_topic", "get_subscription_attributes"])
def test_an_sns_that_refuses_is_a_bad_row_and_breaks_no_other(well: DeployedStack, sns: SNS, operation: str) -> None:
    confirm(well, sns)
    sns.answers[operation] = refusal("AuthorizationError", "User: arn:me is not authorized to perform: it.")
    assert bad(well, "E-mail").startswith("Your AWS login may not do this")


def test_the_local_stack_shows_its_mails_and_has_nothing_to_confirm(
    well: DeployedStack, sns: SNS, own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    write_own({"email": ""})
    found = rows(well, exit_code=0)
    assert found["E-mail"] == {
        "name": "E-mail",
        "state": "note",
        "says": "the local stack sends no mails: it shows them where it was started",
        "remedy": None,
    }
    assert found["Unsent mails"]["state"] == "good"
