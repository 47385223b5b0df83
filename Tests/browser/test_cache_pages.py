"""Binary caches: the list, and the page of each."""

import pathlib
import re
import sys

import pytest
from playwright.sync_api import expect

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from cachix import Client, made_path  # noqa: E402


@pytest.fixture
def cache(server, request):
    """A cache with three paths, by a name of the test's own."""
    name = re.sub("[^a-z0-9]+", "-", request.node.name)[:60].strip("-")
    server.request("POST", "/api/v1/caches", {"name": name})
    client = Client(server.url + "/api/v1", name, server.token)
    paths = [made_path(f"{name}-{n}", b"content" * n) for n in range(3)]
    for path in paths:
        client.push(path)
    yield name, client, paths
    try:
        server.request("DELETE", f"/api/v1/caches/{name}")
    except OSError:
        pass


@pytest.mark.parametrize("scripts", [True, False])
def test_a_cache_is_made_and_its_page_has_the_lines_for_nix(visit, server, scripts):
    name = f"made-{'with' if scripts else 'without'}"
    page = visit("/caches", java_script_enabled=scripts)
    page.fill("[name=name]", name)
    page.click("text=Make the cache")
    page.wait_for_url(f"**/caches/{name}")
    lines = page.inner_text("#nix-conf")
    key = server.request("GET", f"/api/v1/caches/{name}")["public_keys"][0]
    assert lines == f"extra-substituters = {server.url}/cache/{name}\nextra-trusted-public-keys = {key}"
    page.goto(f"{server.url}/caches")
    expect(page.locator(f"[data-key='{name}']")).to_contain_text("signs with its own key")
    server.request("DELETE", f"/api/v1/caches/{name}")


def test_a_name_that_is_taken_is_said_beside_the_form(visit, cache):
    page = visit("/caches", expect_errors=True)
    page.fill("[name=name]", cache[0])
    page.click("text=Make the cache")
    expect(page.locator("#toast")).to_contain_text("already")
    assert page.input_value("[name=name]") == cache[0]


def test_paths_are_searched_pinned_and_deleted_where_they_are(visit, cache):
    name, client, paths = cache
    page = visit(f"/caches/{name}")
    rows = page.locator(".paths tbody tr")
    expect(rows).to_have_count(3)
    page.fill("#search", paths[1].hash[:10])
    page.press("#search", "Enter")
    expect(rows).to_have_count(1)
    page.click(".path-actions button:has-text('Pin')")
    expect(rows.locator("[aria-pressed=true]")).to_have_text(re.compile("Pinned"))
    page.click(".path-actions summary")
    page.click("text=Yes, delete it")
    expect(page.locator("text=No path matches")).to_be_visible()
    assert client.missing([p.hash for p in paths]) == [paths[1].hash]


def test_a_token_is_shown_once_and_can_be_revoked(visit, cache, server):
    name = cache[0]
    page = visit(f"/caches/{name}")
    page.select_option("[name=permission]", "write")
    page.fill("[name=comment]", "the <b>build</b> machine")
    page.click("text=Make a token")
    token = page.input_value("#token")
    assert Client(server.url + "/api/v1", name, token).call("GET", "")["permission"] == "Write"
    page.reload()
    expect(page.locator("#token")).to_have_count(0)
    row = page.locator("[data-live=tokens] li")
    expect(row).to_contain_text("the <b>build</b> machine")
    row.locator("button").click()
    expect(row).to_have_count(0)
    assert Client(server.url + "/api/v1", name, token).call("GET", "")["permission"] == "Read"


def test_settings_collection_and_keys(visit, cache, server):
    name = cache[0]
    page = visit(f"/caches/{name}")
    page.uncheck("[name=public]")
    page.fill("[name=keep_age]", "30d")
    page.fill("[name=keep_size]", "10 GiB")
    page.click("text=Save")
    expect(page.locator(".facts")).to_contain_text("Private")
    found = server.request("GET", f"/api/v1/caches/{name}")
    assert (found["public"], found["keep_seconds"], found["keep_bytes"]) == (False, 30 * 86400, 10 << 30)
    page.click("text=Register a public key")
    page.fill("[name=public_key]", "mine-1:" + "A" * 43 + "=")
    page.click("button:has-text('Register')")
    expect(page.locator("[data-key='mine-1']")).to_contain_text("registered")
    page.fill("[name=older_than]", "0")
    page.click("text=Delete paths")
    expect(page.locator("text=Nothing has been pushed yet")).to_be_visible()
    expect(page.locator("[data-live=figures]")).to_contain_text("3, ")
    page.click("text=Delete this cache")
    page.click("#delete >> text=Yes, delete it")
    page.wait_for_url("**/caches")
    expect(page.locator(f"[data-key='{name}']")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_narrow_windows(visit, cache, scheme):
    for path in ("/caches", f"/caches/{cache[0]}"):
        page = visit(path, viewport={"width": 360, "height": 780}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_somebody_who_is_not_signed_in_sees_no_cache(visit, cache):
    page = visit(f"/caches/{cache[0]}", signed_in=False)
    assert "/sign-in" in page.url
