"""Compilers' messages and tests on the page of a build."""

import re

import pytest
from playwright.sync_api import expect

COMPILE = """set +x
for i in $(seq 1 400); do echo "line $i"; done
for i in $(seq 1 {warnings}); do echo "src/a.c:$i:5: warning: unused <b>variable</b> $i [-Wunused-variable]"; done
echo "src/b.c:7:1: error: 'missing' undeclared"
printf '%s' '<testsuite name="s"><testcase name="good" time="1.5"/><testcase name="bad &lt;b&gt;"><failure message="no way"/></testcase><testcase name="off"><skipped/></testcase></testsuite>' > report.xml
"""


def build(server, warnings=60):
    return server.run(("make", "one", "echo first"), ("make", "two", COMPILE.format(warnings=warnings), ["report.xml"]),
                      comment="results")


def test_a_message_leads_to_its_line_of_the_log(visit, server):
    page = visit(f"/builds/{build(server)['id']}")
    messages = page.locator("#messages")
    expect(messages.locator(".panel-head")).to_contain_text("1 error, 60 warnings")
    expect(messages.locator(".message")).to_have_count(50)
    link = messages.locator(".message-link").nth(2)
    expect(link).to_have_text("unused <b>variable</b> 3")
    page.locator(".job", has_text="one").click()
    expect(page.locator(".job[aria-current]")).to_contain_text("one")
    link.click()
    expect(page.locator(".job[aria-current]")).to_contain_text("two")
    expect(page).to_have_url(re.compile(r"/jobs/\d+#L40\d$"))
    expect(page.locator(".log-text", has_text="src/a.c:3:5:")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator(".log-text", has_text="src/a.c:1:5:")).to_be_visible()


def test_messages_are_narrowed_and_come_page_by_page(visit, server):
    page = visit(f"/builds/{build(server)['id']}")
    messages = page.locator("#messages")
    messages.locator("a", has_text="More").click()
    expect(messages.locator(".message")).to_have_count(11)
    messages.locator(".chip", has_text="Errors").click()
    expect(messages.locator(".message")).to_have_count(1)
    expect(messages.locator(".message-link")).to_have_text("'missing' undeclared")
    page.reload()
    expect(messages.locator(".message")).to_have_count(1)


def test_failed_tests_come_first_with_their_reason(visit, server):
    page = visit(f"/builds/{build(server)['id']}")
    tests = page.locator("#tests")
    expect(tests.locator("li .test-name")).to_have_text(["s bad <b>", "s off", "s good"])
    expect(tests.locator("pre")).to_have_text("no way")
    expect(tests.locator("pre")).to_be_visible()
    tests.locator(".chip", has_text="Passed").click()
    expect(tests.locator("li")).to_have_count(1)
    expect(tests.locator("li")).to_contain_text("1.5 s")
    expect(page.locator(".facts .found")).to_have_text(["1 error, 60 warnings", "1 of 3 tests failed"])


def test_the_list_says_how_much_was_found_and_what_is_new(visit, server):
    build(server, warnings=2)
    job = ("make", "one", "set +x; echo 'n.c:1:1: warning: first'; [ -e $HOME/never ] || true")
    server.run(job, comment="known")
    page = visit("/builds")
    row = page.locator(".build-row", has_text="known").first
    expect(row.locator(".found")).to_have_text("1 warning")


def test_messages_appear_while_the_build_runs(visit, server):
    if server.data is None:
        pytest.skip("the workspace is on another machine")
    running = server.submit((
        "make", "live",
        "set +x; touch here; echo waiting; while [ ! -e go ]; do sleep 0.1; done; echo 'l.c:1:1: warning: late'; sleep 600"))
    page = visit(f"/builds/{running['id']}")
    expect(page.locator(".log-text", has_text="waiting")).to_be_visible()
    expect(page.locator("#messages")).to_be_hidden()
    next((server.data / "work").rglob("here")).with_name("go").touch()
    expect(page.locator("#messages .message-link")).to_have_text("late", timeout=60000)
    expect(page.locator("[data-live=head] .status-word")).to_have_text("Running")
    server.request("POST", f"/api/v1/builds/{running['id']}/kill")
