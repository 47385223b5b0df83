"""Columns and fields of every type between PostgreSQL and JSON, NULL among them."""

from urllib.parse import quote, urlencode

import pytest

from data_stores import Postgres
from generated import SERVICES, Generated, postgres_url

VALUES = {
    "a_string": "ä \" \\ \n <b>", "a_bool": True, "an_int32": -2147483648, "an_int64": 9007199254740993,
    "a_float64": -1.5e-300, "a_decimal": "-98765432109876543210.0123456789", "a_timestamp": "2024-02-29T23:59:59.123456Z",
    "a_uuid": "0189dc53-a6b7-7c31-9f4e-2b1d3c4e5f60", "some_bytes": "AAEC/w==", "some_json": {"a": [1, None, "x"]},
}


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    postgres = Postgres(tmp_path_factory.mktemp("postgres") / "server")
    yield postgres
    postgres.stop()


@pytest.fixture(scope="module")
def types(tmp_path_factory, postgres):
    generated = Generated(tmp_path_factory.mktemp("types"), SERVICES / "types.yml").build()
    generated.migrate(postgres_url(postgres))
    service = generated.start(ALL_TYPES_URL=postgres_url(postgres))
    yield service
    service.stop()


def test_values_of_every_type(types):
    status, answer = types.ask("POST", "/samples", VALUES)
    assert status == 200, answer
    identifier = answer["data"].pop("id")
    assert len(identifier) == 36
    assert answer["data"] == VALUES


def test_values_of_every_type_in_paths_and_queries(types):
    values = VALUES | {"a_string": "a/b ?&=+%", "a_timestamp": "2024-03-01T01:59:59.5+02:00"}
    types.ask("POST", "/samples", values)
    query = {name: values[name] for name in values if name.startswith("a") and name != "a_string"}
    query["a_bool"] = "true"
    status, answer = types.ask("GET", f"/samples/{quote(values['a_string'], safe='')}?{urlencode(query)}")
    assert status == 200 and len(answer["data"]) == 1, answer
    assert answer["data"][0]["a_timestamp"] == "2024-02-29T23:59:59.5Z"


@pytest.mark.parametrize("name, value", [
    ("a_string", 7), ("a_string", "\0"), ("a_bool", "true"), ("an_int32", 2147483648), ("an_int64", 9223372036854775808),
    ("an_int64", 1.5), ("a_float64", "1"), ("a_decimal", "1,5"), ("a_decimal", True), ("a_timestamp", "yesterday"),
    ("a_timestamp", 0), ("a_uuid", "1234"), ("some_bytes", "*"), ("a_string", None), ("some_bytes", None),
])
def test_values_of_another_type_are_refused(types, name, value):
    status, answer = types.ask("POST", "/samples", VALUES | {name: value})
    assert status == 400, answer


def test_null_is_null(types, postgres):
    for order, values in enumerate([{}, dict.fromkeys(VALUES)], 1):
        status, answer = types.ask("POST", "/options", {"order": order, "user": "nobody"} | values)
        assert (status, answer) == (200, {"data": {"order": order, "user": "nobody"} | dict.fromkeys(VALUES)})
    assert postgres.sql('SELECT count(*) FROM "Options" WHERE some_json IS NULL AND some_bytes IS NULL').strip() == "2"
    status, answer = types.ask("POST", "/options", {"order": 3, "user": "some body"} | VALUES)
    assert (status, answer["data"]) == (200, {"order": 3, "user": "some body"} | VALUES)
    assert types.ask("GET", "/options/some%20body/3") == (200, answer)
    assert types.ask("GET", "/options/nobody/3")[0] == 404
    assert types.ask("GET", "/names") == (200, {"data": ["nobody:{x}", "nobody:{x}", "some body:{x}"]})
    status, answer = types.ask("PATCH", "/options", {"a_string": "new", "where_a_string": VALUES["a_string"]})
    assert status == 200 and [row["a_string"] for row in answer["data"]] == ["new"]


def test_a_value_of_no_rows_is_null(types, postgres):
    postgres.sql('DELETE FROM "Options"')
    assert types.ask("GET", "/largest") == (200, {"data": None})
    types.ask("POST", "/options", {"order": 1, "user": "a", "a_decimal": "2.50"})
    assert types.ask("GET", "/largest") == (200, {"data": "2.50"})


def test_empty_values_are_not_null(types):
    empty = {"a_string": "", "some_bytes": "", "some_json": []}
    status, answer = types.ask("POST", "/options", {"order": 4, "user": ""} | empty)
    assert status == 200 and {name: answer["data"][name] for name in empty} == empty
