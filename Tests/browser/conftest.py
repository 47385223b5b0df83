"""A server and a browser for the tests. `WRIGHT_SERVER` and `WRIGHT_TOKEN` name a running server; without them one is
started from `WRIGHT_BINARY` on a port and a data folder of its own."""

import json
import os
import pathlib
import subprocess
import urllib.request

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Server:
    def __init__(self, url, token, data=None):
        self.url, self.token, self.data = url, token, data

    def request(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read() or b"null")

    def submit(self, *jobs, stages=None, head="", **fields):
        """Submits a build of jobs `(stage, name, script)` or `(stage, name, script, [artifact...])`."""
        stages = stages or list(dict.fromkeys(job[0] for job in jobs))
        lines = ["driver:", "  type: host", *head.splitlines(), f"stages: [{', '.join(stages)}]", "jobs:"]
        for stage, name, script, *artifacts in jobs:
            lines += [f"- stage: {stage}", f"  name: {name}", "  commands:", "  - |"]
            lines += ["    " + line for line in script.splitlines()]
            if artifacts:
                lines += ["  artifacts:", *[f"  - {artifact}" for artifact in artifacts[0]]]
        return self.request("POST", "/api/v1/builds", {"manifest": "\n".join(lines) + "\n", **fields})

    def wait(self, build):
        """Follows a build's events until it is over."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/builds/{build['id']}/events",
            headers={"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"})
        with urllib.request.urlopen(request, timeout=120) as response:
            for line in response:
                if line.strip() == b"event: end":
                    break
        return self.request("GET", f"/api/v1/builds/{build['id']}")

    def run(self, *jobs, **fields):
        return self.wait(self.submit(*jobs, **fields))

    def job(self, build, name):
        jobs = self.request("GET", f"/api/v1/builds/{build['id']}/jobs")
        return next(job for job in jobs if job["name"] == name)


def start(folder, *arguments):
    binary = os.environ.get("WRIGHT_BINARY", str(ROOT / ".build/debug/wright"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WRIGHT_")}
    process = subprocess.Popen(
        [binary, "serve", "--listen", "127.0.0.1:0", "--data", str(folder), *arguments], stdout=subprocess.PIPE,
        stderr=open(f"{folder}.stderr", "wb"), env=environment)
    line = process.stdout.readline().decode()
    assert line.startswith("wright: listening on "), (line, pathlib.Path(f"{folder}.stderr").read_text())
    return process, Server(line.split()[-1], (folder / "admin-token").read_text().strip(), folder)


def stop(process):
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()


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
            complaints.append(message.text)

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
