"""From an empty server to a merge request, as somebody does it who has just installed Wright: a data source with a table,
a service of two components, methods, a link, Save, the builds config, a build. `WRIGHT_SCREENSHOTS` names a folder for
pictures of each step."""

import os
import pathlib
import sys

import pytest
from playwright.sync_api import expect

import browsed_server

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

from gitlab_server import GitLab  # noqa: E402
from service_world import TOKEN, configuration  # noqa: E402


@pytest.fixture
def gitlab(tmp_path):
    with GitLab(tmp_path / "gitlab") as gitlab:
        gitlab.project()
        gitlab.token(TOKEN)
        yield gitlab


@pytest.fixture
def installed(tmp_path, gitlab):
    config = tmp_path / "wright.yml"
    config.write_text(f"forge: {{insecure_hosts: ['{gitlab.host}']}}\n")
    process, server = browsed_server.start(tmp_path / "data", "--config", str(config))
    yield server
    browsed_server.stop(process)


def picture(page, name):
    if folder := os.environ.get("WRIGHT_SCREENSHOTS"):
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png")


def test_the_tutorial(visit, installed, gitlab):
    page = visit("/services", server=installed)
    picture(page, "1-empty")
    make_data_source(page, installed)
    draw_service(page, installed)
    configure(page, gitlab)
    build(page, gitlab)


def make_data_source(page, server):
    page.goto(server.url + "/data-sources")
    page.get_by_role("button", name="New data source").click()
    page.get_by_label("Name").fill("shopdb")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/data-sources/shopdb")
    page.get_by_role("button", name="+ Table").click()
    page.get_by_label("Table 1", exact=True).fill("products")
    # A table begins with its key.
    expect(page.get_by_label("Column 1", exact=True)).to_have_value("id")
    expect(page.get_by_label("Column 1: part of the key")).to_be_checked()
    page.get_by_role("button", name="+ Column").click()
    page.get_by_label("Column 2", exact=True).fill("name")
    page.get_by_label("Type of column 2").select_option("string")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#source-state")).to_have_text("Saved")
    picture(page, "2-data-source")


def draw_service(page, server):
    page.goto(server.url + "/services")
    page.get_by_role("button", name="New service").click()
    page.get_by_label("Name").fill("shop")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/services/shop/edit")
    panel = page.get_by_role("region", name="Components")
    for type, name in (("http", "Web"), ("sql", "Products")):
        page.get_by_label("Name").fill(name)
        panel.get_by_role("button", name=type, exact=True).click()
    node = lambda name: page.locator(f'[data-component="{name}"]')
    node("Web").locator('[data-port="out"]').drag_to(node("Products").locator('[data-port="in"]'))
    node("Products").dblclick()
    products = page.get_by_role("region", name="Products")
    products.get_by_role("tab", name="Configuration").click()
    products.get_by_label("Data source").select_option("shopdb")
    products.get_by_role("button", name="+ Method").click()
    # What it takes and gives is derived by the server.
    expect(products.locator(".method-line")).to_have_text("(id int64) → data entity.products")
    node("Web").dblclick()
    web = page.get_by_role("region", name="Web")
    web.get_by_role("button", name="+ Products.ById").click()
    expect(page.get_by_role("button", name="No problems")).to_be_visible()
    picture(page, "3-editor")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#revision-state")).to_have_text("Revision 1")
    page.get_by_role("link", name="Builds", exact=True).last.click()
    page.wait_for_url("**/services/shop/builds")


def configure(page, gitlab):
    page.get_by_role("button", name="Builds config").click()
    for name, value in configuration(gitlab).items():
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".saved")).to_be_visible()
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".test-result li[data-ok=true]")).to_have_count(3)
    picture(page, "4-builds-config")


def build(page, gitlab):
    page.get_by_role("button", name="New", exact=True).click()
    page.get_by_label("Tag").fill("v1")
    page.get_by_role("button", name="Submit").click()
    row = page.locator('[data-build][data-stage="SUCCESS"]')
    expect(row).to_have_count(1)
    picture(page, "5-built")
    project = gitlab.projects[42]
    request = project.merge_requests[0]
    assert row.get_by_role("link", name="Merge request").get_attribute("href") == request["web_url"]
    assert request["title"] == "v1" and request["source_branch"] == "wright/v1"
    pushed = project.files("wright/v1")
    assert {"cmd/shop/main.go", "go.mod", "wright.lock.json"} <= pushed.keys()
    assert "/products/{id}" in pushed["api/openapi.yaml"]
    row.get_by_role("link", name="Files").click()
    page.get_by_role("navigation", name="Files").get_by_role("link", name="main.go", exact=True).click()
    expect(page.locator(".file-lines")).to_contain_text("package main")
    picture(page, "6-files")
