"""A generated service on PostgreSQL: every kind of query, hostile input, a database that goes and comes back, many at once."""

import asyncio
import concurrent.futures
import resource
import socket
import threading
from urllib.parse import quote

import pytest

from data_stores import Postgres
from generated import SERVICES, Generated, Session, postgres_url


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    postgres = Postgres(tmp_path_factory.mktemp("postgres") / "server")
    yield postgres
    postgres.stop()


@pytest.fixture(scope="module")
def program(tmp_path_factory, postgres):
    generated = Generated(tmp_path_factory.mktemp("shop"), SERVICES / "shop.yml").build()
    generated.migrate(postgres_url(postgres))
    return generated


@pytest.fixture
def shop(program, postgres):
    postgres.sql("TRUNCATE products RESTART IDENTITY")
    service = program.start(SHOPDB_URL=postgres_url(postgres))
    yield service
    assert service.stop() == 0


def add(shop, name, price="1.50"):
    status, answer = shop.ask("POST", "/products", {"name": name, "price": price})
    assert status == 200, answer
    return answer["data"]


def test_every_kind_of_query(shop):
    assert add(shop, "bolt", "0.10") == {"id": 1, "name": "bolt", "price": "0.10"}
    assert add(shop, "nut", None) == {"id": 2, "name": "nut", "price": None}
    # What a decimal has not: a column that may be NULL need not be given.
    assert shop.ask("POST", "/products", {"name": "washer"}) == (200, {"data": {"id": 3, "name": "washer", "price": None}})
    assert shop.ask("GET", "/products/1") == (200, {"data": {"id": 1, "name": "bolt", "price": "0.10"}})
    status, listed = shop.ask("GET", "/products")
    assert status == 200 and [row["name"] for row in listed["data"]] == ["bolt", "nut", "washer"]
    assert shop.ask("GET", "/products/count") == (200, {"count": 3})
    add(shop, "gear", "12345678901234567890.123456789")
    status, cheap = shop.ask("GET", "/products/cheap?max=1")
    assert status == 200 and [row["name"] for row in cheap["data"]] == ["bolt"]
    assert shop.ask("GET", "/products/cheap?max=0.01") == (200, {"data": []})
    assert shop.ask("PUT", "/products/1/name", {"name": "screw"}) == (200, {"count": 1})
    assert shop.ask("PUT", "/products/99/name", {"name": "x"}) == (200, {"count": 0})
    assert shop.ask("GET", "/products/1")[1]["data"]["name"] == "screw"
    assert shop.ask("GET", "/products/4")[1]["data"]["price"] == "12345678901234567890.123456789"
    assert shop.ask("DELETE", "/products/1") == (200, {"count": 1})
    assert shop.ask("GET", "/products/1")[0] == 404


def test_refusals_are_problems(shop):
    add(shop, "bolt")
    for method, path, body, status, detail in [
        ("GET", "/products/99", None, 404, "there is no such row"),
        ("GET", "/products/one", None, 400, 'id (path) cannot be "one"'),
        ("GET", "/products/9223372036854775808", None, 400, "id (path) cannot be"),
        ("GET", "/products/cheap", None, 400, "max (query) is missing"),
        ("GET", "/products/cheap?max=1e5", None, 400, "max (query) cannot be"),
        ("POST", "/products", {"name": "bolt", "price": "1"}, 409, "Key (name)=(bolt) already exists"),
        ("POST", "/products", {"price": "1"}, 400, "name (body) is missing"),
        ("POST", "/products", {"name": None, "price": "1"}, 400, "name (body) must not be null"),
        ("POST", "/products", {"name": 7, "price": "one"}, 400, "name (body) must not be a number"),
        ("POST", "/products", [1], 400, "the body is not a JSON object"),
        ("POST", "/products", None, 400, "name (body) is missing"),
        ("POST", "/products", {"name": "x" * (2 << 20), "price": "1"}, 400, "the body has more than 1048576 bytes"),
        ("POST", "/products", {"name": "a\0b", "price": "1"}, 400, "a value is refused"),
        ("PATCH", "/products", None, 405, "does not answer to PATCH"),
        ("GET", "/nothing", None, 404, "there is nothing at this path"),
    ]:
        got, answer = shop.ask(method, path, body)
        assert (got, answer["status"]) == (status, status), (path, answer)
        assert detail in answer["detail"], answer
        assert shop.headers["Content-Type"] == "application/problem+json"
    assert shop.ask("GET", "/products/count") == (200, {"count": 1})


HOSTILE = [
    "'; DROP TABLE products; --", "\" OR 1=1 --", "$1", "{max}", "\\'; SELECT pg_sleep(10); --", "%00", "../../etc/passwd",
    "<script>alert(1)</script>", "💥\u202e\ufeff", "1; COPY products TO PROGRAM 'id'", "' UNION SELECT version() --",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_input_is_never_part_of_a_query(shop, postgres, text):
    row = add(shop, text)
    assert row["name"] == text
    assert shop.ask("GET", f"/products/{row['id']}") == (200, {"data": row})
    assert shop.ask("PUT", f"/products/{row['id']}/name", {"name": text + text}) == (200, {"count": 1})
    for path in [f"/products/{quote(text, safe='')}", f"/products/cheap?max={quote(text, safe='')}"]:
        assert shop.ask("GET", path)[0] == 400
    assert shop.ask("GET", f"/products?id={quote(text, safe='')}")[0] == 200
    assert postgres.sql("SELECT count(*) FROM products").strip() == "1"


def test_a_database_that_goes_and_comes_back(shop, postgres):
    add(shop, "bolt")
    assert shop.ask("GET", "/readyz") == (200, {"status": "ok", "shopdb": "ok"})
    postgres.stop()
    try:
        status, answer = shop.ask("GET", "/products/1")
        assert status == 503 and answer["detail"] == "shopdb does not answer"
        assert shop.ask("GET", "/readyz") == (503, {"status": "unavailable", "shopdb": "unavailable"})
        assert shop.ask("GET", "/healthz") == (200, {"status": "ok"})
        assert "password" not in "".join(shop.lines)
    finally:
        postgres.start()
    # Connections that died are found out when they are used; nobody has to start the service again.
    shop.wait_until_ready()
    assert shop.ask("GET", "/products/1")[0] == 200


def test_it_starts_before_its_database(program, postgres):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        service = program.start(SHOPDB_URL=f"postgres://a:b@127.0.0.1:{nobody.getsockname()[1]}/c?sslmode=disable")
        assert service.ask("GET", "/readyz")[0] == 503
        assert service.ask("GET", "/products")[0] == 503
        assert service.stop() == 0


def test_what_only_the_database_knows_stays_there(program, postgres):
    postgres.sql("CREATE DATABASE empty OWNER shop", user="postgres", password="postgres", database="postgres")
    service = program.start(SHOPDB_URL=postgres_url(postgres, database="empty"))
    status, answer = service.ask("GET", "/products")
    assert (status, answer["detail"]) == (500, "internal error")
    service.stop()
    assert "relation" in service.entries("a request failed")[0]["error"]


def test_a_thousand_at_once(shop, postgres):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    postgres.sql("INSERT INTO products (name) SELECT 'p' || i FROM generate_series(1, 1000) i")
    host, port = shop.host.split(":")

    async def one(number, connected, everybody_is_there):
        reader, writer = await asyncio.open_connection(host, int(port))
        connected.append(number)
        if len(connected) == 1000:
            everybody_is_there.set()
        await everybody_is_there.wait()
        writer.write(f"GET /products/{number} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer.startswith(b"HTTP/1.1 200") and f'"name":"p{number}"'.encode() in answer

    async def everybody():
        connected, everybody_is_there = [], asyncio.Event()
        return await asyncio.gather(*(one(number + 1, connected, everybody_is_there) for number in range(1000)))

    # On a thread of its own: in that of the tests, a browser of other tests may have an event loop.
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        assert all(thread.submit(asyncio.run, everybody()).result())
    assert any('route="/products/{id}",status="200"} 1000' in line for line in shop.metrics())


def test_it_stops_gracefully(shop, postgres):
    add(shop, "bolt")
    lock = Session(postgres_url(postgres), "BEGIN; LOCK TABLE products; SELECT 'locked';")
    answers = []
    asking = threading.Thread(target=lambda: answers.append(shop.ask("GET", "/products/1")))
    asking.start()
    while postgres.sql("SELECT count(*) FROM pg_locks WHERE NOT granted").strip() != "1":
        assert asking.is_alive()
    shop.process.terminate()
    # It takes no more requests, and finishes the one that it has.
    while not refuses(shop.host):
        assert shop.process.poll() is None
    lock.end()
    asking.join()
    assert answers == [(200, {"data": {"id": 1, "name": "bolt", "price": "1.50"}})]
    assert shop.process.wait(timeout=60) == 0
    assert shop.entries("the service has stopped")


def refuses(host):
    address, port = host.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((address, int(port))) != 0


def test_metrics_name_routes_and_not_paths(shop):
    add(shop, "bolt")
    shop.ask("GET", "/products/1")
    shop.ask("GET", "/products/99")
    counts = [line for line in shop.metrics() if line.startswith("http_request_duration_seconds_count")]
    assert counts == [
        'http_request_duration_seconds_count{method="GET",route="/products/{id}",status="200"} 1',
        'http_request_duration_seconds_count{method="GET",route="/products/{id}",status="404"} 1',
        'http_request_duration_seconds_count{method="POST",route="/products",status="200"} 1',
    ]


@pytest.mark.parametrize("variables, problem", [
    ({}, "SHOPDB_URL is not set"),
    ({"SHOPDB_URL": "mysql://root:hidden@localhost"}, "SHOPDB_URL must begin with postgres:// or postgresql://"),
    ({"SHOPDB_URL": "postgres://a:hidden@b/c", "LOG_LEVEL": "loud", "MAX_BODY": "-1"}, "LOG_LEVEL: "),
    ({"SHOPDB_URL": "postgres://a:hidden@b/c", "HTTP_ADDR": "256.0.0.1:80"}, "listening for HTTP"),
])
def test_what_is_wrong_with_the_configuration_is_told(program, variables, problem):
    with pytest.raises(RuntimeError, match="did not start") as failure:
        program.start(**variables)
    assert problem in str(failure.value)
    assert "hidden" not in str(failure.value)
