"""The X simulator verifies OAuth 1.0a by oauthlib; here with the known answers of X's documentation.

https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest

from local.simulators.x import Credentials, XSimulator
from local.simulators.x.signature import SignatureCheck
from tests.simulators.x_client import account

# The keys, the nonce and the time of X's own example.
EXAMPLE = Credentials(
    consumer_key="xvz1evFS4wEEPTGEFPHBog",
    consumer_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    access_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    access_token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)
NONCE, TIMESTAMP = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", 1318622958
STATUS = urlencode({"status": "Hello Ladies + Gentlemen, a signed OAuth request!"}, quote_via=quote)
UNAUTHORIZED = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}


def then() -> datetime:
    return datetime.fromtimestamp(TIMESTAMP, UTC)


def authorization(signature: str) -> str:
    parameters = {
        "oauth_consumer_key": EXAMPLE.consumer_key,
        "oauth_nonce": NONCE,
        "oauth_signature": signature,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(TIMESTAMP),
        "oauth_token": EXAMPLE.access_token,
        "oauth_version": "1.0",
    }
    return "OAuth " + ", ".join(f'{name}="{quote(value, safe="")}"' for name, value in parameters.items())


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("https://api.x.com/1.1/statuses/update.json?include_entities=true", "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="),
        ("https://api.twitter.com/1.1/statuses/update.json?include_entities=true", "hCtSmYh+iHYCEqBWrE7C7hYmtUk="),
    ],
)
def test_the_signatures_of_the_documentation_are_accepted(url: str, signature: str) -> None:
    headers = {"Authorization": authorization(signature), "Content-Type": "application/x-www-form-urlencoded"}
    assert SignatureCheck(EXAMPLE, then).accepts("POST", url, STATUS, headers)
    assert not SignatureCheck(EXAMPLE, then).accepts("POST", url, STATUS + "x", headers)


@pytest.mark.parametrize(
    ("host", "signature"),
    [
        ("https://api.x.com", "lr+tV/DKclEvXKVjG6tgaSSLV0k="),
        ("https://api.twitter.com", "KW/bTR/89oblzvjn7CwP2L8j5qQ="),
    ],
)
def test_the_known_signature_of_a_json_post_is_accepted_for_its_own_host_only(host: str, signature: str) -> None:
    simulator = XSimulator(now=then, credentials=EXAMPLE)
    headers = {"Authorization": authorization(signature)}
    other = "https://api.example.com"
    post = {"json": {"text": "Hello"}, "headers": headers}
    assert simulator.test_client().post("/2/tweets", base_url=other, **post).status_code == 401
    assert simulator.test_client().post("/2/tweets", base_url=host, **post).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"consumer_key": "x"},
        {"consumer_secret": "x"},
        {"access_token": "1-x"},
        {"access_token_secret": "x"},
        {"access_token": "", "access_token_secret": ""},
    ],
)
def test_each_of_the_four_credentials_must_be_right(wrong: dict[str, str]) -> None:
    me = account()
    me.credentials = Credentials(**wrong)
    assert me.send("POST", "/2/tweets", json={"text": "a"}).status_code == 401


def test_a_signature_holds_for_its_method_its_address_and_its_query_only() -> None:
    me = account()
    timeline = f"/2/users/{me.credentials.user_id}/tweets"
    for signed, sent in [
        (("POST", timeline), ("GET", timeline)),
        (("GET", timeline), ("GET", "/2/users/me")),
        (("GET", f"{timeline}?max_results=5"), ("GET", f"{timeline}?max_results=6")),
        (("GET", timeline), ("GET", f"{timeline}?max_results=6")),
    ]:
        assert me.send(*sent, authorization=me.sign(*signed)).status_code == 401


def test_a_timestamp_may_be_off_by_ten_minutes_of_the_simulators_clock() -> None:
    me = account()
    now = int(me.clock().timestamp())
    for seconds, status in ((-601, 401), (-600, 200), (600, 200), (601, 401)):
        header = me.sign("GET", "/2/users/me", timestamp=str(now + seconds))
        assert me.send("GET", "/2/users/me", authorization=header).status_code == status, seconds


def test_a_nonce_is_used_up_by_a_right_signature_and_not_by_a_wrong_one() -> None:
    me = account()
    wrong, right = (me.sign(method, "/2/users/me", nonce="once") for method in ("POST", "GET"))
    statuses = [me.send("GET", "/2/users/me", authorization=header).status_code for header in (wrong, right, right)]
    assert statuses == [401, 200, 401]


def test_only_hmac_sha1_is_accepted() -> None:
    me = account()
    for method in ("PLAINTEXT", "HMAC-SHA256"):
        header = me.sign("GET", "/2/users/me", signature_method=method)
        assert me.send("GET", "/2/users/me", authorization=header).status_code == 401


def test_another_kind_of_authentication_is_refused_with_403_and_named() -> None:
    me = account()
    for header, kind in (
        ("Bearer AAAA", "OAuth 2.0 Application-Only"),
        ("Basic YTpi", "Unknown"),
        ("OAuth nonsense", "Unknown"),
    ):
        answer = me.send("POST", "/2/tweets", authorization=header, json={"text": "a"})
        assert answer.status_code == 403
        assert answer.get_json() == {
            "title": "Unsupported Authentication",
            "detail": f"Authenticating with {kind} is forbidden for this endpoint.  Supported authentication types are "
            "[OAuth 1.0a User Context, OAuth 2.0 User Context].",
            "type": "https://api.twitter.com/2/problems/unsupported-authentication",
            "status": 403,
        }


def test_a_request_that_is_not_authenticated_is_refused_in_the_form_of_x_and_uses_up_no_limit() -> None:
    me = account()
    answer = me.send("POST", "/2/tweets", authorization=authorization("wrong"), json={"text": "a"})
    assert (answer.status_code, answer.get_json()) == (401, UNAUTHORIZED)
    assert answer.headers["content-type"] == "application/problem+json"
    assert me.post("a").headers["x-rate-limit-remaining"] == "99"
