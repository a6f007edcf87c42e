"""Tokens are sent to other addresses only on this machine, and only for the local stack."""

from __future__ import annotations

import pytest
import urllib3.util

from stacks.addresses import VARIABLES, AddressError, remote_addresses
from tests.stacks.conftest import ADDRESSES, LOOPBACK
from tests.stacks.handler_code import every_module
from tests.stacks.reading import Template

HERE = (
    "http://127.0.0.1:8080",
    "https://127.0.0.1",
    "http://[::1]:8080",
    "HTTP://LocalHost:80",
    "http://127.0.0.1:8080/google",
)
ELSEWHERE = (
    "https://api.x.com",
    "http://127.0.0.1.evil.com:8080",
    "http://user@127.0.0.1",
    "http://localhost:80@evil.com",
    "http://evil.com#@127.0.0.1",
    "http://evil.com?@127.0.0.1",
    "http://evil.com\\@127.0.0.1",
    "http://127.0.0.1\\@evil.com",
    "http://127.0.0.1\n",
    " http://127.0.0.1",
    "http://[::1].evil.com",
    "http://0.0.0.0:8080",
    "http://127a0b0c1",
    "http://127.0.0.1:８０",
    "ftp://127.0.0.1",
    "127.0.0.1:8080",
    "http:///127.0.0.1",
)


def test_an_address_on_this_machine_is_taken() -> None:
    for address in HERE:
        assert remote_addresses({"AWS_ENDPOINT_URL": address, "X_API_URL": address}) == {"X_API_URL": address}
        # As the library reads it that sends the requests.
        assert urllib3.util.parse_url(address).host in ("127.0.0.1", "localhost", "[::1]")


def test_an_address_elsewhere_is_refused_in_one_sentence() -> None:
    for address in ELSEWHERE:
        with pytest.raises(AddressError) as refused:
            remote_addresses({"AWS_ENDPOINT_URL": LOOPBACK, "X_API_URL": address})
        assert (
            str(refused.value) == f"X_API_URL is {address!r}; allowed is an http address on this machine (127.0.0.1)."
        )


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_is_looked_at(name: str) -> None:
    with pytest.raises(AddressError, match=f"{name} is 'https://api.x.com'"):
        remote_addresses({"AWS_ENDPOINT_URL": LOOPBACK, name: ELSEWHERE[0]})


@pytest.mark.parametrize("endpoint", [None, "", "https://cloudformation.eu-central-1.amazonaws.com", ELSEWHERE[1]])
def test_without_a_local_aws_every_other_address_is_refused(endpoint: str | None) -> None:
    environ = {"X_API_URL": LOOPBACK, "GOOGLE_OAUTH_URL": LOOPBACK}
    with pytest.raises(AddressError) as refused:
        remote_addresses(environ if endpoint is None else environ | {"AWS_ENDPOINT_URL": endpoint})
    assert str(refused.value).startswith("GOOGLE_OAUTH_URL, X_API_URL is set, but AWS_ENDPOINT_URL is not")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("environ", [{}, dict.fromkeys(VARIABLES, ""), {"AWS_ENDPOINT_URL": LOOPBACK}])
def test_a_variable_that_is_unset_or_empty_leaves_the_real_address(environ: dict[str, str]) -> None:
    assert remote_addresses(environ) == {}


def test_a_slash_at_the_end_does_not_end_up_in_the_middle_of_a_path() -> None:
    environ = {"AWS_ENDPOINT_URL": f"{LOOPBACK}/", "X_API_URL": "http://127.0.0.1:80/"}
    assert remote_addresses(environ) == {"X_API_URL": "http://127.0.0.1:80"}


def test_every_address_that_an_adapter_can_be_told_is_checked() -> None:
    assert every_module().addresses == set(VARIABLES)


def test_only_on_the_local_stack_is_a_function_told_addresses_and_those_of_its_own_apis(
    template: Template, local_template: Template
) -> None:
    assert not {"AWS_ENDPOINT_URL", *VARIABLES} & {name for told in addresses(template).values() for name in told}
    source = {name: ADDRESSES[name] for name in ("GOOGLE_HEALTH_URL", "GOOGLE_OAUTH_URL", "FITBIT_API_URL")}
    destinations = {name: ADDRESSES[name] for name in ("X_API_URL", "BLUESKY_URL", "LINE_API_URL")}
    told = {step: told for step, told in addresses(local_template).items() if told}
    looks = dict.fromkeys(("Refresh token", "Fetch activity", "Fetch sleep"), source)
    assert told == {**looks, "Tweet": destinations}


def addresses(template: Template) -> dict[str, dict[str, str]]:
    """By function, which addresses it is told."""
    variables = {
        step: function.get("Environment", {}).get("Variables", {}) for step, function in template.functions().items()
    }
    names = {"AWS_ENDPOINT_URL", *VARIABLES}
    return {step: {name: told[name] for name in set(told) & names} for step, told in variables.items()}
