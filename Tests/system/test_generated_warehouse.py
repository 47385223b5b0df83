"""A generated service of every type of component: a cache over a database, files, logic, middlewares."""

import base64
import threading
import urllib.error
import urllib.request

import pytest

from data_stores import Bucket, Postgres, Redis
from generated import SERVICES, Generated, bucket_url, postgres_url, redis_url

TOKEN = {"Authorization": "Bearer token-one"}


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    stores = {"postgres": Postgres(folder / "postgres"), "redis": Redis(folder / "redis"), "bucket": Bucket(folder / "bucket")}
    yield stores
    for store in stores.values():
        store.stop()


@pytest.fixture(scope="module")
def program(tmp_path_factory, stores):
    generated = Generated(tmp_path_factory.mktemp("warehouse"), SERVICES / "warehouse.yml").build()
    generated.migrate(postgres_url(stores["postgres"]))
    return generated


@pytest.fixture
def warehouse(program, stores):
    stores["postgres"].sql("TRUNCATE products RESTART IDENTITY")
    stores["redis"].command("FLUSHALL")
    service = program.start(
        STOCK_URL=postgres_url(stores["postgres"]), FAST_URL=redis_url(stores["redis"]),
        PICTURES_URL=bucket_url(stores["bucket"]), AUTH_TOKENS="token-one, token-two")
    yield service
    assert service.stop() == 0


def add(warehouse, name, price="2.00"):
    status, answer = warehouse.ask("POST", "/products", {"name": name, "price": price}, TOKEN)
    assert status == 200, answer
    return answer["data"]


def cache(warehouse, name="cache_requests_total"):
    """How often a source has answered, by result."""
    return {line.split('result="')[1].split('"')[0]: int(line.split()[-1])
            for line in warehouse.metrics() if line.startswith(name + "{")}


def test_a_miss_is_written_back_and_a_hit_asks_nobody_else(warehouse, stores):
    row = add(warehouse, "bolt")
    assert row["id"] == 1 and row["added_at"].endswith("Z")
    assert warehouse.ask("GET", "/products/1") == (200, {"data": row})
    assert cache(warehouse) == {"miss": 1} and cache(warehouse, "cache_writes_total") == {"success": 1}
    assert '"name":"bolt"' in stores["redis"].command("GET", "product:1")
    assert 0 < int(stores["redis"].command("TTL", "product:1")) <= 60
    # What the database says from now on does not matter as long as the cache has it.
    stores["postgres"].sql("UPDATE products SET name = 'screw'")
    assert warehouse.ask("GET", "/products/1") == (200, {"data": row})
    assert cache(warehouse) == {"miss": 1, "hit": 1}
    assert warehouse.ask("DELETE", "/products/1/cached") == (200, {"count": 1})
    assert warehouse.ask("DELETE", "/products/1/cached") == (200, {"count": 0})
    assert warehouse.ask("GET", "/products/1")[1]["data"]["name"] == "screw"
    assert warehouse.ask("GET", "/products/99")[0] == 404
    assert stores["redis"].command("EXISTS", "product:99") == "0"


def test_a_cache_that_fails_is_no_failure(warehouse, stores):
    row = add(warehouse, "bolt")
    stores["redis"].command("SET", "product:1", "not json")
    assert warehouse.ask("GET", "/products/1") == (200, {"data": row})
    stores["redis"].stop()
    try:
        assert warehouse.ask("GET", "/products/1") == (200, {"data": row})
        assert warehouse.ask("DELETE", "/products/1/cached")[0] == 503
        assert warehouse.ask("GET", "/readyz") == (
            503, {"status": "unavailable", "stock": "ok", "fast": "unavailable", "pictures": "ok"})
    finally:
        stores["redis"].start()
    assert warehouse.entries("a source has failed, the next one is asked")
    warehouse.wait_until_ready()
    warehouse.ask("GET", "/products/1")
    assert '"name":"bolt"' in stores["redis"].command("GET", "product:1")


def test_only_known_tokens_may_write(warehouse, stores):
    for headers in [{}, {"Authorization": "Bearer token-three"}, {"Authorization": "Basic token-one"}]:
        status, answer = warehouse.ask("POST", "/products", {"name": "x", "price": "1"}, headers)
        assert status == 401 and "token" in answer["detail"]
        assert warehouse.headers["WWW-Authenticate"] == "Bearer"
    assert stores["postgres"].sql("SELECT count(*) FROM products").strip() == "0"
    add(warehouse, "bolt")
    assert "token-one" not in "".join(warehouse.lines)


def test_calls_are_logged_and_measured(warehouse):
    add(warehouse, "bolt")
    warehouse.ask("GET", "/products/1", headers={"X-Request-Id": "r-7"})
    warehouse.ask("GET", "/products/99")
    succeeded, refused = warehouse.entries("a call has succeeded", 2), warehouse.entries("a call was refused")
    assert [entry["call"] for entry in succeeded] == ["Guard.AddProduct", "Guard.GetProduct"]
    assert succeeded[1]["request"] == "r-7" and succeeded[1]["level"] == "info"
    assert refused[0]["error"] == "there is no such row"
    metrics = warehouse.metrics()
    assert 'calls_begun_total{component="Guard",method="GetProduct"} 2' in metrics
    assert 'call_duration_seconds_count{component="Guard",method="GetProduct",result="not_found"} 1' in metrics
    assert 'call_duration_seconds_bucket{component="Guard",method="GetProduct",result="success",le="1"} 1' in metrics


def test_files_are_kept_in_the_bucket(warehouse):
    picture = bytes(range(256)) * 40
    path = "/products/7/picture"
    assert warehouse.ask("GET", path)[0] == 404
    assert warehouse.ask("PUT", path, {"data": base64.b64encode(picture).decode()}) == (200, {})
    status, answer = warehouse.ask("GET", path)
    assert status == 200 and base64.b64decode(answer["data"]) == picture
    status, answer = warehouse.ask("GET", path + "/link")
    assert status == 200
    with urllib.request.urlopen(answer["url"]) as response:
        assert response.read() == picture
    with pytest.raises(urllib.error.HTTPError) as failure:
        urllib.request.urlopen(answer["url"].replace("X-Amz-Expires=300", "X-Amz-Expires=3000"))
    assert failure.value.code == 403
    assert warehouse.ask("DELETE", path) == (200, {})
    assert warehouse.ask("DELETE", path) == (200, {})
    assert warehouse.ask("GET", path)[0] == 404


def test_logic_calls_other_components(warehouse):
    add(warehouse, "bolt", "0.35")
    assert warehouse.ask("POST", "/products/1/reservations", {"count": 3}) == (200, {"total": "1.05", "name": "BOLT"})
    status, answer = warehouse.ask("POST", "/products/1/reservations", {"count": 0})
    assert (status, answer["detail"]) == (400, "count must be at least 1")
    assert warehouse.ask("POST", "/products/2/reservations", {"count": 1})[0] == 404


def test_many_callers_of_one_product(warehouse):
    row = add(warehouse, "bolt")
    answers = []
    callers = [threading.Thread(target=lambda: answers.append(warehouse.ask("GET", "/products/1"))) for _ in range(50)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert answers == [(200, {"data": row})] * 50
