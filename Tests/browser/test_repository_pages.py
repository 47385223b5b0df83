"""Registered repositories, and artifacts by commit."""

import json
import os
import re
import subprocess
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from browsed_server import start, stop

MANIFEST = """driver:
  type: host
stages: [make]
jobs:
- stage: make
  name: cc
  commands:
  - cd hello && cc -o hello hello.c
  artifacts:
  - hello/hello => hello
"""


class Repository:
    """A git repository with a C program."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments):
        environment = {
            **os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True, env=environment)
        return done.stdout.strip()

    def commit(self, text="int main(void) { return 0; }\n"):
        (self.folder / "hello.c").write_text(text)
        self.git("add", ".")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture(scope="module")
def watcher(tmp_path_factory):
    """A server that takes repositories of this machine."""
    folder = tmp_path_factory.mktemp("watcher")
    (folder / "wright.yml").write_text("git: {protocols: [file]}\n")
    process, server = start(folder / "data", "--config", str(folder / "wright.yml"))
    yield server
    stop(process)


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path / "hello")
    made.first = made.commit()
    return made


def add(server, repository, **fields):
    return server.request(
        "POST", "/api/v1/repositories", {"url": str(repository.folder), "manifest": MANIFEST, **fields})


def built(server, registered, count=1):
    """Follows the server's events until so many of the repository's builds are over; newest first."""
    def builds():
        found = server.request("GET", f"/api/v1/repositories/{registered['id']}/builds")
        return found if len([b for b in found if b["finished_at"]]) >= count else None

    request = urllib.request.Request(
        server.url + "/api/v1/events",
        headers={"Authorization": f"Bearer {server.token}", "Accept": "text/event-stream"})
    with urllib.request.urlopen(request, timeout=120) as response:
        if found := builds():
            return found
        for line in response:
            if line.startswith(b"event:") and (found := builds()):
                return found
    raise AssertionError("the events ended")


def test_the_empty_list_says_how_to_add_a_repository(empty_server, visit):
    page = visit("/repositories", server=empty_server)
    expect(page.get_by_text("No repositories yet")).to_be_visible()
    expect(page.locator("#first-command")).to_contain_text("wright repo add")
    expect(page.locator("#first-command")).to_contain_text(f"WRIGHT_SERVER={empty_server.url}")
    expect(page.get_by_label("Address")).to_be_visible()
    expect(page.get_by_role("link", name="Repositories")).to_be_visible()


def test_a_repository_is_added_without_scripts(visit, watcher, repository):
    page = visit("/repositories/new", server=watcher, java_script_enabled=False, expect_errors=True)
    page.get_by_label("Address").fill("ext::sh -c true")
    page.get_by_role("button", name="Add repository").click()
    expect(page.get_by_role("alert")).to_contain_text("ext::sh")
    expect(page.get_by_label("Address")).to_have_value("ext::sh -c true")
    page.get_by_label("Address").fill(str(repository.folder))
    page.get_by_label("Watch").select_option("branch")
    page.get_by_label("Name or pattern").fill("main")
    page.get_by_label("Check every").fill("2m")
    page.get_by_role("button", name="Add repository").click()
    expect(page).to_have_url(re.compile(r"/repositories/\d+$"))
    registered = watcher.request("GET", "/api/v1/repositories/" + page.url.rsplit("/", 1)[1])
    assert (registered["branch"], registered["every"]) == ("main", 120)
    page.locator("#delete summary").click()
    page.get_by_role("button", name="Yes, delete it").click()
    expect(page).to_have_url(watcher.url + "/repositories")
    with pytest.raises(urllib.error.HTTPError):
        watcher.request("GET", f"/api/v1/repositories/{registered['id']}")


def test_rows_arrive_and_change_without_a_reload(visit, watcher, repository):
    page = visit("/repositories", server=watcher)
    expect(page.locator("#live-word")).to_have_text("Live")
    page.evaluate("window.stays = true")
    registered = add(watcher, repository)
    row = page.locator(f".repository-row[data-key='{registered['id']}']")
    expect(row).to_contain_text("hello")
    expect(row.locator(".status")).to_contain_text("Passed")
    expect(row).to_contain_text(repository.first[:10])
    watcher.request("PATCH", f"/api/v1/repositories/{registered['id']}", {"enabled": False})
    expect(row).to_contain_text("not checked")
    page.fill("#search", "nothing has this")
    expect(page.get_by_text("No repository matches")).to_be_visible()
    page.fill("#search", str(repository.folder))
    expect(row).to_be_visible()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/repositories/{registered['id']}$"))


def test_a_moved_branch_is_built_and_compared(visit, watcher, repository):
    registered = add(watcher, repository)
    built(watcher, registered)
    page = visit(f"/repositories/{registered['id']}", server=watcher)
    page.evaluate("window.stays = true")
    second = repository.commit("char room[5000] = {1};\nint main(void) { return room[0] - 1; }\n")
    page.get_by_role("button", name="Check now").click()
    expect(page.locator(".mini-builds li")).to_have_count(2)
    expect(page.locator(".mini-builds li").first).to_contain_text(second[:10])
    expect(page.locator(".refs")).to_contain_text(second[:10])
    builds = built(watcher, registered, 2)
    expect(page.locator(".bars .bar")).to_have_count(2)
    assert page.evaluate("window.stays")
    page.get_by_text("As a table").click()
    expect(page.locator(".chart-table tbody tr")).to_have_count(2)
    page.locator(".bars a").last.click()
    expect(page).to_have_url(f"{watcher.url}/builds/{builds[0]['id']}")
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".facts")).to_contain_text(f"Rebuild: {repository.first[:10]} → {second[:10]}")
    expect(page.locator(".facts a[href^='/repositories/']")).to_have_attribute("href", f"/repositories/{registered['id']}")
    page.get_by_role("link", name=re.compile("Compare with previous build")).click()
    expect(page).to_have_url(f"{watcher.url}/commits/{repository.first}/compare/{second}")
    changed = page.locator("tr[data-change=changed]")
    expect(changed).to_have_count(1)
    expect(changed).to_contain_text("hello")
    expect(changed.locator(".delta")).to_have_attribute("data-sign", "1")
    page.get_by_role("link", name="Artifacts of").click()
    expect(page).to_have_url(f"{watcher.url}/commits/{second}")
    expect(page.locator(".files tbody tr")).to_have_count(1)


def test_settings_are_saved_and_refusals_shown(visit, watcher, repository):
    registered = add(watcher, repository)
    page = visit(f"/repositories/{registered['id']}", server=watcher, expect_errors=True)
    page.get_by_label("Check every").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toast")).to_contain_text("'soon' is not a time")
    page.get_by_label("Check every").fill("5m")
    page.get_by_label("Check it, and build").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toast")).to_contain_text("Saved")
    expect(page.get_by_role("button", name="Check now")).to_have_count(0)
    now = watcher.request("GET", f"/api/v1/repositories/{registered['id']}")
    assert (now["every"], now["enabled"], now["manifest"]) == (300, False, MANIFEST)


def test_build_now_leads_to_the_build(visit, watcher, repository):
    registered = add(watcher, repository)
    built(watcher, registered)
    page = visit(f"/repositories/{registered['id']}", server=watcher)
    page.get_by_role("button", name="Build now").click()
    expect(page).to_have_url(re.compile(r"/builds/\d+$"))
    expect(page.locator(".facts .status")).to_contain_text("Passed")


def test_the_badge_opens_without_a_token_for_who_has_its_address(visit, watcher, repository):
    registered = add(watcher, repository)
    built(watcher, registered)
    address = watcher.request("GET", f"/api/v1/repositories/{registered['id']}")["badge_url"]

    def fetch(path, **headers):
        return urllib.request.urlopen(urllib.request.Request(watcher.url + path, headers=headers), timeout=60)

    with fetch(address) as response:
        svg = response.read().decode()
        assert response.headers["Content-Type"].startswith("image/svg+xml")
        assert "max-age=60" in response.headers["Cache-Control"]
        assert response.headers.get_all("Cross-Origin-Resource-Policy") == ["cross-origin"]
        tag = response.headers["ETag"]
    assert "<title>build: passed</title>" in svg
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        fetch(address, **{"If-None-Match": tag})
    assert unchanged.value.code == 304
    with pytest.raises(urllib.error.HTTPError) as guessed:
        fetch(address.replace(".svg", "0.svg"))
    assert guessed.value.code == 404
    page = visit(f"/repositories/{registered['id']}", server=watcher)
    picture = page.locator("img.badge")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 60")
    expect(page.get_by_label("Markdown", exact=True)).to_have_value(re.compile(re.escape(watcher.url + address)))


def test_hostile_text_is_shown_and_never_run(visit, watcher, repository):
    text = "<img src=x onerror=\"document.title='run'\">"
    registered = add(watcher, repository, url=f"file:///srv/{text.replace(' ', '')}.git")
    page = visit(f"/repositories/{registered['id']}", server=watcher)
    expect(page.locator("h1")).to_contain_text("<imgsrc=x")
    page.goto(watcher.url + "/repositories")
    expect(page.locator(f".repository-row[data-key='{registered['id']}']")).to_contain_text("<imgsrc=x")
    assert page.title() != "run"


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_no_page_is_wider_than_the_window(visit, watcher, repository, width):
    registered = add(watcher, repository)
    built(watcher, registered)
    page = visit("/repositories", server=watcher, viewport={"width": width, "height": 800})
    for path in ["/repositories", "/repositories/new", f"/repositories/{registered['id']}",
                 f"/commits/{repository.first}"]:
        page.goto(watcher.url + path)
        page.wait_for_selector("html[data-ready]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
