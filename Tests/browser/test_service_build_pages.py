"""The builds of a service in a browser: the chooser, the builds config, New, stages as they change, files, changes."""

import pathlib
import re
import sys

import pytest

import browsed_server

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from gitlab_server import GitLab  # noqa: E402
from service_world import TOKEN, configuration, document  # noqa: E402


@pytest.fixture
def gitlab(tmp_path):
    with GitLab(tmp_path / "gitlab") as gitlab:
        gitlab.project()
        gitlab.token(TOKEN)
        yield gitlab


@pytest.fixture
def served(tmp_path, gitlab):
    config = tmp_path / "wright.yml"
    config.write_text(f"forge:\n  insecure_hosts: ['{gitlab.host}']\n")
    process, server = browsed_server.start(tmp_path / "data", "--config", str(config))
    server.request("POST", "/api/v1/services", {"name": "shop"})
    yield server
    browsed_server.stop(process)


def save(server, path="/products/{id}", name="shop"):
    whole = document(name)
    whole["components"][0]["methods"][0]["http"]["path"] = path
    known = {source["name"] for source in server.request("GET", "/api/v1/data-sources")}
    for source in whole["data_sources"]:
        if source["name"] not in known:
            server.request("POST", "/api/v1/data-sources", {
                "name": source["name"], "type": source["type"], "connection": {},
                "schema": {"tables": source["tables"]}})
    server.request("PUT", f"/api/v1/services/{name}/draft", whole)
    server.request("POST", f"/api/v1/services/{name}/revisions")


def configure(server, gitlab, **fields):
    server.request("PUT", "/api/v1/services/shop/build-configuration", configuration(gitlab, **fields))


def build(server, tag):
    return server.wait(server.request("POST", "/api/v1/services/shop/builds", {"tag": tag}))


def submit(page, tag):
    page.get_by_role("button", name="New", exact=True).click()
    page.get_by_label("Tag").fill(tag)
    page.get_by_role("button", name="Submit").click()


# The server first: what is made last goes first, and a page that is open asks for it.
@pytest.fixture
def page(served, visit):
    return lambda path="/services/shop/builds", **options: visit(path, server=served, **options)


def test_what_is_missing_is_said_before_anything_is_queued(page, served):
    shown = page(expect_errors=True)
    needs = shown.locator(".needs")
    assert "Nothing is saved yet" in needs.inner_text() and "gitlab_ci_token" in needs.inner_text()
    submit(shown, "v1")
    reasons = shown.locator(".reasons li")
    reasons.first.wait_for()
    assert "press Save" in reasons.nth(0).inner_text() and "repository_path" in reasons.nth(1).inner_text()
    assert shown.locator("[data-build]").count() == 0
    assert served.request("GET", "/api/v1/services/shop/builds") == []


def test_the_builds_config_is_checked_tested_and_saved(page, served, gitlab):
    shown = page(expect_errors=True)
    shown.get_by_role("button", name="Builds config").click()
    for name, value in configuration(gitlab, repository_path="shop", gitlab_ci_token="wrong").items():
        shown.get_by_label(name, exact=True).fill(value)
    shown.get_by_role("button", name="Save").click()
    error = shown.locator("#error-repository_path")
    error.wait_for()
    assert "group/name" in error.inner_text()
    assert shown.evaluate("document.activeElement.name") == "repository_path"
    shown.get_by_label("repository_path", exact=True).fill("shop-team/shop")
    shown.get_by_role("button", name="Test connection").click()
    shown.locator(".test-result li").first.wait_for()
    assert [li.get_attribute("data-ok") for li in shown.locator(".test-result li").all()] == ["false"] * 3
    assert "token was refused (401)" in shown.locator(".test-result").inner_text()
    shown.get_by_label("gitlab_ci_token", exact=True).fill(TOKEN)
    shown.get_by_role("button", name="Save").click()
    shown.locator(".saved").wait_for()
    assert shown.get_by_label("gitlab_ci_token", exact=True).input_value() == ""
    shown.get_by_role("button", name="Test connection").click()
    shown.locator(".test-result li[data-ok=true]").nth(2).wait_for()
    shown.reload()
    shown.get_by_role("button", name="Builds config").click()
    assert shown.get_by_label("repository_path", exact=True).input_value() == "shop-team/shop"
    assert TOKEN not in shown.content() and TOKEN not in str(served.request(
        "GET", "/api/v1/services/shop/build-configuration"))


def test_a_build_is_seen_from_its_tag_to_its_merge_request(page, served, gitlab):
    save(served)
    configure(served, gitlab)
    shown = page()
    gitlab.fail("GET /api/v4/projects/42", 503, headers={"Retry-After": "2"})
    submit(shown, "v1")
    row = shown.locator("[data-build]")
    row.wait_for()
    shown.locator('[data-build][data-stage="RUNNING"]').wait_for()
    shown.locator('[data-build][data-stage="SUCCESS"]').wait_for()
    assert "SUCCESS" in row.inner_text() and "v1" in row.inner_text()
    link = row.get_by_role("link", name="Merge request")
    assert link.get_attribute("href") == gitlab.projects[42].merge_requests[0]["web_url"]
    # It is its own link, above the one that covers the row.
    link.click(trial=True)
    row.locator(".row-link").click()
    shown.wait_for_selector("html[data-ready]")
    for job in ("validate", "generate", "push", "merge-request"):
        assert shown.locator(".rail").get_by_text(job, exact=True).count() == 1
    assert shown.get_by_role("link", name="Merge request").count() == 1
    assert "merge request !1 opened" in shown.locator("#log, .log").first.inner_text()


def test_a_failure_says_why(page, served, gitlab):
    save(served)
    configure(served, gitlab, repository_project_id="7")
    build(served, "v1")
    row = page().locator('[data-build][data-stage="FAILURE"]')
    assert "project 7 was not found" in row.inner_text()
    assert row.get_by_role("link", name="Merge request").count() == 0


def test_generated_files_are_browsed_and_compared_with_the_build_before(page, served, gitlab):
    configure(served, gitlab)
    save(served)
    build(served, "v1")
    save(served, "/things/{id}")
    second = build(served, "v2")
    shown = page(f"/builds/{second['id']}/files")
    tree = shown.get_by_role("navigation", name="Files")
    tree.get_by_role("link", name="main.go", exact=True).click()
    assert "package main" in shown.locator(".file-lines").inner_text()
    with shown.expect_download() as download:
        shown.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "shop-v2.tar.zst"
    shown.get_by_role("link", name="Changes").click()
    changed = shown.get_by_role("region", name="api/openapi.yaml")
    assert re.search(r"/things/\{id\}", changed.locator(".came-line").first.inner_text())
    assert re.search(r"/products/\{id\}", changed.locator(".went-line").first.inner_text())


def test_services_are_chosen_from_the_list(page, served):
    served.request("POST", "/api/v1/services", {"name": "billing"})
    shown = page()
    chooser = shown.get_by_role("combobox", name="Service")
    assert chooser.input_value() == "shop"
    chooser.select_option("billing")
    shown.wait_for_url("**/services/billing/builds")


def test_everything_works_without_scripts(page, served, gitlab):
    save(served)
    shown = page(java_script_enabled=False)
    shown.locator("summary", has_text="Builds config").click()
    for name, value in configuration(gitlab).items():
        shown.get_by_label(name, exact=True).fill(value)
    shown.get_by_role("button", name="Save").click()
    assert shown.locator(".saved").count() == 1
    shown.locator("summary", has_text="New").first.click()
    shown.get_by_label("Tag").fill("v1")
    shown.get_by_role("button", name="Submit").click()
    served.wait(served.request("GET", "/api/v1/services/shop/builds")[0])
    shown.reload()
    assert shown.locator('[data-build][data-stage="SUCCESS"]').count() == 1


@pytest.mark.parametrize("scheme, width", [("light", 1280), ("dark", 1280), ("light", 360)])
def test_the_pages_fit_and_every_name_is_text(page, served, gitlab, scheme, width):
    configure(served, gitlab)
    save(served)
    build(served, "v1")
    second = build(served, "v2")
    for path in ("/services/shop/builds?config=saved", f"/builds/{second['id']}", f"/builds/{second['id']}/files",
                 f"/builds/{second['id']}/changes"):
        shown = page(path, color_scheme=scheme, viewport={"width": width, "height": 800})
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, path
        assert shown.evaluate("document.querySelectorAll('main h1').length") == 1
