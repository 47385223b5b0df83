"""The editor of services: drawing, keeping the draft, saving, and what is wrong with it."""

import re

import pytest
from playwright.sync_api import expect

TABLES = [{"name": "products", "columns": [
    {"name": "id", "type": "int64", "primary_key": True}, {"name": "name", "type": "string", "unique": True},
    {"name": "price", "type": "decimal", "nullable": True}]}]

DRAWN = {
    "components": [
        {"name": "Web", "type": "http", "position": {"x": 0, "y": 0}, "methods": [{
            "name": "GetProduct", "request": [{"name": "id", "type": "int64"}],
            "response": [{"name": "data", "type": "entity.products"}], "calls": "Products.ById",
            "http": {"verb": "GET", "path": "/products/{id}"}}]},
        {"name": "Products", "type": "sql", "position": {"x": 400, "y": 0}, "data_source": "shopdb", "methods": [
            {"name": "ById", "query": "read", "table": "products", "where": ["id"], "multi": False, "returns": "data"}]}],
    "links": [{"from": "Web", "to": "Products"}]}


@pytest.fixture(scope="module")
def source(server):
    server.request("POST", "/api/v1/data-sources", {"name": "shopdb", "type": "postgres", "schema": {"tables": TABLES}})
    yield
    server.request("DELETE", "/api/v1/data-sources/shopdb")


@pytest.fixture
def service(server, source, request):
    """A service by a name of the test's own."""
    name = re.sub("[^a-z0-9]+", "-", request.node.name)[:60].strip("-")
    server.request("POST", "/api/v1/services", {"name": name})
    return name


@pytest.fixture
def drawn(server, service):
    server.request("PUT", f"/api/v1/services/{service}/draft", {"name": service, **DRAWN})
    return service


def draft(server, name):
    return server.request("GET", f"/api/v1/services/{name}/draft")


def edit(visit, name, **options):
    page = visit(f"/services/{name}/edit", **options)
    expect(page.locator("#editor-loading")).to_have_count(0)
    return page


def node(page, name):
    return page.locator(f'[data-component="{name}"]')


def add(page, type, name=None):
    if name:
        page.get_by_label("Name").fill(name)
    page.get_by_role("region", name="Components").get_by_role("button", name=type, exact=True).click()


def link(page, start, end):
    node(page, start).locator('[data-port="out"]').drag_to(node(page, end).locator('[data-port="in"]'))


def until(page, server, name, check):
    """Waits until the server has a draft of which `check` holds."""
    for _ in range(200):
        found = draft(server, name)
        if check(found):
            return found
        page.wait_for_timeout(50)
    raise AssertionError(found)


def names(document):
    return [component["name"] for component in document["components"]]


def test_a_service_is_made_by_its_name_and_opened(visit, server):
    page = visit("/services")
    page.get_by_role("button", name="New service").click()
    page.get_by_label("Name").fill("made-here")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/services/made-here/edit")
    expect(page.locator("#canvas-empty")).to_be_visible()
    page.goto(server.url + "/services")
    row = page.locator("[data-service='made-here']")
    row.get_by_role("button", name="Delete made-here").click()
    row.get_by_role("button", name="Yes, delete made-here").click()
    expect(row).to_have_count(0)
    page.reload()
    expect(page.locator("[data-service='made-here']")).to_have_count(0)


def test_one_that_is_there_already_is_not_made_again(visit, service):
    page = visit("/services", expect_errors=True)
    page.get_by_role("button", name="New service").click()
    page.get_by_label("Name").fill(service)
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#toast")).to_contain_text("already")


def test_components_are_added_with_a_name_given_before_or_after(visit, server, service):
    page = edit(visit, service)
    add(page, "http", "Web")
    expect(node(page, "Web")).to_be_visible()
    add(page, "sql", "Products")
    expect(page.get_by_label("Name")).to_have_value("")
    add(page, "redis")
    expect(node(page, "Redis")).to_be_visible()
    page.get_by_label("Name").fill("Memory")
    expect(node(page, "Memory")).to_be_visible()
    add(page, "redis")
    expect(node(page, "Redis")).to_be_visible()
    document = until(page, server, service, lambda d: len(d["components"]) == 4)
    assert names(document) == ["Web", "Products", "Memory", "Redis"]
    assert [c["type"] for c in document["components"]] == ["http", "sql", "redis", "redis"]


@pytest.mark.parametrize("name", ["1st", "a b", "Web"])
def test_a_name_that_cannot_be_is_refused_beside_the_field(visit, server, service, name):
    page = edit(visit, service)
    add(page, "http", "Web")
    add(page, "sql", name)
    expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-component]")).to_have_count(1)


def test_every_type_has_its_button_and_makes_its_component(visit, server, service):
    page = edit(visit, service)
    types = ["http", "grpc", "sql", "redis", "file_storage", "look_aside_cache", "orchestrator", "logging", "monitoring",
             "rate_limit", "auth", "function"]
    expect(page.get_by_role("region", name="Components").get_by_role("button")).to_have_text(types)
    for type in types:
        add(page, type)
    document = until(page, server, service, lambda d: len(d["components"]) == len(types))
    assert [c["type"] for c in document["components"]] == types
    # They lie beside each other, all in sight.
    boxes = [c["position"] for c in document["components"]]
    assert len({(box["x"], box["y"]) for box in boxes}) == len(boxes)
    for type in types:
        name = document["components"][types.index(type)]["name"]
        node(page, name).dblclick()
        expect(page.get_by_role("region", name=name)).to_be_visible()


def test_a_line_from_an_output_to_an_input_links_and_can_be_taken_away(visit, server, service):
    page = edit(visit, service)
    add(page, "http", "Web")
    add(page, "sql", "Products")
    link(page, "Web", "Products")
    until(page, server, service, lambda d: d["links"] == [{"from": "Web", "to": "Products"}])
    page.get_by_role("button", name="Remove").click()
    until(page, server, service, lambda d: d["links"] == [])
    # Backwards, and by two presses.
    node(page, "Products").locator('[data-port="in"]').drag_to(node(page, "Web").locator('[data-port="out"]'))
    expect(page.locator("[data-link]")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-link]")).to_have_count(0)
    node(page, "Web").locator('[data-port="out"]').click()
    node(page, "Products").click()
    until(page, server, service, lambda d: d["links"] == [{"from": "Web", "to": "Products"}])
    # One line between two is enough, and none leads from a component to itself.
    link(page, "Web", "Products")
    expect(page.locator("[data-link]")).to_have_count(1)


def test_undo_and_redo_go_through_everything(visit, server, service):
    page = edit(visit, service)
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    expect(undo).to_be_disabled()
    add(page, "http", "Web")
    add(page, "sql", "Products")
    link(page, "Web", "Products")
    node(page, "Web").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("[data-component]")).to_have_count(1)
    expect(page.locator("[data-link]")).to_have_count(0)
    undo.click()
    expect(page.locator("[data-component]")).to_have_count(2)
    expect(page.locator("[data-link]")).to_have_count(1)
    for _ in range(3):
        undo.click()
    expect(page.locator("[data-component]")).to_have_count(0)
    expect(undo).to_be_disabled()
    for _ in range(3):
        redo.click()
    expect(page.locator("[data-link]")).to_have_count(1)
    page.keyboard.press("Control+y")
    expect(page.locator("[data-component]")).to_have_count(1)
    expect(redo).to_be_disabled()
    until(page, server, service, lambda d: names(d) == ["Products"] and d["links"] == [])


def test_what_is_drawn_is_there_again_after_the_window_was_closed(visit, server, service):
    page = edit(visit, service)
    add(page, "http", "Web")
    # At once: the draft was not kept yet.
    page.close()
    again = edit(visit, service)
    expect(node(again, "Web")).to_be_visible()
    until(again, server, service, lambda d: names(d) == ["Web"])


def test_the_bar_says_when_the_draft_was_kept(visit, server, service):
    page = edit(visit, service)
    place = page.locator("[data-draft-saved]")
    before = place.get_attribute("data-draft-saved")
    add(page, "http", "Web")
    expect(place).not_to_have_attribute("data-draft-saved", before)
    expect(place).to_contain_text("Draft kept")
    kept = server.request("GET", f"/api/v1/services/{service}")["draft_saved_at"]
    expect(place).to_have_attribute("data-draft-saved", kept)


def test_a_server_that_is_away_loses_nothing(visit, server, service):
    page = edit(visit, service, expect_errors=True)
    page.route("**/draft", lambda route: route.abort())
    add(page, "http", "Web")
    expect(page.locator("[data-draft-saved]")).to_contain_text("does not answer")
    page.unroute("**/draft")
    until(page, server, service, lambda d: names(d) == ["Web"])
    expect(page.locator("[data-draft-saved]")).to_contain_text("Draft kept")


def test_two_windows_are_told_apart_and_none_overwrites_the_other(visit, server, service):
    first = edit(visit, service)
    second = edit(visit, service, expect_errors=True)
    add(first, "http", "First")
    until(first, server, service, lambda d: names(d) == ["First"])
    add(second, "sql", "Second")
    notice = second.get_by_role("alert").filter(has_text="Another window")
    expect(notice).to_be_visible()
    assert names(draft(server, service)) == ["First"]
    notice.get_by_role("button", name="Load it").click()
    expect(node(second, "First")).to_be_visible()
    expect(node(second, "Second")).to_have_count(0)
    # What was drawn here is one step back.
    second.get_by_role("button", name="Undo").click()
    expect(node(second, "Second")).to_be_visible()
    until(second, server, service, lambda d: names(d) == ["Second"])


def test_a_window_may_keep_its_own(visit, server, service):
    page = edit(visit, service, expect_errors=True)
    server.request("PUT", f"/api/v1/services/{service}/draft", {"name": service, "components": [{"name": "Other", "type": "sql"}]})
    add(page, "http", "Mine")
    page.get_by_role("alert").get_by_role("button", name="Keep mine").click()
    until(page, server, service, lambda d: names(d) == ["Mine"])
    expect(page.locator("#editor-notice")).to_be_empty()


def test_windows_of_one_browser_know_of_each_other(visit, server, service):
    page = edit(visit, service)
    other = page.context.new_page()
    other.goto(page.url)
    expect(page.locator("#editor-notice")).to_contain_text("open in another window")
    expect(other.locator("#editor-loading")).to_have_count(0)
    add(other, "http", "Web")
    expect(page.locator("#editor-notice")).to_contain_text("Another window has changed this service")
    page.locator("#editor-notice").get_by_role("button", name="Load it").click()
    expect(node(page, "Web")).to_be_visible()


def test_save_makes_a_revision_of_what_is_on_the_canvas(visit, server, service):
    page = edit(visit, service)
    add(page, "http", "Web")
    # The draft is not kept yet; Save keeps it first.
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toast")).to_have_text("Saved as revision 1.")
    expect(page.locator("#revision-state")).to_have_text("Revision 1")
    saved = server.request("GET", f"/api/v1/services/{service}/revisions/1")["document"]
    assert names(saved) == ["Web"]
    page.keyboard.press("Control+s")
    expect(page.locator("#toast")).to_have_text("Nothing has changed since revision 1.")
    add(page, "sql", "Products")
    expect(page.locator("#revision-state")).to_have_text("Changed since revision 1")


def test_revisions_are_compared_and_restored(visit, server, drawn):
    page = edit(visit, drawn)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#revision-state")).to_have_text("Revision 1")
    node(page, "Web").click()
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Revisions").click()
    panel = page.get_by_role("region", name="Revisions")
    panel.get_by_role("button", name="Compare").click()
    expect(panel.locator(".diff [data-sign='-']").filter(has_text="GetProduct")).to_have_count(1)
    panel.get_by_role("button", name="Restore").click()
    expect(node(page, "Web")).to_be_visible()
    until(page, server, drawn, lambda d: names(d) == ["Web", "Products"])
    page.get_by_role("button", name="Undo").click()
    until(page, server, drawn, lambda d: names(d) == ["Products"])


def test_problems_are_marked_where_they_are_and_lead_there(visit, server, service):
    page = edit(visit, service)
    expect(page.locator('[data-problem="empty_service"]')).to_be_visible()
    add(page, "sql", "Products")
    expect(node(page, "Products").locator('[data-problem="missing_data_source"]')).to_be_visible()
    expect(page.locator('[data-problem="empty_service"]')).to_have_count(0)
    page.get_by_role("button", name="1 problem").click()
    page.locator("#problem-list button").click()
    drawer = page.get_by_role("region", name="Products")
    expect(drawer.locator(".drawer-problems")).to_contain_text("data_source")
    drawer.get_by_label("Data source").select_option("shopdb")
    expect(page.locator("[data-problem]")).to_have_count(0)
    expect(page.get_by_role("button", name="No problems")).to_be_visible()


def test_a_whole_service_is_drawn_by_hand(visit, server, service):
    page = edit(visit, service)
    add(page, "http", "Web")
    add(page, "sql", "Products")
    link(page, "Web", "Products")
    node(page, "Products").dblclick()
    drawer = page.get_by_role("region", name="Products")
    expect(drawer.get_by_role("tab")).to_have_text(["Connections", "Configuration"])
    drawer.get_by_role("tab", name="Configuration").click()
    drawer.get_by_label("Data source").select_option("shopdb")
    drawer.get_by_role("button", name="+ Method").click()
    expect(drawer.locator(".method-line")).to_have_text("(id int64) → data entity.products")
    drawer.get_by_role("button", name="+ Method").click()
    second = drawer.locator("[data-method]").nth(1)
    second.get_by_label("Method", exact=True).fill("All")
    second.get_by_role("button", name="id", exact=True).click()
    second.get_by_label("Many rows").check()
    expect(second.locator(".method-line")).to_have_text("() → data []entity.products")
    node(page, "Web").dblclick()
    web = page.get_by_role("region", name="Web")
    web.get_by_role("button", name="+ Products.ById").click()
    web.get_by_role("button", name="+ Products.All").click()
    expect(page.get_by_role("button", name="No problems")).to_be_visible()
    document = until(page, server, service, lambda d: len(d["components"][0]["methods"]) == 2)
    by_id, all_rows = document["components"][0]["methods"]
    assert by_id["http"] == {"verb": "GET", "path": "/products/{id}"} and by_id["calls"] == "Products.ById"
    assert by_id["request"] == [{"name": "id", "type": "int64"}]
    assert all_rows["http"] == {"verb": "GET", "path": "/products"}
    assert server.request("POST", f"/api/v1/services/{service}/validate") == {"problems": []}


def test_names_are_changed_everywhere(visit, server, drawn):
    page = edit(visit, drawn)
    node(page, "Products").dblclick()
    drawer = page.get_by_role("region", name="Products")
    drawer.locator("summary").click()
    drawer.get_by_label("Method", exact=True).fill("ByNumber")
    drawer.get_by_label("Identifier").fill("Goods")
    expect(page.get_by_role("region", name="Goods")).to_be_visible()
    document = until(page, server, drawn, lambda d: names(d) == ["Web", "Goods"])
    assert document["components"][0]["methods"][0]["calls"] == "Goods.ByNumber"
    assert document["links"] == [{"from": "Web", "to": "Goods"}]
    # A word is undone as one.
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    until(page, server, drawn, lambda d: d["components"][0]["methods"][0]["calls"] == "Products.ById")


def test_connections_are_made_without_drawing(visit, server, drawn):
    page = edit(visit, drawn)
    node(page, "Web").dblclick()
    drawer = page.get_by_role("region", name="Web")
    drawer.get_by_role("tab", name="Connections").click()
    drawer.get_by_role("button", name="Unlink Products").click()
    until(page, server, drawn, lambda d: d["links"] == [])
    drawer.get_by_label("Link to").select_option("Products")
    until(page, server, drawn, lambda d: d["links"] == [{"from": "Web", "to": "Products"}])
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()


def test_everything_can_be_done_with_the_keyboard(visit, server, drawn):
    page = edit(visit, drawn)
    page.get_by_role("button", name="function", exact=True).focus()
    page.keyboard.press("Tab")
    expect(node(page, "Web")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    document = until(page, server, drawn, lambda d: d["components"][0]["position"] == {"x": 40, "y": 8})
    assert document["components"][1]["position"] == {"x": 400, "y": 0}
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Web")).to_be_visible()
    page.keyboard.press("Escape")
    expect(node(page, "Web")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("Shop")
    page.keyboard.press("Enter")
    expect(node(page, "Shop")).to_be_focused()
    page.keyboard.press("Delete")
    until(page, server, drawn, lambda d: names(d) == ["Products"])
    page.keyboard.press("Control+z")
    expect(page.locator("[data-link]")).to_have_count(1)
    node(page, "Shop").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Draw a link")
    page.keyboard.press("Escape")


def test_a_link_is_drawn_with_the_keyboard(visit, server, service):
    page = edit(visit, service)
    add(page, "http", "Web")
    add(page, "sql", "Products")
    page.get_by_role("button", name="function", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("l")
    page.keyboard.press("Tab")
    expect(node(page, "Products")).to_be_focused()
    page.keyboard.press("Enter")
    until(page, server, service, lambda d: d["links"] == [{"from": "Web", "to": "Products"}])


def test_components_are_dragged_and_the_canvas_zooms_and_moves(visit, server, drawn):
    page = edit(visit, drawn)
    box = node(page, "Web").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 120, steps=4)
    page.mouse.up()
    document = until(page, server, drawn, lambda d: d["components"][0]["position"] != {"x": 0, "y": 0})
    assert document["components"][0]["position"] == {"x": 80, "y": 80}
    page.get_by_role("button", name="Undo").click()
    until(page, server, drawn, lambda d: d["components"][0]["position"] == {"x": 0, "y": 0})
    width = node(page, "Web").bounding_box()["width"]
    page.get_by_role("button", name="Zoom in").click()
    assert node(page, "Web").bounding_box()["width"] > width
    page.mouse.move(700, 700)
    page.keyboard.down("Control")
    page.mouse.wheel(0, 400)
    page.keyboard.up("Control")
    page.wait_for_function(f"document.querySelector('[data-component=Web]').getBoundingClientRect().width < {width}")
    page.get_by_role("button", name="Arrange").click()
    document = until(page, server, drawn, lambda d: d["components"][0]["position"]["x"] == 40)
    assert document["components"][1]["position"]["x"] > 200


def test_a_service_file_is_imported_and_exported(visit, server, drawn, tmp_path):
    page = edit(visit, drawn)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    file = tmp_path / "service.yml"
    download.value.save_as(file)
    text = file.read_text()
    assert text.startswith("wright: service/1\n") and "name: shopdb" in text
    node(page, "Web").click()
    page.keyboard.press("Delete")
    until(page, server, drawn, lambda d: names(d) == ["Products"])
    page.set_input_files("#import", file)
    expect(node(page, "Web")).to_be_visible()
    until(page, server, drawn, lambda d: names(d) == ["Web", "Products"])
    file.write_text(text.replace(f"name: {drawn}\n", "name: from-file\n"))
    page.goto(server.url + "/services")
    page.wait_for_selector("html[data-ready]")
    page.set_input_files("#import", file)
    page.wait_for_url("**/services/from-file/edit")


def test_a_file_that_is_no_service_file_changes_nothing(visit, server, drawn, tmp_path):
    page = edit(visit, drawn, expect_errors=True)
    (tmp_path / "bad.yml").write_text("wright: service/1\nname: a\ncomponents: 5\n")
    page.set_input_files("#import", tmp_path / "bad.yml")
    expect(page.locator("#toast")).to_contain_text("bad.yml")
    expect(page.locator("[data-component]")).to_have_count(2)


def test_hostile_names_are_text(visit, server, service):
    hostile = '"><img src=x onerror=alert(1)>'
    server.request("PUT", f"/api/v1/services/{service}/draft", {
        "name": service, "components": [{"name": hostile, "type": "sql", "methods": [{"name": hostile}]}, {"name": "A", "type": hostile}],
        "links": [{"from": hostile, "to": "A"}]})
    page = edit(visit, service)
    expect(page.locator("[data-component]")).to_have_count(2)
    page.locator("[data-component]").first.dblclick()
    expect(page.locator("#drawer .method-title")).to_have_text(hostile)
    assert page.locator("img").count() == 0


def test_many_components_are_drawn(visit, server, service):
    components = [{"name": f"C{n}", "type": "function", "methods": [
        {"name": f"M{m}", "request": [], "response": [], "body": ""} for m in range(8)]} for n in range(50)]
    links = [{"from": f"C{n}", "to": f"C{n + 1}"} for n in range(49)]
    server.request("PUT", f"/api/v1/services/{service}/draft", {"name": service, "components": components, "links": links})
    page = edit(visit, service)
    expect(page.locator("[data-component]")).to_have_count(50)
    expect(page.locator("[data-link]")).to_have_count(49)


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_fits_the_window(visit, server, drawn, width, scheme):
    page = edit(visit, drawn, viewport={"width": width, "height": 760}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    node(page, "Products").dblclick()
    expect(page.get_by_role("region", name="Products")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_profile_counts_the_builds_of_each_service(visit, server, service):
    page = visit("/builds")
    page.get_by_role("link", name="admin").click()
    page.wait_for_url("**/profile")
    row = page.locator(f"tr[data-service='{service}']")
    expect(row.locator("td")).to_have_text(["0", "0"])


def test_a_problem_leads_to_its_method(visit, server, drawn):
    document = {"name": drawn, **DRAWN}
    document["components"] = [document["components"][0], {**document["components"][1], "methods": [
        {"name": f"M{n}", "query": "read", "table": "none" if n == 7 else "products", "where": ["id"]} for n in range(9)]}]
    server.request("PUT", f"/api/v1/services/{drawn}/draft", document)
    page = edit(visit, drawn)
    page.locator("#problems-button").click()
    page.locator("[data-code='unknown_table']").first.click()
    expect(page.locator("[data-method='M7'] .drawer-problems")).to_be_in_viewport()


def test_a_data_source_that_was_saved_meanwhile_is_there(visit, server, service):
    page = edit(visit, service)
    add(page, "redis", "Memory")
    node(page, "Memory").dblclick()
    drawer = page.get_by_role("region", name="Memory")
    expect(drawer.get_by_label("Data source")).not_to_contain_text("late")
    server.request("POST", "/api/v1/data-sources", {"name": "late", "type": "redis"})
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    source = drawer.get_by_label("Data source")
    # Chosen once it is seen, and nothing else is being drawn.
    expect(source.locator("option", has_text="late")).to_have_count(1)
    expect(page.locator("[data-draft-saved]")).to_contain_text("Draft kept")
    source.select_option("late")
    expect(page.get_by_role("button", name="No problems")).to_be_visible()


def test_a_choice_that_is_open_stays_while_data_sources_come(visit, server, service):
    page = edit(visit, service)
    add(page, "redis", "Memory")
    node(page, "Memory").dblclick()
    source = page.get_by_role("region", name="Memory").get_by_label("Data source")
    source.focus()
    source.evaluate("(select) => { select.dataset.mark = 'the one that is open'; }")
    server.request("POST", "/api/v1/data-sources", {"name": "meanwhile", "type": "redis"})
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(source.locator("option", has_text="meanwhile")).to_have_count(1)
    expect(source).to_have_attribute("data-mark", "the one that is open")
    source.select_option("meanwhile")
    expect(page.get_by_role("button", name="No problems")).to_be_visible()


def test_two_components_of_one_name_are_both_seen(visit, server, service):
    server.request("PUT", f"/api/v1/services/{service}/draft", {"name": service, "components": [
        {"name": "A", "type": "sql"}, {"name": "A", "type": "redis"}]})
    page = edit(visit, service)
    expect(node(page, "A")).to_have_count(2)
    node(page, "A").first.click()
    page.keyboard.press("F2")
    page.get_by_label("Name").fill("B")
    expect(node(page, "A")).to_have_count(1)
    until(page, server, service, lambda d: names(d) == ["B", "A"])


def test_a_lost_answer_is_no_other_window(visit, server, service):
    """The server has kept the draft, and the window never heard of it."""
    page = edit(visit, service, expect_errors=True)

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/draft", lose, times=1)
    add(page, "http", "Web")
    expect(page.locator("[data-draft-saved]")).to_contain_text("does not answer")
    expect(page.locator("[data-draft-saved]")).to_contain_text("Draft kept", timeout=15000)
    expect(page.locator("#editor-notice")).to_be_empty()
    add(page, "sql", "Products")
    until(page, server, service, lambda d: names(d) == ["Web", "Products"])


def test_undo_works_while_the_name_is_written(visit, server, service):
    page = edit(visit, service)
    add(page, "http", "Web")
    add(page, "sql")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("[data-component]")).to_have_count(1)
    # A name that nothing has yet is text.
    page.get_by_label("Name").type("Pro")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-component]")).to_have_count(1)


def test_what_is_chosen_is_copied(visit, server, drawn):
    page = edit(visit, drawn)
    node(page, "Products").click()
    page.keyboard.press("Control+d")
    document = until(page, server, drawn, lambda d: names(d) == ["Web", "Products", "Products2"])
    assert document["components"][2]["methods"] == document["components"][1]["methods"]
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    until(page, server, drawn, lambda d: names(d) == [])


def test_a_cache_before_a_database_is_drawn_by_hand(visit, server, service):
    server.request("POST", "/api/v1/data-sources", {"name": f"cache_{len(service)}", "type": "redis"})
    page = edit(visit, service)
    for type, name in [("look_aside_cache", "Fast"), ("redis", "Memory"), ("sql", "Products"), ("orchestrator", "Guarded"),
                       ("auth", "Access"), ("file_storage", "Files")]:
        add(page, type, name)
    node(page, "Memory").dblclick()
    drawer = page.get_by_role("region", name="Memory")
    drawer.get_by_label("Data source").select_option(f"cache_{len(service)}")
    drawer.get_by_role("button", name="+ Method").click()
    drawer.get_by_label("Value").select_option("string")
    drawer.get_by_role("button", name="+ Method").click()
    second = drawer.locator("[data-method]").nth(1)
    second.get_by_label("Method", exact=True).fill("Set")
    second.get_by_label("Does").select_option("set")
    second.get_by_label("Kept for").fill("60s")
    second.get_by_label("Does").select_option("get")
    second.get_by_label("Does").select_option("set")
    node(page, "Products").dblclick()
    drawer = page.get_by_role("region", name="Products")
    drawer.get_by_label("Data source").select_option("shopdb")
    drawer.get_by_role("button", name="+ Method").click()
    drawer.get_by_label("Query", exact=True).select_option("raw")
    drawer.get_by_label("SQL").fill("SELECT name FROM products WHERE id = {id}")
    drawer.get_by_role("button", name="+ Field").click()
    drawer.get_by_label("Field 1 of Parameters").fill("id")
    drawer.locator(".field-row").get_by_label("Type").select_option("int64")
    node(page, "Fast").dblclick()
    drawer = page.get_by_role("region", name="Fast")
    drawer.get_by_role("button", name="+ Method").click()
    drawer.get_by_label("Add a source").select_option("Memory.Get")
    drawer.get_by_label("Add a source").select_option("Products.ById")
    drawer.get_by_label("What is found later is written back").select_option("chosen")
    expect(drawer.get_by_label("Into Memory.Get by")).to_have_value("Memory.Set")
    node(page, "Guarded").dblclick()
    drawer = page.get_by_role("region", name="Guarded")
    drawer.get_by_role("button", name="+ Method").click()
    drawer.get_by_label("Source", exact=True).select_option("Fast.ById")
    drawer.get_by_role("button", name="Access").first.click()
    node(page, "Access").dblclick()
    page.get_by_role("region", name="Access").get_by_label("Kind").select_option("jwt")
    page.get_by_role("region", name="Access").get_by_label("Issuer").fill("us")

    def is_done(document):
        found = {component["name"]: component for component in document["components"]}
        return found.get("Access", {}).get("settings") == {"type": "jwt", "issuer": "us"}

    document = until(page, server, service, is_done)
    found = {component["name"]: component for component in document["components"]}
    assert "ttl" not in found["Memory"]["methods"][1] and found["Memory"]["methods"][1]["op"] == "set"
    assert found["Products"]["methods"][0] == {
        "name": "ById", "query": "raw", "sql": "SELECT name FROM products WHERE id = {id}", "multi": False,
        "params": [{"name": "id", "type": "int64"}]}
    assert found["Fast"]["methods"][0] == {
        "name": "ById", "sources": ["Memory.Get", "Products.ById"], "write": {"Memory.Get": "Memory.Set"}}
    assert found["Guarded"]["methods"][0] == {
        "name": "Handle", "source": "Fast.ById", "request": ["Access"], "response": []}
    links = {(link["from"], link["to"]) for link in document["links"]}
    assert links == {("Fast", "Memory"), ("Fast", "Products"), ("Guarded", "Fast"), ("Guarded", "Access")}


def test_what_was_written_stays_when_something_else_is_chosen(visit, server, drawn):
    page = edit(visit, drawn)
    node(page, "Web").dblclick()
    drawer = page.get_by_role("region", name="Web")
    drawer.locator("summary").click()
    drawer.get_by_label("Path").fill("/goods/{id}")
    drawer.get_by_label("Field 1 of Request").fill("number")
    drawer.get_by_label("Verb").select_option("POST")
    drawer.get_by_label("Where field 1 comes from").select_option("query")
    document = until(page, server, drawn, lambda d: d["components"][0]["methods"][0]["http"].get("from"))
    method = document["components"][0]["methods"][0]
    assert method["http"] == {"verb": "POST", "path": "/goods/{id}", "from": {"number": "query"}}
    assert method["request"] == [{"name": "number", "type": "int64"}]
