"""Data sources: the list, and the page of each."""

import pathlib
import re
import sys

import pytest
from playwright.sync_api import expect

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from data_stores import Postgres  # noqa: E402

TABLES = [{"name": "products", "columns": [{"name": "id", "type": "int64", "primary_key": True}]}]


@pytest.fixture
def source(server, request):
    """A PostgreSQL data source by a name of the test's own."""
    name = re.sub("[^a-z0-9]+", "_", request.node.name)[:60].strip("_")
    server.request("POST", "/api/v1/data-sources", {
        "name": name, "type": "postgres", "connection": {"host": "127.0.0.1", "password": "hunter2"},
        "schema": {"tables": TABLES}})
    return name


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    postgres = Postgres(tmp_path_factory.mktemp("postgres") / "server")
    yield postgres
    postgres.stop()


def saved(server, name):
    return server.request("GET", f"/api/v1/data-sources/{name}")


def open_page(visit, name, **options):
    page = visit(f"/data-sources/{name}", **options)
    expect(page.locator("#connection input").first).to_be_visible()
    return page


def test_a_data_source_is_made_and_deleted(visit, server):
    page = visit("/data-sources")
    page.get_by_role("button", name="New data source").click()
    page.get_by_label("Name").fill("made_here")
    page.locator("#new-source-form select").select_option("redis")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/data-sources/made_here")
    expect(page.locator("#connection label > span")).to_have_text(["host", "port", "password", "db"])
    expect(page.locator("#tables")).to_have_count(0)
    page.get_by_role("button", name="Delete this data source").click()
    page.get_by_role("button", name="Yes, delete it").click()
    page.wait_for_url("**/data-sources")
    expect(page.locator("[data-source-name='made_here']")).to_have_count(0)


def test_only_what_is_saved_counts_and_revert_goes_back_to_it(visit, server, source):
    page = open_page(visit, source)
    save, revert = page.get_by_role("button", name="Save"), page.get_by_role("button", name="Revert")
    expect(save).to_be_disabled()
    page.get_by_label("host").fill("db.example.com")
    page.get_by_role("button", name="+ Column").click()
    page.get_by_label("Column 2", exact=True).fill("price")
    page.get_by_label("Type of column 2").select_option("decimal")
    page.get_by_label("Column 2: may be null").check()
    expect(page.locator("#source-state")).to_have_text("Changed, not saved")
    before = saved(server, source)
    assert before["connection"]["host"] == "127.0.0.1" and len(before["schema"]["tables"][0]["columns"]) == 1
    revert.click()
    expect(page.get_by_label("host")).to_have_value("127.0.0.1")
    expect(page.locator(".columns tbody tr")).to_have_count(1)
    expect(save).to_be_disabled()
    page.get_by_label("host").fill("db.example.com")
    page.get_by_label("port").fill("5433")
    page.get_by_role("button", name="+ Table").click()
    page.get_by_label("Table 2", exact=True).fill("orders")
    save.click()
    expect(page.locator("#source-state")).to_have_text("Saved")
    after = saved(server, source)
    assert after["connection"]["host"] == "db.example.com" and after["connection"]["port"] == 5433
    assert [table["name"] for table in after["schema"]["tables"]] == ["products", "orders"]
    # The password was not on the page, and is there still.
    assert after["connection"]["password_set"] and "hunter2" not in page.content()


def test_tables_and_columns_are_changed(visit, server, source):
    page = open_page(visit, source)
    page.get_by_role("button", name="+ Column").click()
    page.get_by_label("Column 2", exact=True).fill("name")
    page.get_by_role("button", name="+ Column").click()
    page.get_by_label("Column 2: no two the same").check()
    page.get_by_label("Default of column 2").fill("nobody")
    page.get_by_label("Column 3", exact=True).fill("gone")
    page.get_by_role("button", name="Delete column 3").click()
    page.keyboard.press("Control+s")
    expect(page.locator("#source-state")).to_have_text("Saved")
    columns = saved(server, source)["schema"]["tables"][0]["columns"]
    assert [column["name"] for column in columns] == ["id", "name"]
    assert columns[1]["unique"] and columns[1]["default"] == "nobody"
    page.get_by_role("button", name="Delete table 1").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#source-state")).to_have_text("Saved")
    assert saved(server, source)["schema"]["tables"] == []


def test_what_is_refused_is_said_and_stays_on_the_page(visit, server, source):
    page = open_page(visit, source, expect_errors=True)
    page.get_by_label("port").fill("99999")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="connection/port")).to_be_visible()
    expect(page.get_by_label("port")).to_have_value("99999")
    page.get_by_label("port").fill("many")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="a whole number")).to_be_visible()


def test_a_connection_is_tested_before_it_is_saved_and_tables_are_read(visit, server, source, postgres):
    postgres.sql("CREATE TABLE goods (id bigserial PRIMARY KEY, name text NOT NULL)")
    page = open_page(visit, source)
    result = page.locator("#test-result")
    page.get_by_role("button", name="Test connection").click()
    expect(result).to_contain_text("is not set")
    for name, value in postgres.connection.items():
        control = page.get_by_label(name, exact=True)
        if name == "sslmode":
            control.select_option(value)
        else:
            control.fill(str(value))
    page.get_by_role("button", name="Test connection").click()
    expect(result).to_contain_text("PostgreSQL 15")
    page.get_by_role("button", name="Import from the database").click()
    expect(page.get_by_label("Table 1", exact=True)).to_have_value("goods")
    assert saved(server, source)["schema"]["tables"][0]["name"] == "products"
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#source-state")).to_have_text("Saved")
    assert [column["name"] for column in saved(server, source)["schema"]["tables"][0]["columns"]] == ["id", "name"]
    page.get_by_label("password").fill("wrong")
    page.get_by_role("button", name="Test connection").click()
    expect(result).to_contain_text("check user and password")


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_pages_fit_the_window(visit, server, source, width):
    page = visit("/data-sources", viewport={"width": width, "height": 760})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{server.url}/data-sources/{source}")
    expect(page.locator("#connection input").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
