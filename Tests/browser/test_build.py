"""The page of a build."""

import re

from playwright.sync_api import expect

import pytest


def test_a_build_is_written_checked_and_submitted(visit, server):
    page = visit("/builds/new")
    expect(page.locator("#lint-state")).to_have_text("✓ Valid")
    page.fill("#manifest", "driver:\n  type: host\nstagess: [test]\n")
    expect(page.locator("#lint-state")).to_contain_text("error")
    expect(page.locator("#lint [data-severity=error]").first.locator("button")).to_have_text(re.compile("^\\d+:\\d+$"))
    page.fill("#manifest", "driver:\n  type: host\nstages: [test]\njobs:\n- stage: test\n  commands:\n  - echo written\n")
    page.fill("#comment", "Written in the browser")
    page.fill("#tags", "web, two")
    page.click("#submit")
    page.wait_for_url(re.compile("/builds/\\d+$"))
    expect(page.locator("h1")).to_contain_text("Written in the browser")
    expect(page.locator(".tag-group")).to_have_count(2)
    expect(page.locator(".facts .status")).to_contain_text("Passed")
    expect(page.locator(".log-text", has_text=re.compile("^written$"))).to_be_visible()


def test_a_log_is_live_and_followed(visit, server):
    build = server.submit(
        ("first", "one", "echo from the first"),
        ("second", "two", "set +x; i=0; while [ $i -lt 120 ]; do i=$((i+1)); echo tick $i; sleep 0.05; done"))
    page = visit(f"/builds/{build['id']}")
    expect(page.locator("[data-live=head] .status-word")).to_have_text("Running")
    expect(page.locator(".job[aria-current]")).to_contain_text("two")
    expect(page.locator("#manifest pre")).to_contain_text("echo from the first")
    expect(page.locator(".log-text", has_text=re.compile("^tick 60$"))).to_be_visible()
    expect(page.locator("#tool-follow")).to_have_attribute("aria-pressed", "true")
    height = page.locator("#log-view").evaluate("view => view.getBoundingClientRect().height")
    page.locator("#log-view").hover()
    page.mouse.wheel(0, -400)
    expect(page.locator("#tool-follow")).to_have_attribute("aria-pressed", "false")
    page.click("#log-end")
    expect(page.locator("#tool-follow")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-live=head] .status-word")).to_have_text("Passed")
    expect(page.locator(".log-text", has_text=re.compile("^tick 120$"))).to_be_visible()
    expect(page.locator("#manifest pre")).to_contain_text("echo from the first")
    assert page.locator("#log-view").evaluate("view => view.getBoundingClientRect().height") == height
    expect(page.locator("#tool-follow")).to_be_hidden()


COLOURS = r"""set +x
printf '\033[31mred\033[0m plain \033[38;5;208m256\033[0m \033[38;2;1;200;3mtrue\033[0m\n'
printf '\033[1mbold\033[22m \033[2mdim\033[0m \033[3mitalic\033[0m \033[4munder\033[0m \033[7minverse\033[0m\n'
printf 'one\rtwo\rthree\n'
printf '\033]0;<b>title</b>\007after \033[2Ktitle\n'
printf '\033[31m<script>document.title=1</script><img src=x onerror=alert(1)>\033[0m\n'
printf '\033[32mgreen\nstill green\033[0m\n'
"""


def test_colours_are_shown_and_other_escapes_are_not(visit, server):
    build = server.run(("test", "colours", COLOURS))
    page = visit(f"/builds/{build['id']}/jobs/{server.job(build, 'colours')['id']}")
    row = lambda text: page.locator(".log-row", has=page.locator(".log-text", has_text=re.compile(text)))
    first = row("^red plain")
    expect(first.locator("span.f1")).to_have_text("red")
    expect(first.locator("span", has_text=re.compile("^256$"))).to_have_css("color", "rgb(255, 135, 0)")
    expect(first.locator("span", has_text=re.compile("^true$"))).to_have_css("color", "rgb(1, 200, 3)")
    second = row("^bold dim")
    expect(second.locator(".a-bold")).to_have_text("bold")
    expect(second.locator(".a-dim")).to_have_text("dim")
    expect(second.locator(".a-italic")).to_have_text("italic")
    expect(second.locator(".a-under")).to_have_text("under")
    expect(second.locator("span", has_text=re.compile("^inverse$"))).to_have_css("background-color", "rgb(221, 225, 228)")
    expect(row("three").locator(".log-text")).to_have_text("three")
    expect(row("title$").locator(".log-text")).to_have_text("after title")
    expect(row("script").locator(".log-text")).to_have_text("<script>document.title=1</script><img src=x onerror=alert(1)>")
    expect(row("^still green").locator(".f2")).to_have_text("still green")
    assert page.locator("#log img, #log script").count() == 0


def test_a_line_is_linked_and_the_link_works(visit, server):
    build = server.run(("test", "many", "set +x; seq 1 3000"))
    page = visit(f"/builds/{build['id']}")
    page.locator(".log-n", has_text=re.compile("^5$")).click()
    expect(page).to_have_url(re.compile("/jobs/\\d+#L5$"))
    page.locator(".log-n", has_text=re.compile("^8$")).click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile("#L5-L8$"))
    expect(page.locator(".log-row.lit")).to_have_count(4)
    page.goto(re.sub("#.*", "#L2500-L2502", page.url))
    page.reload()
    expect(page.locator(".log-row.lit")).to_have_count(3)
    expect(page.locator(".log-row.lit").first).to_be_in_viewport()
    expect(page.locator(".log-row.lit .log-n").first).to_have_text("2500")


@pytest.mark.parametrize("count", [5, 3000])
def test_long_lines_wrap_and_each_can_be_reached(visit, server, count):
    text = "x" * 90 + " " + "y" * 2000
    script = f"set +x; i=0; while [ $i -lt {count} ]; do echo \"$i {text}\"; i=$((i+1)); done; echo the last line"
    build = server.run(("test", "long", script))
    page = visit(f"/builds/{build['id']}/jobs/{server.job(build, 'long')['id']}")
    line = lambda text: page.locator(".log-row:visible", has=page.locator(".log-text", has_text=re.compile(text)))
    height = lambda text: line(text).evaluate("row => row.offsetHeight")
    is_wide = "() => { const v = document.querySelector('#log-view'); return v.scrollWidth > v.clientWidth; }"
    expect(line("^0 x")).to_be_visible()
    assert height("^0 x") == 20 and page.evaluate(is_wide)
    page.keyboard.press("w")
    expect(page.locator("#tool-wrap")).to_have_attribute("aria-pressed", "true")
    expect(line("^0 x")).to_be_in_viewport()
    assert height("^0 x") > 100
    assert not page.evaluate(is_wide)
    page.keyboard.press("G")
    expect(line("^the last line$")).to_be_in_viewport()
    assert line("^the last line$").evaluate(
        "row => row.getBoundingClientRect().bottom <= row.closest('#log-view').getBoundingClientRect().bottom + 1")
    page.keyboard.press("g")
    expect(line("^0 x")).to_be_in_viewport()
    page.goto(page.url + f"#L{count - 1}")
    page.reload()
    expect(page.locator("#tool-wrap")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".log-row.lit:visible")).to_be_in_viewport()
    page.click("#tool-wrap")
    expect(page.locator("#tool-wrap")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".log-row.lit:visible")).to_be_in_viewport()
    assert page.evaluate(is_wide)


def test_what_failed_is_found(visit, server):
    script = "set +x; seq 1 2000; echo 'main.c:3: error: expected ;'; seq 1 2000; exit 2"
    build = server.run(("compile", "one", "true"), ("test", "bad", script), ("later", "never", "true"))
    page = visit(f"/builds/{build['id']}")
    expect(page.locator("[data-live=head] .alert")).to_contain_text("main.c:3 does not compile: expected ; · test / bad")
    expect(page.locator(".job[aria-current]")).to_contain_text("bad")
    expect(page.locator(".job[data-status=skipped]")).to_contain_text("never")
    page.keyboard.press("e")
    expect(page.locator(".log-row.at .log-text")).to_have_text("main.c:3: error: expected ;")
    page.keyboard.press("/")
    page.keyboard.type("1999")
    expect(page.locator("#find-state")).to_have_text("1 of 2")
    page.keyboard.press("Enter")
    expect(page.locator("#find-state")).to_have_text("2 of 2")
    expect(page.locator(".log-row.at mark")).to_have_text("1999")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    expect(page.locator(".log-n", has_text=re.compile("^1$"))).to_be_in_viewport()
    page.click("#tool-times")
    expect(page.locator(".log-t").first).to_have_text(re.compile("^\\d+(\\.\\d)? m?s$"))


def test_tags_pin_and_rerun(visit, server):
    build = server.run(("test", "one", "true"), comment="To be changed")
    page = visit(f"/builds/{build['id']}")
    page.evaluate("window.stays = true")
    page.click("summary:has-text('Add tag')")
    expect(page.locator(".tag-form input[name=tags]")).to_be_focused()
    page.keyboard.type("green, <i>")
    page.keyboard.press("Enter")
    expect(page.locator(".tag-group")).to_have_text(["green", "<i>"])
    page.get_by_label("Remove the tag green").click()
    expect(page.locator(".tag-group")).to_have_text(["<i>"])
    page.click("button:has-text('Pin')")
    expect(page.locator(".fact.pinned")).to_be_visible()
    page.click("button:has-text('Unpin')")
    expect(page.locator(".fact.pinned")).to_have_count(0)
    assert page.evaluate("window.stays")
    page.click("button:has-text('Re-run')")
    page.wait_for_url(lambda url: not url.endswith(f"/{build['id']}") and re.search("/builds/\\d+$", url))
    expect(page.locator("h1")).to_contain_text("To be changed")
    expect(page.locator("[data-live=head] .status-word")).to_have_text("Passed")


def test_a_build_is_killed_after_a_question(visit, server):
    build = server.submit(("test", "long", "sleep 600"))
    page = visit(f"/builds/{build['id']}")
    expect(page.locator("[data-live=head] .status-word")).to_have_text("Running")
    page.click("summary:has-text('Kill')")
    page.click("button:has-text('Kill build')")
    expect(page.locator("[data-live=head] .status-word")).to_have_text("Killed")
    expect(page.locator("summary:has-text('Kill')")).to_have_count(0)


def test_artifacts_are_listed_and_fetched(visit, server):
    script = "mkdir -p out; printf hello > out/a.txt; head -c 5000 /dev/zero > big.bin; printf x > '<b>.txt'"
    build = server.run(("make", "one", script, ["out/a.txt => out/a.txt", "big.bin", '"<b>.txt"']))
    page = visit(f"/builds/{build['id']}")
    row = page.locator(".artifacts li", has_text="out/a.txt")
    expect(row).to_contain_text("5 B")
    expect(row).to_contain_text("2cf24dba5fb0")
    expect(page.locator(".artifacts li", has_text="big.bin")).to_contain_text("4.8 KiB")
    expect(page.locator(".artifacts li", has_text="<b>.txt")).to_have_count(1)
    with page.expect_download() as download:
        row.locator(".artifact-name").click()
    assert download.value.suggested_filename == "a.txt"
    assert open(download.value.path()).read() == "hello"
    with page.expect_download() as download:
        row.locator(".artifact-link").click()
    assert open(download.value.path()).read() == "hello"


def test_jobs_are_chosen_and_the_way_back_works(visit, server):
    build = server.run(("test", "one", "echo text of one"), ("test", "two", "echo text of two"))
    page = visit(f"/builds/{build['id']}")
    expect(page.locator(".log-text", has_text=re.compile("^text of two$"))).to_be_visible()
    page.locator(".job", has_text="one").click()
    expect(page.locator(".log-text", has_text=re.compile("^text of one$"))).to_be_visible()
    expect(page.locator("#log-title")).to_contain_text("one")
    expect(page).to_have_url(re.compile("/jobs/\\d+$"))
    page.go_back()
    expect(page.locator(".log-text", has_text=re.compile("^text of two$"))).to_be_visible()


def test_a_hundred_thousand_lines_scroll(visit, server):
    build = server.run(("test", "big", "set +x; seq -f 'line %.0f of many' 1 100000"))
    page = visit(f"/builds/{build['id']}")
    page.evaluate("""() => {
        window.longest = 0;
        new PerformanceObserver(list => {
            for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
        }).observe({entryTypes: ['longtask']});
    }""")
    view = page.locator("#log-view")
    expect(page.locator(".log-text", has_text=re.compile("^line 1 of many$"))).to_be_visible()
    for part in (0.25, 0.5, 0.75):
        view.evaluate("(view, part) => { view.scrollTop = view.scrollHeight * part; }", part)
        line = page.locator(".log-text", has_text=re.compile(f"^line {int(100_000 * part) + 10} of many$"))
        expect(line).to_be_in_viewport()
    view.focus()
    page.keyboard.press("G")
    expect(page.locator(".log-text", has_text=re.compile("^line 100000 of many$"))).to_be_visible()
    assert page.locator(".log-row").count() < 200
    page.keyboard.press("/")
    page.keyboard.type("line 77777 of")
    expect(page.locator(".log-row.at .log-text")).to_have_text("line 77777 of many")
    print(f"longest task while scrolling 100,000 lines: {page.evaluate('window.longest'):.0f} ms")


def test_a_log_higher_than_browsers_allow_is_scrolled_in_scale(visit, server):
    build = server.run(("test", "huge", "set +x; seq 1 900000"))
    page = visit(f"/builds/{build['id']}/jobs/{server.job(build, 'huge')['id']}#L450000")
    expect(page.locator(".log-row.lit .log-text")).to_be_in_viewport()
    expect(page.locator(".log-row.lit .log-n")).to_have_text("450000")
    assert page.locator("#log-view").evaluate("view => view.scrollHeight") <= 8_000_000
    page.locator("#log-view").hover()
    page.mouse.wheel(0, 200)
    expect(page.locator(".log-n", has_text=re.compile("^450020$"))).to_be_in_viewport()
    page.locator("#log-view").focus()
    page.keyboard.press("G")
    expect(page.locator(".log-n", has_text=re.compile("^900000$"))).to_be_in_viewport()
    page.keyboard.press("g")
    expect(page.locator(".log-n", has_text=re.compile("^1$"))).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_and_a_choice_is_kept(visit, scheme):
    page = visit(color_scheme=scheme)
    ground = lambda: page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    light, dark = "rgb(246, 245, 242)", "rgb(20, 23, 26)"
    assert ground() == (light if scheme == "light" else dark)
    page.get_by_label("Switch between light and dark").click()
    assert ground() == (dark if scheme == "light" else light)
    page.reload()
    assert ground() == (dark if scheme == "light" else light)


@pytest.mark.parametrize("path", ["/builds", "/builds/new", "build"])
def test_a_narrow_screen_shows_everything(visit, server, path):
    if path == "build":
        build = server.run(
            ("test", "a-job-with-quite-a-long-name-for-a-phone", "echo " + "word" * 60, []),
            comment="A long comment for a narrow screen, with a_word_that_is_much_too_long_to_fit_in_one_line_of_it",
            tags=["one", "two", "three"])
        path = f"/builds/{build['id']}"
    page = visit(path, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if path not in ("/builds", "/builds/new"):
        page.click("summary:has-text('Add tag')")
        box = page.locator(".tag-form").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_without_scripts_builds_and_logs_can_be_read(visit, server):
    build = server.run(("test", "plain", "printf '\\033[31mred <b>text</b>\\033[0m\\n'; seq 1 1500"), comment="No scripts")
    page = visit("/builds?search=no+scripts", java_script_enabled=False)
    page.get_by_role("link", name=re.compile("No scripts")).click()
    expect(page.locator("h1")).to_contain_text("No scripts")
    page.get_by_role("link", name="Show the log").click()
    expect(page.locator(".plain-log")).to_contain_text("1500")
    expect(page.locator(".hint", has_text="The last 1000 of")).to_be_visible()
    page.goto(f"{server.url}/builds")
    page.fill("#search", "no scripts")
    page.click("button:has-text('Filter')")
    expect(page.locator(".build-row").first).to_contain_text("No scripts")


def test_a_manifest_is_submitted_without_scripts(visit, server):
    page = visit("/builds/new", java_script_enabled=False, expect_errors=True)
    page.fill("#manifest", "driver: {type: host}\nstages: [a]\njobs:\n- {stage: a, name: <i>, comands: [make]}\n")
    page.fill("#comment", "Typed <b>here</b>")
    page.fill("#tags", "one, two")
    page.click("#submit")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#lint li").first).to_contain_text("4:")
    expect(page.locator("#manifest")).to_have_value(re.compile("name: <i>, comands"))
    manifest = "driver: {type: host}\nstages: [a]\njobs:\n- {stage: a, name: n, commands: [echo fine]}\n"
    page.fill("#manifest", manifest)
    page.click("#submit")
    expect(page).to_have_url(re.compile("/builds/\\d+$"))
    build = server.request("GET", "/api/v1/builds/" + page.url.split("/")[-1])
    assert build["manifest"] == manifest
    assert build["tags"] == ["one", "two"] and build["trigger"]["comment"] == "Typed <b>here</b>"
    assert build["trigger"]["type"] == "manual"
