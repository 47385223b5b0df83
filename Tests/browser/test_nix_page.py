"""The page of a build with Nix, as derivations are built."""

import os
import re
import subprocess
import uuid

import pytest
from playwright.sync_api import expect

from browsed_server import start, stop


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server whose Nix needs no network."""
    folder = tmp_path_factory.mktemp("nix")
    (folder / "registry.json").write_text('{"flakes":[],"version":2}')
    (folder / "nix.conf").write_text(
        "build-users-group =\nsandbox = false\nsubstituters =\nexperimental-features = nix-command flakes\n"
        f"flake-registry = {folder}/registry.json\n")
    before = dict(os.environ)
    os.environ.update(NIX_CONF_DIR=str(folder), HOME=str(folder))
    # Settings of Wright do not reach the server by the environment of these tests, but by its flags.
    (folder / "wright.yml").write_text("git: {protocols: [file]}\n")
    try:
        process, server = start(folder / "data", "--config", str(folder / "wright.yml"))
    finally:
        os.environ.clear()
        os.environ.update(before)
    yield server
    stop(process)


def flake(folder, **scripts):
    folder.mkdir()
    packages = " ".join(
        f'{name} = derivation {{ name = "{name}"; salt = "{uuid.uuid4().hex}"; system = "x86_64-linux"; '
        f'builder = "/bin/sh"; PATH = "/usr/bin:/bin"; args = ["-c" "{script}"]; }};'
        for name, script in scripts.items())
    (folder / "flake.nix").write_text(
        "{ outputs = { self }: { packages.x86_64-linux = rec { " + packages + " }; }; }\n")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "flake"]):
        subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@localhost", *words], cwd=folder, check=True)
    return folder


def test_derivations_appear_as_they_are_built(visit, server, tmp_path):
    gate = tmp_path / "gate"
    source = flake(
        tmp_path / "flake", first="echo one > $out",
        second=f"cat ${{first}}; until test -e {gate}; do sleep 0.05; done; echo two > $out",
        third="cat ${second}; exit 3")
    build = server.request("POST", "/api/v1/builds", {
        "manifest": f"kind: nix\nsources: ['file://{source} => it']\noutputs: [third]\n"})
    page = visit(f"/builds/{build['id']}")
    panel = page.locator("#nix")
    running = panel.locator("li[data-status=running]")
    expect(running).to_contain_text("second", timeout=60000)
    expect(panel.locator("li[data-status=passed]")).to_contain_text("first")
    gate.write_text("")
    expect(panel.locator(".count")).to_have_text("2 built · 1 failed", timeout=60000)
    expect(panel.locator("li").first).to_contain_text(re.compile("Failed.*third", re.S))
    expect(panel.locator("li .test-name").first).to_have_attribute("title", re.compile(r"^/nix/store/\w{32}-third\.drv$"))
    expect(page.locator(".facts")).to_contain_text("Failed")


def test_a_build_without_nix_has_no_such_part(visit, server):
    build = server.run(("make", "one", "echo hello"))
    page = visit(f"/builds/{build['id']}")
    expect(page.locator("#nix")).to_be_hidden()


def test_a_narrow_page_keeps_everything_in_view(visit, server, tmp_path):
    source = flake(tmp_path / "flake", **{"a-package-with-a-very-long-name-that-does-not-end-soon-" + "x" * 60: "echo > $out"})
    build = server.wait(server.request("POST", "/api/v1/builds", {
        "manifest": f"kind: nix\nsources: ['file://{source} => it']\n"}))
    assert build["status"] == "passed", build
    page = visit(f"/builds/{build['id']}", viewport={"width": 360, "height": 740}, color_scheme="dark")
    expect(page.locator("#nix li")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
