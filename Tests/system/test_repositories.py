"""Registered repositories: what moves is built, once, whatever happens in between."""

import hashlib
import hmac
import json
import queue
import random
import shutil
import subprocess
import threading

import pytest

from harness import manifest

GIT = {"WRIGHT_GIT_PROTOCOLS": "https,ssh,git,file"}


class Watch:
    """Hears of changes of the server's builds and repositories."""

    def __init__(self, server):
        self.server = server
        self.news = queue.Queue()
        self.connection = server.connection()
        self.connection.request(
            "GET", "/api/v1/events", headers={"Authorization": f"Bearer {server.token}", "Accept": "text/event-stream"})
        self.response = self.connection.getresponse()
        assert self.response.status == 200
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            while line := self.response.readline():
                if line.startswith(b"event:"):
                    self.news.put(line)
        except (OSError, ValueError):
            pass

    def until(self, condition):
        """Returns what `condition` does as soon as that is true; asks again at every change."""
        while not (found := condition()):
            self.news.get(timeout=60)
        return found


class Registered:
    """A repository that a server watches."""

    def __init__(self, server, url, **fields):
        self.server = server
        self.watch = Watch(server)
        self.path = f"/api/v1/repositories/{self.post('/api/v1/repositories', {'url': url, **fields})['id']}"

    def post(self, path, body=None):
        response = self.server.request("POST", path, body if body is not None else {})
        assert response.status < 300, response.body
        return json.loads(response.body)

    @property
    def state(self):
        return self.server.get(self.path)

    def first_check(self):
        return self.watch.until(lambda: (state := self.state)["last_checked_at"] and state)

    def check(self):
        """Has it checked and returns its state after that."""
        before = self.state["last_checked_at"]
        self.post(self.path + "/check")
        return self.watch.until(lambda: (state := self.state)["last_checked_at"] != before and state)

    def builds(self):
        """Trigger, ref, old and new commit of each build, the first one first."""
        builds = self.server.get(self.path + "/builds?limit=200")
        data = [(b["trigger"]["type"], b["ref"], b["trigger"]["data"].get("old"), b["trigger"]["data"]["new"])
                for b in builds]
        return data[::-1]

    def after(self, server):
        """The same repository on the server's next start."""
        self.server = server
        self.watch = Watch(server)


def commit(repository, text):
    (repository.path / "file").write_text(text)
    repository.git("commit", "-qam", text)
    return repository.git("rev-parse", "HEAD")


def test_a_commit_is_built_once_when_the_repository_is_due(start, repository):
    server = start("--agents", "0", **GIT)
    first = repository.git("rev-parse", "HEAD")
    it = Registered(server, repository.url, every=5)
    it.first_check()
    assert it.builds() == [("manual", "refs/heads/main", None, first)]
    second = commit(repository, "third")
    it.watch.until(lambda: len(it.builds()) > 1)
    assert it.builds()[1:] == [("rebuild", "refs/heads/main", first, second)]
    it.check()
    state = it.check()
    assert len(it.builds()) == 2
    assert state["last_commit"] == second and state["error"] is None and state["next_check_at"]
    build = server.get(it.path + "/builds")[0]
    assert build["kind"] == "program" and build["trigger"]["data"]["url"] == repository.url
    assert state["refs"][0]["build_id"] == build["id"]


def test_what_is_built_is_the_commit_that_was_seen(start, repository):
    server = start(**GIT)
    (repository.path / "hello.c").write_text('#include <stdio.h>\nint main(void) { puts("one"); }\n')
    repository.git("add", "-A")
    it = Registered(server, repository.url, branch="main")
    seen = commit(repository, "with a program")
    it.check()
    build = it.watch.until(lambda: next((b for b in server.get(it.path + "/builds") if
                                         b["trigger"]["data"]["new"] == seen), None))
    commit(repository, "later")
    build = server.wait(build)
    assert build["status"] == "passed" and build["commit"] == seen


def test_force_push_deletion_and_return(start, repository):
    server = start("--agents", "0", **GIT)
    first = repository.git("rev-parse", "main")
    it = Registered(server, repository.url, branch="main")
    it.first_check()
    repository.git("reset", "-q", "--hard", "v1")
    it.check()
    older = repository.git("rev-parse", "v1")
    repository.git("checkout", "-q", "side")
    repository.git("branch", "-D", "main")
    gone = it.check()
    assert gone["refs"][0]["deleted_at"] and "main was deleted" in gone["notice"]
    assert gone["error"] is None
    assert len(it.builds()) == 2, "there is nothing to build"
    repository.git("branch", "main", first)
    back = it.check()
    assert back["refs"][0]["deleted_at"] is None and back["notice"] is None
    assert it.builds() == [
        ("manual", "refs/heads/main", None, first), ("rebuild", "refs/heads/main", first, older),
        ("rebuild", "refs/heads/main", older, first)]


def test_patterns_tags_and_another_default_branch(start, repository):
    server = start("--agents", "0", **GIT)
    repository.git("branch", "release-1")
    repository.git("tag", "-a", "v2", "-m", "annotated")
    head = repository.git("rev-parse", "HEAD")
    branches = Registered(server, repository.url, branch="release-*")
    tags = Registered(server, repository.url, tag="v*")
    default = Registered(server, repository.url)
    for it in (branches, tags, default):
        it.first_check()
    assert [b[1] for b in branches.builds()] == ["refs/heads/release-1"]
    assert [b[1::2] for b in tags.builds()] == [("refs/tags/v2", head)], "the newest, by its commit"
    repository.git("branch", "release-2")
    repository.git("tag", "v3", "v1")
    repository.git("branch", "-m", "main", "trunk")
    for it in (branches, tags, default):
        it.check()
    assert [b[1] for b in branches.builds()] == ["refs/heads/release-1", "refs/heads/release-2"]
    assert [b[1] for b in tags.builds()] == ["refs/tags/v2", "refs/tags/v3"]
    assert len(default.builds()) == 1, "the same commit by another name"
    assert default.state["notice"] == "The default branch is trunk now; it was main."
    new = commit(repository, "on the trunk")
    default.check()
    assert default.builds()[-1] == ("rebuild", "refs/heads/trunk", head, new)


def test_a_repository_that_is_away_says_so_and_comes_back(start, repository, tmp_path):
    server = start("--agents", "0", **GIT)
    it = Registered(server, repository.url)
    it.first_check()
    repository.path.rename(tmp_path / "away")
    first = it.check()
    second = it.check()
    assert first["error"] and "repository" in first["error"] and str(tmp_path) in first["error"]
    assert second["error_since"] == first["error_since"] and second["failures"] == first["failures"] + 1
    assert second["next_check_at"] > second["last_checked_at"]
    (tmp_path / "away").rename(repository.path)
    new = commit(repository, "back")
    well = it.check()
    assert well["error"] is None and well["error_since"] is None and well["failures"] == 0
    assert it.builds()[-1][3] == new


def signed(secret, body, header, prefix=""):
    return {header: prefix + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


@pytest.mark.parametrize("form", ["github", "gitea", "forgejo", "gitlab"])
def test_a_forge_tells_of_a_push(start, repository, form):
    server = start("--agents", "0", **GIT)
    it = Registered(server, repository.url, every=3600)
    first = it.first_check()
    hook = server.get(it.path + "/webhook")
    path, secret = hook["url"].removeprefix(server.url), hook["secret"]
    body = json.dumps({"ref": "refs/heads/main", "padding": "x" * 3_000_000}).encode()

    def send(secret, event="push", path=path):
        headers = {
            "github": lambda: {"X-GitHub-Event": event, **signed(secret, body, "X-Hub-Signature-256", "sha256=")},
            "gitea": lambda: {"X-Gitea-Event": event, **signed(secret, body, "X-Gitea-Signature")},
            "forgejo": lambda: {"X-Forgejo-Event": event, **signed(secret, body, "X-Forgejo-Signature")},
            "gitlab": lambda: {"X-Gitlab-Event": "Push Hook" if event == "push" else event, "X-Gitlab-Token": secret},
        }[form]()
        headers["Content-Type"] = "application/json"
        return server.request("POST", path, body, headers, token=False)

    new = commit(repository, "pushed")
    assert send("wrong").status == 401
    assert send(secret, path="/api/v1/hooks/999").status == 401
    assert server.request("POST", path, body, token=False).status == 401
    assert send(secret, "issues").status == 200
    assert len(it.builds()) == 1 and it.state["last_checked_at"] == first["last_checked_at"]
    for _ in range(5):
        assert send(secret).status == 202
    it.watch.until(lambda: len(it.builds()) > 1)
    it.check()
    assert [b[0::3] for b in it.builds()[1:]] == [("push", new)], "the same message again does no harm"


def test_a_start_finds_what_moved_meanwhile(start, repository):
    server = start("--agents", "0", **GIT)
    it = Registered(server, repository.url, every=5)
    it.first_check()
    assert server.stop() == 0
    new = commit(repository, "meanwhile")
    it.after(start("--agents", "0", **GIT))
    it.watch.until(lambda: len(it.builds()) > 1)
    it.check()
    assert [b[0::3] for b in it.builds()[1:]] == [("rebuild", new)]


def test_nothing_is_lost_or_built_twice_when_the_server_is_killed(start, repository):
    server = start("--agents", "0", **GIT)
    it = Registered(server, repository.url, every=3600)
    it.first_check()
    moments = random.Random(4)
    commits = []
    for round in range(6):
        commits.append(commit(repository, f"round {round}"))
        it.post(it.path + "/check")
        # Anywhere between the request and well after the build is stored.
        with subprocess.Popen(["sleep", str(moments.uniform(0, 0.15))]) as pause:
            pause.wait()
        server.kill()
        server = start("--agents", "0", **GIT)
        it.after(server)
        it.check()
        assert [b[3] for b in it.builds()[1:]] == commits


def test_hundreds_of_repositories_are_checked_beside_a_build(start, repository, tmp_path):
    server = start("--agents", "1", **GIT)
    template = tmp_path / "template.git"
    subprocess.run(["git", "clone", "-q", "--bare", repository.url, template], check=True)
    for number in range(200):
        shutil.copytree(template, tmp_path / f"r{number}.git")
        server.json(
            "POST", "/api/v1/repositories",
            {"url": f"file://{tmp_path}/r{number}.git", "every": 5, "branch": "none-*"}, status=201)

    def checks():
        text = server.request("GET", "/metrics").body.decode()
        return int(text.split('wright_repository_checks_total{result="answered"} ')[1].split()[0])

    watch = Watch(server)
    watch.until(lambda: checks() >= 200)
    build = server.run(manifest("echo the first line"))
    assert build["status"] == "passed" and "the first line" in server.log(build, "job")
    assert server.get("/api/v1/builds?kind=program") == []
    watch.until(lambda: checks() >= 400)
    page = server.get("/api/v1/repositories?limit=200")
    assert len(page) == 200 and all(r["last_checked_at"] and not r["error"] for r in page)
