"""Data sources: saving, secrets, and the real databases behind them."""

import json
import socket
import threading

import pytest

from data_stores import Bucket, Postgres, Redis, free_port
from harness import Server

TABLES = [{"name": "products", "columns": [
    {"name": "id", "type": "int64", "primary_key": True},
    {"name": "price", "type": "decimal", "nullable": True, "default": "0"}]}]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("sources") / "data", "--agents", "0").start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    postgres = Postgres(tmp_path_factory.mktemp("postgres") / "server")
    yield postgres
    postgres.stop()


@pytest.fixture
def source(server, request):
    """Makes data sources by the test's own names and deletes them."""
    made = []

    def make(type, connection=None, **more):
        name = f"source{len(made)}_{abs(hash(request.node.name)) % 10**8}"
        fields = {"name": name, "type": type, **more}
        if connection is not None:
            fields["connection"] = connection
        server.json("POST", "/api/v1/data-sources", fields, status=201)
        made.append(name)
        return name

    yield make
    for name in made:
        server.request("DELETE", f"/api/v1/data-sources/{name}")


def address(name, part=""):
    return f"/api/v1/data-sources/{name}{part}"


def test_a_data_source_is_saved_and_its_secrets_are_never_read_back(server):
    connection = {"host": "db.example.com", "port": 5433, "database": "shop", "user": "shop", "password": "hunter2"}
    response = server.request("POST", "/api/v1/data-sources", {
        "name": "shopdb", "type": "postgres", "connection": connection, "schema": {"tables": TABLES}})
    assert response.status == 201 and response.getheader("Location") == address("shopdb")
    made = json.loads(response.body)
    assert made["connection"] == {
        "host": "db.example.com", "port": 5433, "database": "shop", "user": "shop", "password": None,
        "password_set": True, "sslmode": None}
    columns = made["schema"]["tables"][0]["columns"]
    assert columns[0] == {"name": "id", "type": "int64", "primary_key": True, "nullable": False, "unique": False,
                          "default": None}
    assert columns[1]["default"] == "0" and columns[1]["nullable"]
    assert server.get("/api/v1/data-sources") == [made] and server.get(address("shopdb")) == made
    # Neither an answer, nor the database's file, nor the log has the secret.
    for file in server.data.glob("wright.db*"):
        assert b"hunter2" not in file.read_bytes()
    assert "hunter2" not in server.stderr()
    # A save without the secret keeps it, one with an empty text takes it away; parts that are left out stay.
    kept = server.json("PUT", address("shopdb"), {"connection": {**connection, "password": None, "port": 5434}})
    assert kept["connection"]["password_set"] and kept["connection"]["port"] == 5434
    assert kept["schema"] == made["schema"]
    cleared = server.json("PUT", address("shopdb"), {"connection": {"host": "x", "password": ""}})
    assert not cleared["connection"]["password_set"] and cleared["connection"]["user"] is None
    assert server.json("POST", "/api/v1/data-sources", {"name": "shopdb", "type": "redis"}, status=409)
    assert server.request("DELETE", address("shopdb")).status == 204
    assert server.request("GET", address("shopdb")).status == 404


@pytest.mark.parametrize("fields, pointers", [
    ({}, ["/name", "/type"]),
    ({"name": "a-b", "type": "mysql"}, ["/name", "/type"]), ({"name": "", "type": ""}, ["/name", "/type"]),
    ({"name": "a", "type": "redis", "connection": {"port": 0, "user": "x"}}, ["/connection/port", "/connection/user"]),
    ({"name": "a", "type": "postgres", "connection": {"sslmode": "maybe", "host": 7}},
     ["/connection/host", "/connection/sslmode"]),
    ({"name": "a", "type": "postgres", "schema": {"tables": [{"name": "t", "columns": [{"nam": "x"}]}]}}, None),
    ({"name": "a", "type": "postgres", "schema": {"tables": 5}}, None),
    ({"name": "a", "type": "s3", "schema": {"tables": TABLES}}, ["/schema"]),
    ({"name": "a", "type": "s3", "colour": "red"}, ["/colour"]),
])
def test_what_is_wrong_with_a_data_source_is_said_with_its_place(server, fields, pointers):
    problem = server.json("POST", "/api/v1/data-sources", fields, status=422)
    found = sorted(error["pointer"] for error in problem["errors"])
    if pointers is None:
        assert found and all(pointer.startswith("/schema/tables") for pointer in found), found
    else:
        assert found == pointers


def test_name_and_type_of_a_saved_data_source_stay(server, source):
    name = source("redis", {"host": "a"})
    assert server.json("PUT", address(name), {"name": name, "type": "redis", "connection": {"host": "b"}})
    problem = server.json("PUT", address(name), {"name": "other", "type": "s3"}, status=422)
    assert sorted(error["pointer"] for error in problem["errors"]) == ["/name", "/type"]


def test_a_postgres_answers_or_says_why_not(server, source, postgres):
    name = source("postgres", postgres.connection)
    good = server.json("POST", address(name, "/test"))
    assert good["ok"] and good["detail"].startswith("PostgreSQL 15"), good
    # Other settings are tested before they are saved; a secret that is not sent is the saved one.
    tried = server.json("POST", address(name, "/test"), {"connection": {**postgres.connection, "password": None}})
    assert tried["ok"]
    for change, words in [
        ({"password": "wrong"}, "check user and password"), ({"database": "none"}, "check the names"),
        ({"port": free_port()}, "check host and port"), ({"sslmode": "require"}, "check sslmode"),
        ({"host": "/var/run/postgresql"}, "not the name or address"), ({"host": None}, "host is not set"),
    ]:
        answer = server.json("POST", address(name, "/test"), {"connection": {**postgres.connection, **change}})
        assert not answer["ok"] and words in answer["detail"], answer
    assert server.get(address(name))["connection"]["port"] == postgres.port


def test_a_redis_answers_or_says_why_not(server, source, tmp_path):
    redis = Redis(tmp_path / "redis")
    try:
        name = source("redis", redis.connection)
        assert server.json("POST", address(name, "/test"))["ok"]
        for change, words in [
            ({"password": "wrong"}, "check the password"), ({"password": ""}, "check the password"),
            ({"port": free_port()}, "check host and port"), ({"db": 9999}, "out of range"),
        ]:
            answer = server.json("POST", address(name, "/test"), {"connection": {**redis.connection, **change}})
            assert not answer["ok"] and words in answer["detail"], answer
    finally:
        redis.stop()


def test_a_bucket_answers_or_says_why_not(server, source, tmp_path):
    bucket = Bucket(tmp_path / "s3")
    try:
        name = source("s3", bucket.connection)
        good = server.json("POST", address(name, "/test"))
        assert good["ok"], good
        for change, words in [
            ({"secret_key": "wrong"}, "refused the keys"), ({"bucket": "none"}, "there is no bucket 'none'"),
            ({"endpoint": f"http://127.0.0.1:{free_port()}"}, "check the endpoint"),
        ]:
            answer = server.json("POST", address(name, "/test"), {"connection": {**bucket.connection, **change}})
            assert not answer["ok"] and words in answer["detail"], answer
    finally:
        bucket.stop()


@pytest.mark.parametrize("type, more", [
    ("postgres", {"database": "shop", "user": "shop"}), ("redis", {}),
])
def test_a_server_that_never_answers_holds_nobody_up(server, source, type, more):
    """It takes the connection and is silent; the test ends by itself, and others are answered meanwhile."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        name = source(type, {"host": "127.0.0.1", "port": silent.getsockname()[1], **more})
        answers = []
        asking = threading.Thread(target=lambda: answers.append(server.json("POST", address(name, "/test"))))
        asking.start()
        assert server.get("/api/v1/data-sources")
        asking.join(60)
        assert answers and not answers[0]["ok"], answers


def test_the_tables_of_a_database_are_read_and_nothing_is_saved(server, source, postgres):
    postgres.sql("""
        CREATE TYPE mood AS ENUM ('good', 'bad');
        CREATE TABLE products (
          id bigserial PRIMARY KEY, name text NOT NULL UNIQUE, price numeric(10,2) DEFAULT 0, sold boolean DEFAULT true,
          made timestamptz NOT NULL DEFAULT now(), key uuid DEFAULT gen_random_uuid(), note varchar(20) DEFAULT 'it''s',
          data jsonb, picture bytea, weight real, stock integer DEFAULT -1, mood mood);
        CREATE TABLE lines ("order" bigint, line integer, UNIQUE (line, "order"), PRIMARY KEY ("order", line));
        CREATE UNIQUE INDEX ON products (stock) WHERE sold;
        CREATE VIEW cheap AS SELECT * FROM products;
        CREATE SCHEMA hidden; CREATE TABLE hidden.secrets (id bigint);
        """)
    name = source("postgres", postgres.connection)
    read = server.json("POST", address(name, "/import"))
    lines, products = read["tables"]
    assert [table["name"] for table in read["tables"]] == ["lines", "products"]
    found = {column["name"]: (column["type"], column["default"]) for column in products["columns"]}
    assert found == {
        "id": ("int64", None), "name": ("string", None), "price": ("decimal", "0"), "sold": ("bool", "true"),
        "made": ("timestamp", "now()"), "key": ("uuid", "gen_random_uuid()"), "note": ("string", "it's"),
        "data": ("json", None), "picture": ("bytes", None), "weight": ("float64", None), "stock": ("int32", "-1"),
        "mood": ("string", None)}
    flags = {column["name"]: (column["primary_key"], column["nullable"], column["unique"]) for column in products["columns"]}
    assert flags["id"] == (True, False, False) and flags["name"] == (False, False, True)
    assert flags["price"] == (False, True, False) and flags["stock"] == (False, True, False)
    assert [column["primary_key"] for column in lines["columns"]] == [True, True]
    assert not any(column["unique"] for column in lines["columns"])
    assert read["notes"] == ["products.mood is of type mood, which services know as string"]
    assert server.get(address(name))["schema"]["tables"] == []
    # What was read can be saved as it is.
    saved = server.json("PUT", address(name), {"schema": {"tables": read["tables"]}})
    assert saved["schema"]["tables"] == read["tables"]


def test_a_database_that_cannot_be_asked_for_its_tables_says_why(server, source, postgres):
    name = source("postgres", {**postgres.connection, "password": "wrong"})
    problem = server.json("POST", address(name, "/import"), status=409)
    assert "check user and password" in problem["detail"]
    assert server.json("POST", address(source("redis", {"host": "x"}), "/import"), status=422)


def test_what_is_somebody_elses_is_not_there(server, source):
    assert server.request("GET", "/api/v1/data-sources", token=False).status == 401
    for method, part in [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/import")]:
        assert server.request(method, address("nobodys", part), {} if method == "PUT" else None).status == 404
