"""Middlewares of a generated service without a database: tokens that are signed, and a limit of all calls."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from generated import SERVICES, Generated

SECRET = "a secret of the gate"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return Generated(tmp_path_factory.mktemp("gate"), SERVICES / "gate.yml").build()


@pytest.fixture
def gate(program):
    service = program.start(GATE_SECRET=SECRET, LOG_LEVEL="debug")
    yield service
    assert service.stop() == 0


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def token(secret=SECRET, algorithm="HS256", **claims):
    claims = {"iss": "gate", "aud": "friends", "exp": time.time() + 600} | claims
    text = encoded(json.dumps({"alg": algorithm}).encode()) + b"." + encoded(json.dumps(claims).encode())
    return (text + b"." + encoded(hmac.new(secret.encode(), text, hashlib.sha256).digest())).decode()


def greet(gate, token):
    return gate.ask("GET", "/greetings?name=Ada%20L", headers={"Authorization": f"Bearer {token}"})


def test_a_signed_token_is_let_pass(gate):
    assert greet(gate, token()) == (200, {"text": "Hello, Ada L!"})
    assert greet(gate, token(aud=["others", "friends"])) == (200, {"text": "Hello, Ada L!"})
    assert [entry["call"] for entry in gate.entries("a call has succeeded", 2)] == ["Guarded.Greet", "Guarded.Greet"]


@pytest.mark.parametrize("refused", [
    token(secret="another"), token(algorithm="none"), token(algorithm="none").rsplit(".", 1)[0] + ".", token(exp=1),
    token(exp=None), token(nbf=time.time() + 600), token(iss="elsewhere"), token(aud="others"), token()[:-2], "a.b.c", "",
])
def test_any_other_token_is_refused(gate, refused):
    status, answer = greet(gate, refused)
    assert status == 401 and "token" in answer["detail"]


def test_calls_beyond_the_limit_are_refused(gate):
    for _ in range(3):
        assert gate.ask("POST", "/counts", {"words": ["a", "b"]}) == (200, {"count": 2})
    status, answer = gate.ask("POST", "/counts", {"words": []})
    assert (status, answer["detail"]) == (429, "too many requests")
    assert 3000 < int(gate.headers["Retry-After"]) <= 3600
    # Others have their own middlewares.
    assert greet(gate, token())[0] == 200


def test_without_a_secret_it_does_not_start(program):
    with pytest.raises(RuntimeError, match="GATE_SECRET is not set"):
        program.start()
