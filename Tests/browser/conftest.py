"""A server and a browser for the tests. `WRIGHT_SERVER` and `WRIGHT_TOKEN` name a running server; without them one is
started from `WRIGHT_BINARY` on a port and a data folder of its own."""

import os

import pytest
from playwright.sync_api import expect, sync_playwright

from browsed_server import Server, start, stop


# A loaded machine takes its time.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    if "WRIGHT_SERVER" in os.environ and "WRIGHT_TOKEN" in os.environ:
        yield Server(os.environ["WRIGHT_SERVER"].rstrip("/"), os.environ["WRIGHT_TOKEN"])
        return
    process, server = start(tmp_path_factory.mktemp("wright") / "data")
    yield server
    stop(process)


@pytest.fixture
def empty_server(tmp_path):
    """One of which nobody has asked anything yet."""
    process, server = start(tmp_path / "data", "--agents", "1")
    yield server
    stop(process)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, server):
    """Opens a signed-in page and fails the test for anything that the browser complains about: an error in a script,
    a broken content policy, a file that is missing."""
    contexts, complaints = [], []

    def note(message):
        if message.type == "error":
            complaints.append(f"{message.text} {message.location.get('url', '')}")

    def visit(path="/builds", server=server, signed_in=True, expect_errors=False, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20000)
        page.server = server
        if not expect_errors:
            page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if signed_in:
            page.goto(server.url + "/sign-in")
            page.fill("#token", server.token)
            page.click("button:has-text('Sign in')")
            page.wait_for_url("**/")
        page.goto(server.url + path)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
