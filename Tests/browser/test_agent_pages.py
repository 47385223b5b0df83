"""The page of agents, and the page of one."""

import os
import pathlib
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from browsed_server import ROOT, start, stop  # noqa: E402


@pytest.fixture
def idle_server(tmp_path):
    """One without an agent."""
    process, server = start(tmp_path / "data", "--agents", "0")
    yield server
    stop(process)


def rows(page):
    return page.locator("table.agents tbody tr")


def test_builds_come_and_go_on_the_page_by_themselves(empty_server, visit, tmp_path):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    page = visit("/agents", server=empty_server)
    expect(page.locator("#live-word")).to_have_text("Live")
    expect(rows(page)).to_have_count(1)
    row = rows(page).first
    expect(row).to_contain_text("local")
    expect(row).to_contain_text("0 of 1")
    build = empty_server.submit(("a", "wait", f"while [ ! -e {tmp_path}/open ]; do sleep 0.1; done"))
    waiting = empty_server.submit(("a", "next", "true"))
    # The sandbox sees nothing of the test's folder: the build is killed in the end.
    expect(row).to_contain_text("1 of 1")
    expect(row.locator(f"a[href='/builds/{build['id']}']")).to_have_text(f"#{build['number']}")
    expect(page.locator("[data-live=queue-head]")).to_contain_text("1 waiting, 1 running")
    expect(page.locator("[data-chart=queued] rect")).not_to_have_count(0)
    empty_server.request("POST", f"/api/v1/builds/{build['id']}/kill")
    empty_server.wait(waiting)
    expect(row).to_contain_text("0 of 1")
    row.locator("th a").click()
    expect(page.locator("h1")).to_have_text("local")
    expect(page.locator(".agent-builds li")).to_have_count(2)
    expect(page.locator(".agent-builds li").first).to_contain_text("Passed")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_agent_drains_and_works_again(empty_server, visit, scripts):
    page = visit("/agents", server=empty_server, java_script_enabled=scripts)
    page.click("button:has-text('Drain')")
    expect(rows(page).first).to_contain_text("Draining")
    build = empty_server.submit(("a", "one", "true"))
    page.goto(f"{empty_server.url}/builds/{build['id']}")
    expect(page.locator("#obstacle")).to_contain_text(
        "It waits for an agent with the driver host; agent local has what it needs, and drains.")
    page.click("#obstacle a")
    page.click("button:has-text('Resume')")
    expect(rows(page).first).to_contain_text("Online")
    assert empty_server.wait(build)["status"] == "passed"
    page.goto(f"{empty_server.url}/builds/{build['id']}")
    expect(page.locator(".fact.agent")).to_have_text("ran on local")


def test_an_agent_is_started_by_what_the_page_says_and_shows_up_at_once(idle_server, visit, tmp_path):
    page = visit("/agents", server=idle_server)
    expect(page.locator(".empty h2")).to_have_text("No agent yet")
    page.fill("input[name=comment]", "cellar")
    page.click("button:has-text('Make a token')")
    lines = page.inner_text("#agent-commands").splitlines()
    environment = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))
    assert environment["WRIGHT_SERVER"] == idle_server.url and lines[-1] == "wright agent --slots 2"
    binary = os.environ.get("WRIGHT_BINARY", str(ROOT / ".build/debug/wright"))
    own = {k: v for k, v in os.environ.items() if not k.startswith("WRIGHT_")}
    with open(tmp_path / "agent.stderr", "wb") as log:
        agent = subprocess.Popen(
            [binary, *lines[-1].split()[1:], "--name", "cellar", "--labels", "zone=cellar",
             "--work", str(tmp_path / "work")], env=own | environment, stderr=log)
        try:
            row = rows(page).filter(has_text="zone=cellar")
            expect(row).to_contain_text("Online")
            expect(row).to_contain_text("0 of 2")
            # The token stays where it is while the page is kept up to date.
            assert environment["WRIGHT_TOKEN"] in page.inner_text("#agent-commands")
        finally:
            agent.terminate()
            agent.wait(timeout=30)
    tokens = idle_server.request("GET", "/api/v1/tokens")
    assert [token["comment"] for token in tokens if token["kind"] == "agent"] == ["cellar"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 800, 1280])
def test_nothing_is_wider_than_the_page(empty_server, visit, width, scheme):
    page = visit(
        "/agents", server=empty_server, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for path in ["/agents", "/agents?span=day", "/agents/1"]:
        page.goto(empty_server.url + path)
        page.wait_for_selector("html[data-ready]")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(empty_server.url + "/agents")
    expect(page.locator(".queue-span [aria-current]")).to_have_text("Hour")
    page.locator("table.agents a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("local")
    assert re.search(r"/agents/\d+$", page.url)
