#!/usr/bin/env python3
"""A service's build, from its tag to its merge request, against `git push` and the call of the API by hand: in turn,
against the same local GitLab, with the same files."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from figures import report, serving

from gitlab_server import GitLab  # noqa: E402, from the system tests
from service_world import TOKEN, build, configure, make_service  # noqa: E402

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 15


class ByHand:
    """A clone that has what Wright has pushed, and pushes a commit of its own with the same files."""

    def __init__(self, gitlab, folder):
        self.gitlab, self.folder = gitlab, folder / "by-hand"
        (folder / "askpass").write_text(f'#!/bin/sh\ncase "$1" in User*) echo ci ;; *) echo {TOKEN} ;; esac\n')
        (folder / "askpass").chmod(0o700)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "GIT_ASKPASS": str(folder / "askpass"),
            "GIT_CONFIG_NOSYSTEM": "1"}
        self.git("clone", "-q", f"{gitlab.url}/shop-team/shop.git", str(self.folder), cwd=folder)

    def git(self, *arguments, cwd=None):
        return subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@localhost", *arguments], cwd=cwd or self.folder, check=True,
            env=self.environment, capture_output=True, text=True).stdout.strip()

    def commit(self, name):
        self.git("fetch", "-q", "origin")
        return self.git("commit-tree", "origin/wright/v0^{tree}", "-p", "origin/main", "-m", name)

    def deliver(self, name, commit):
        begun = time.perf_counter()
        self.git("push", "-q", "origin", f"{commit}:refs/heads/{name}")
        request = urllib.request.Request(
            f"{self.gitlab.url}/api/v4/projects/42/merge_requests", method="POST",
            data=json.dumps({"source_branch": name, "target_branch": "main", "title": name}).encode(),
            headers={"PRIVATE-TOKEN": TOKEN, "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 201
        return time.perf_counter() - begun


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wright-bench-services-"))
    try:
        with GitLab(folder / "gitlab") as gitlab:
            gitlab.project()
            gitlab.token(TOKEN)
            with serving(folder / "data", WRIGHT_FORGE_INSECURE_HOSTS=gitlab.host) as server:
                measure(server, gitlab, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(server, gitlab, folder):
    make_service(server)
    configure(server, gitlab)
    # The first one makes the mirror.
    begun = time.perf_counter()
    assert build(server, tag="v0")["status"] == "passed"
    first = time.perf_counter() - begun
    hand = ByHand(gitlab, folder)
    by_hand, by_wright = [], []
    for number in range(1, ROUNDS + 1):
        by_hand.append(hand.deliver(f"hand-{number}", hand.commit(f"hand-{number}")))
        begun = time.perf_counter()
        assert build(server, tag=f"v{number}")["status"] == "passed"
        by_wright.append(time.perf_counter() - begun)
    difference = [w - h for w, h in zip(by_wright, by_hand)]
    report(
        f"tag to merge request, {ROUNDS} times", f"{statistics.median(by_wright) * 1000:.0f} ms",
        f"by hand {statistics.median(by_hand) * 1000:.0f} ms",
        f"{statistics.median(difference) * 1000:+.0f} ms (worst {max(difference) * 1000:+.0f} ms)")
    report("the first build of a service", f"{first * 1000:.0f} ms")


main()
