"""Signing in, and the list of builds."""

import re

from playwright.sync_api import expect


def test_sign_in_refuses_a_wrong_token_and_says_where_the_right_one_is(visit, server):
    page = visit("/builds?status=failed", signed_in=False, expect_errors=True)
    expect(page).to_have_url(re.compile("/sign-in\\?next="))
    page.fill("#token", "wr_wrong")
    page.click("button:has-text('Sign in')")
    expect(page.get_by_role("alert").first).to_contain_text("wrong")
    expect(page.get_by_role("alert").first).to_contain_text("admin-token")
    page.fill("#token", server.token)
    page.click("button:has-text('Sign in')")
    expect(page).to_have_url(server.url + "/builds?status=failed")
    cookie = next(c for c in page.context.cookies() if c["name"] == "wright_session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    assert server.token not in cookie["value"]
    page.click("text=Sign out")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.goto(server.url + "/builds")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.context.add_cookies([{**cookie}])
    page.goto(server.url + "/builds")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_page_that_is_open_asks_to_sign_in_when_its_session_ends(visit, server):
    page = visit("/builds", expect_errors=True)
    expect(page.locator("#live-word")).to_have_text("Live")
    other = page.context.new_page()
    other.goto(server.url + "/builds")
    other.click("text=Sign out")
    expect(other).to_have_url(re.compile("/sign-in"))
    page.bring_to_front()
    expect(page).to_have_url(re.compile("/sign-in"), timeout=20000)


def test_sign_in_leads_to_no_other_site(visit, server):
    page = visit("/sign-in?next=//evil.example/", signed_in=False)
    page.fill("#token", server.token)
    page.click("button:has-text('Sign in')")
    expect(page).to_have_url(server.url + "/")


def test_the_first_build_is_explained_and_then_arrives(empty_server, visit):
    page = visit(server=empty_server)
    expect(page.get_by_text("No builds yet")).to_be_visible()
    expect(page.locator("#first-command")).to_contain_text(f"WRIGHT_SERVER={empty_server.url}")
    build = empty_server.submit(("test", "one", "echo hello"), comment="The first")
    row = page.locator(f".build-row[data-key='{build['id']}']")
    expect(row).to_contain_text("The first")
    expect(row).to_contain_text("Passed")
    expect(page.get_by_text("No builds yet")).to_have_count(0)


def test_rows_arrive_and_change_without_a_reload(visit, server):
    page = visit()
    page.evaluate("window.stays = true")
    build = server.submit(("test", "one", "sleep 2"), comment="A live row")
    row = page.locator(f".build-row[data-key='{build['id']}']")
    expect(row.locator(".status")).to_contain_text("Running")
    expect(page.locator(".build-row").first).to_have_attribute("data-key", str(build["id"]))
    expect(row.locator(".status")).to_contain_text("Passed")
    assert page.evaluate("window.stays")


def test_filters_work_while_they_are_typed_and_stand_in_the_address(visit, server):
    good = server.run(("test", "one", "true"), comment="Filter alpha", tags=["filter-tag"])
    bad = server.run(("test", "one", "false"), comment="Filter beta", tags=["filter-tag"])
    page = visit()
    rows = page.locator(".build-row")
    page.fill("#search", "filter")
    page.fill("#tag", "filter-tag")
    expect(rows).to_have_count(2)
    page.fill("#search", "filter alpha")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-key", str(good["id"]))
    expect(page).to_have_url(re.compile("search=filter\\+alpha&tag=filter-tag"))
    page.reload()
    expect(page.locator("#search")).to_have_value("filter alpha")
    page.fill("#search", "")
    expect(rows).to_have_count(2)
    page.locator(".chip", has_text="Failed").click()
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-key", str(bad["id"]))
    expect(page.locator(".chip[aria-current]")).to_have_text("Failed")
    page.go_back()
    expect(rows).to_have_count(2)
    page.fill("#search", "nothing has this")
    page.get_by_text("Clear the filters").click()
    expect(page.locator("#search")).to_have_value("")


def test_hostile_text_is_shown_and_never_run(visit, server):
    text = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    build = server.run(("test", "one", "true"), comment=text, tags=["<b>tag</b>"])
    page = visit()
    row = page.locator(f".build-row[data-key='{build['id']}']")
    expect(row.locator(".row-title")).to_have_text(text)
    expect(row.locator(".tag")).to_have_text("<b>tag</b>")
    page.goto(f"{server.url}/builds/{build['id']}")
    expect(page.locator("h1")).to_contain_text(text)
    assert page.title() != "run"


def test_the_keyboard_is_enough(visit, server):
    server.run(("test", "one", "true"), comment="Keyboard")
    page = visit()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("jk")
    expect(page.locator("#search")).to_have_value("jk")
    page.fill("#search", "keyboard")
    expect(page.locator(".build-row")).not_to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/builds/\\d+$"))


def test_pages_of_a_long_list_lead_on_and_back(visit, server):
    for number in range(52):
        server.submit(("test", "one", "true"), tags=["paging"], comment=f"Page {number}")
    page = visit("/builds?tag=paging")
    rows = page.locator(".build-row")
    expect(rows).to_have_count(50)
    first = rows.first.get_attribute("data-key")
    page.get_by_role("link", name="Older").click()
    expect(rows).to_have_count(2)
    page.get_by_role("link", name="Newer").click()
    expect(rows).to_have_count(50)
    assert rows.first.get_attribute("data-key") == first


def test_a_page_that_does_not_exist_leads_on(visit):
    page = visit("/nothing-here", expect_errors=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    page.get_by_role("link", name="All builds", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Builds")
