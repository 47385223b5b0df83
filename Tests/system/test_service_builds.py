"""Builds of services: from a saved revision to a merge request, against a GitLab that answers as GitLab does."""

import io
import json
import os
import pathlib
import subprocess
import tarfile

import pytest

from gitlab_server import GitLab, REPORTER
from harness import command
from service_world import TOKEN, build, configuration, configure, document, make_service, pointers

JOBS = ["validate", "generate", "push", "merge-request"]


@pytest.fixture
def gitlab(tmp_path):
    with GitLab(tmp_path / "gitlab") as gitlab:
        gitlab.project()
        gitlab.token(TOKEN)
        yield gitlab


@pytest.fixture
def server(start, gitlab):
    return start(WRIGHT_FORGE_INSECURE_HOSTS=gitlab.host)


@pytest.fixture
def shop(server, gitlab):
    make_service(server)
    configure(server, gitlab)
    return server


def merge_requests(gitlab, state="opened"):
    return [r for r in gitlab.projects[42].merge_requests if r["state"] == state]


def test_a_tag_becomes_a_branch_and_a_merge_request(shop, gitlab):
    queued = shop.json("POST", "/api/v1/services/shop/builds", {"tag": "v1"}, status=201)
    assert queued["kind"] == "service" and queued["service"]["stage"] in ("TRIGGERED", "RUNNING")
    assert {k: queued["service"][k] for k in ("name", "revision", "tag", "branch", "reason")} == {
        "name": "shop", "revision": 1, "tag": "v1", "branch": "wright/v1", "reason": None}
    done = shop.wait(queued)
    assert done["status"] == "passed" and done["service"]["stage"] == "SUCCESS", done
    assert [job["name"] for job in done["jobs"]] == JOBS
    project = gitlab.projects[42]
    assert done["service"]["commit"] == project.branches()["wright/v1"]
    request = project.merge_requests[0]
    assert done["service"]["merge_request"] == {"iid": 1, "url": request["web_url"]}
    assert (request["title"], request["source_branch"], request["target_branch"]) == ("v1", "wright/v1", "main")
    assert "revision 1" in request["description"]
    assert project.git("rev-list", "--count", "main..wright/v1") == "1"
    assert project.git("log", "-1", "--format=%an <%ae>, %cn <%ce>", "wright/v1") == (
        "Wright <wright@localhost>, Wright <wright@localhost>")
    revision = shop.get("/api/v1/services/shop/revisions/1")
    date = project.git("log", "-1", "--date=format-local:%Y-%m-%dT%H:%M:%S", "--format=%ad %cd", "wright/v1")
    assert date.split() == [revision["created_at"][:19]] * 2, "local time is UTC in these tests' containers"
    message = project.git("log", "-1", "--format=%B", "wright/v1").splitlines()
    assert message[:2] == ["v1", ""] and "shop" in message[2] and "1" in message[2]
    assert [path for _, path, _ in gitlab.requests if path.startswith("/api/")] == [
        "/api/v4/projects/42", "/api/v4/projects/42/merge_requests"]


def test_the_artifact_is_the_tree_that_was_pushed(shop, gitlab):
    done = build(shop)
    assert list(shop.artifacts(done)) == ["shop-v1.tar.zst"]
    plain = subprocess.run(
        ["zstd", "-dc"], input=shop.artifact(done, "shop-v1.tar.zst"), stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        files = {m.name: archive.extractfile(m).read().decode().strip() for m in archive if m.isfile()}
    pushed = gitlab.projects[42].files("wright/v1")
    # It was there, written by hand.
    assert pushed.pop("README.md") == "by hand"
    del files["README.md"]
    assert files == pushed and {"cmd/shop/main.go", "wright.lock.json"} <= files.keys()


def test_the_same_tag_again_finds_what_is_there(shop, gitlab):
    first = build(shop)
    again = build(shop)
    assert again["service"]["commit"] == first["service"]["commit"]
    assert again["service"]["merge_request"] == first["service"]["merge_request"]
    assert len(gitlab.projects[42].merge_requests) == 1
    assert "was open already" in shop.log(again, "merge-request")
    rerun = shop.wait(shop.json("POST", f"/api/v1/builds/{first['id']}/rerun", status=201))
    assert rerun["service"]["merge_request"] == first["service"]["merge_request"]
    assert [b["id"] for b in shop.get("/api/v1/services/shop/builds")] == [rerun["id"], again["id"], first["id"]]


def test_a_build_takes_the_last_saved_revision_and_not_the_draft(shop, gitlab):
    changed = document()
    changed["components"][0]["methods"][0]["http"]["path"] = "/things/{id}"
    shop.json("PUT", "/api/v1/services/shop/draft", changed)
    assert build(shop)["service"]["revision"] == 1
    shop.json("POST", "/api/v1/services/shop/revisions", status=201)
    second = build(shop, tag="v2")
    assert second["service"]["revision"] == 2
    project = gitlab.projects[42]
    assert project.git("diff", "--name-only", "wright/v1", "wright/v2")
    refused = build(shop, tag="v1")
    assert refused["service"]["stage"] == "FAILURE"
    assert "exists with other content" in refused["service"]["reason"]


def test_what_is_missing_is_named_before_anything_is_queued(server, gitlab):
    make_service(server, saved=False)
    refused = server.request("POST", "/api/v1/services/shop/builds", {"tag": "a b"})
    assert refused.status == 422
    assert pointers(refused) == ["/tag", "/revision"] + [f"/build_configuration/{p}" for p in (
        "token_predecessor", "gitlab_ci_token", "dockerhub_username", "file_storage_access_token", "repository_path",
        "repository_provider", "repository_project_id")]
    assert server.get("/api/v1/services/shop/builds") == []
    assert server.request("POST", "/api/v1/services/absent/builds", {"tag": "v1"}).status == 404


@pytest.mark.parametrize("tag", ["", "a b", "ü", "x" * 101, "a..b", ".a", "a.lock", "a/b", "-", "end."])
def test_a_tag_is_what_git_accepts_in_the_name_of_the_branch(shop, tag):
    answer = shop.request("POST", "/api/v1/services/shop/builds", {"tag": tag})
    allowed = tag == "-"  # wright/- is a branch.
    assert (answer.status == 201) == allowed, answer.body
    if not allowed:
        assert pointers(answer) == ["/tag"]


def test_secrets_are_written_and_never_read(server, gitlab, tmp_path):
    make_service(server)
    saved = configure(server, gitlab, file_storage_access_token="s3-secret")
    assert saved["gitlab_ci_token"] is None and saved["gitlab_ci_token_set"] is True
    assert saved["file_storage_access_token"] is None and saved["file_storage_access_token_set"] is True
    assert saved["repository_project_id"] == "42" and saved["target_branch"] is None
    kept = server.json("PUT", "/api/v1/services/shop/build-configuration", {**saved, "target_branch": "main"})
    assert kept == {**saved, "target_branch": "main"}
    done = build(server)
    assert done["status"] == "passed", done
    server.stop()
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file() and path.name != "admin-token":
            content = path.read_bytes()
            assert TOKEN.encode() not in content and b"s3-secret" not in content, path
    assert TOKEN not in server.stderr()


@pytest.mark.parametrize("field, value, words", [
    ("repository_provider", "http://example.org", "forge.insecure_hosts"),
    ("repository_provider", "git lab", "not a host"), ("repository_path", "shop", "group/name"),
    ("repository_path", "", "empty"), ("repository_project_id", "x y", "number"),
    ("repository_project_id", "0", "number"), ("dockerhub_username", "Not A Name", "Docker Hub"),
    ("gitlab_ci_token", "two words", "space"), ("token_predecessor", "a:b", "':'"),
    ("target_branch", "a..b", "'..'"), ("ca_file", "no certificate", "PEM"),
])
def test_a_wrong_property_is_named(server, gitlab, field, value, words):
    make_service(server)
    answer = server.request(
        "PUT", "/api/v1/services/shop/build-configuration", configuration(gitlab, **{field: value}))
    assert answer.status == 422 and pointers(answer) == [f"/{field}"]
    assert words in json.loads(answer.body)["errors"][0]["detail"]
    assert server.get("/api/v1/services/shop/build-configuration")["repository_path"] is None


def test_an_unknown_property_is_refused(server, gitlab):
    make_service(server)
    answer = server.request("PUT", "/api/v1/services/shop/build-configuration", {"repository_pat": "a/b"})
    assert answer.status == 422 and pointers(answer) == ["/repository_pat"]


def test_the_connection_test_asks_for_token_project_and_repository(shop, gitlab):
    def ask(body=None):
        return shop.json("POST", "/api/v1/services/shop/build-configuration/test", body)

    assert {name: part["ok"] for name, part in ask().items()} == {"token": True, "project": True, "repository": True}
    wrong = ask({**configuration(gitlab), "gitlab_ci_token": "wrong"})
    assert not any(part["ok"] for part in wrong.values())
    assert "token was refused (401)" in wrong["token"]["detail"] and "401" in wrong["repository"]["detail"]
    other = ask(configuration(gitlab, repository_project_id="7"))
    assert other["token"]["ok"] and not other["project"]["ok"] and other["repository"]["ok"]
    assert "project 7 was not found" in other["project"]["detail"]
    path = ask(configuration(gitlab, repository_path="shop-team/other"))
    assert not path["project"]["ok"] and not path["repository"]["ok"]
    away = ask(configuration(gitlab, repository_provider="localhost.invalid"))
    assert "localhost.invalid" in away["token"]["detail"] and not away["repository"]["ok"]
    assert shop.get("/api/v1/services/shop/build-configuration")["repository_provider"] == gitlab.url


@pytest.mark.parametrize("how, words", [
    (lambda g: g.tokens.clear(), "token was refused (401)"),
    (lambda g: g.token(TOKEN, revoked=True), "token was refused (401)"),
    (lambda g: g.token(TOKEN, scopes=("read_api",)), "scope"),
    (lambda g: g.token(TOKEN, level=REPORTER), "Developer"),
    (lambda g: g.projects.clear(), "project 42 was not found"),
    (lambda g: g.fail("POST /api/v4", 422, body=json.dumps({"message": ["Fork conflict"]})), "Fork conflict"),
    (lambda g: g.fail("POST /api/v4", 403, body=json.dumps({"error": "insufficient_scope", "scope": "api"})), "scope"),
    (lambda g: g.projects[42].git("update-ref", "-d", "refs/heads/main"), "no commit yet"),
    (lambda g: g.close(), "127.0.0.1:"),
], ids=["wrong", "revoked", "scope", "role", "project", "422", "403", "empty", "network"])
def test_whatever_fails_is_a_sentence_that_ends_the_log(shop, gitlab, how, words):
    how(gitlab)
    done = build(shop)
    assert done["service"]["stage"] == "FAILURE" and done["service"]["merge_request"] is None
    reason = done["service"]["reason"]
    assert words in reason
    failed = next(job for job in done["jobs"] if job["status"] == "failed")
    assert shop.log(done, failed["name"]).rstrip("\n").endswith(reason)
    assert TOKEN not in json.dumps(done)


def test_what_fails_for_the_moment_is_tried_again(shop, gitlab):
    gitlab.fail("GET /api/v4/projects/42", 503, times=2)
    gitlab.fail("POST /api/v4", 429, headers={"Retry-After": "1"}, body="Retry later\n")
    # The merge request is opened, but the answer is lost: the second attempt finds it.
    gitlab.fail("POST /api/v4", 502, after=True)
    done = build(shop)
    assert done["service"]["stage"] == "SUCCESS", done["service"]
    assert len(merge_requests(gitlab)) == 1


def test_git_that_fails_for_the_moment_is_tried_again(shop, gitlab):
    gitlab.fail("git-receive-pack", 503)
    done = build(shop)
    assert done["service"]["stage"] == "SUCCESS", done["service"]
    assert "trying again" in shop.log(done, "push")


def test_the_same_tag_twice_at_once_is_one_branch_and_one_merge_request(shop, gitlab):
    queued = [shop.json("POST", "/api/v1/services/shop/builds", {"tag": "v1"}, status=201) for _ in range(3)]
    done = [shop.wait(build) for build in queued]
    assert [d["service"]["stage"] for d in done] == ["SUCCESS"] * 3, [d["service"]["reason"] for d in done]
    assert len({d["service"]["commit"] for d in done}) == 1 and len(gitlab.projects[42].merge_requests) == 1


def test_an_open_merge_request_of_somebody_else_is_adopted_and_a_closed_one_is_not(shop, gitlab):
    first = build(shop)
    gitlab.projects[42].merge_requests[0]["state"] = "closed"
    second = build(shop)
    assert (first["service"]["merge_request"]["iid"], second["service"]["merge_request"]["iid"]) == (1, 2)


def test_a_branch_with_other_content_is_left_alone(shop, gitlab):
    commit = gitlab.projects[42].commit({"a": "b\n"}, branch="wright/v1")
    done = build(shop)
    assert "exists with other content" in done["service"]["reason"]
    assert gitlab.projects[42].branches()["wright/v1"] == commit
    assert not gitlab.projects[42].merge_requests


def test_hand_written_files_stay_and_edits_of_generated_ones_are_told(shop, gitlab):
    build(shop)
    project = gitlab.projects[42]
    project.git("update-ref", "refs/heads/main", "refs/heads/wright/v1")
    project.commit({"cmd/shop/main.go": "edited\n", "own.go": "package own\n"})
    changed = document()
    changed["components"][0]["methods"][0]["http"]["path"] = "/things/{id}"
    shop.json("PUT", "/api/v1/services/shop/draft", changed)
    shop.json("POST", "/api/v1/services/shop/revisions", status=201)
    done = build(shop, tag="v2")
    assert done["service"]["stage"] == "SUCCESS", done["service"]
    description = project.merge_requests[1]["description"]
    assert "`cmd/shop/main.go`" in description and "`own.go`" not in description
    files = project.files("wright/v2")
    assert files["own.go"] == "package own" and files["README.md"] == "by hand"
    assert files["cmd/shop/main.go"] == "edited", "it is told, and not lost"
    assert "/things/{id}" in files["api/openapi.yaml"]


def test_another_target_branch_is_built_upon(shop, gitlab):
    gitlab.projects[42].commit({"next": "x\n"}, branch="next")
    configure(shop, gitlab, target_branch="next")
    done = build(shop)
    assert gitlab.projects[42].merge_requests[0]["target_branch"] == "next"
    assert gitlab.projects[42].git("rev-parse", "wright/v1^") == gitlab.projects[42].branches()["next"]
    configure(shop, gitlab, target_branch="absent")
    assert "'absent'" in build(shop, tag="v2")["service"]["reason"]
    assert done["service"]["stage"] == "SUCCESS"


def test_a_host_with_a_certificate_of_its_own_needs_its_authority(start, tmp_path):
    with GitLab(tmp_path / "gitlab", tls=True) as gitlab:
        gitlab.project()
        gitlab.token(TOKEN)
        server = start()
        make_service(server)
        configure(server, gitlab)
        reason = build(server)["service"]["reason"]
        assert "ca_file" in reason and gitlab.host in reason
        configure(server, gitlab, ca_file=gitlab.authority)
        test = server.json("POST", "/api/v1/services/shop/build-configuration/test")
        assert all(part["ok"] for part in test.values()), test
        done = build(server)
        assert done["service"]["stage"] == "SUCCESS", done["service"]


def test_problems_of_the_service_are_listed_and_nothing_is_pushed(server, gitlab):
    make_service(server, components=[], links=[])
    configure(server, gitlab)
    done = build(server)
    assert done["service"]["stage"] == "FAILURE" and "empty_service" in done["service"]["reason"]
    assert [job["status"] for job in done["jobs"]] == ["failed", "skipped", "skipped", "skipped"]
    assert "empty_service" in server.log(done, "validate")
    assert gitlab.requests == []


def test_the_token_is_in_no_argument_and_no_configuration(shop, gitlab, tmp_path):
    """While git waits for the server, everything that can be seen of it is looked at."""
    seen = []
    original = gitlab.failure

    def look(line):
        if "git-" in line:
            for process in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    if process.stat().st_uid == os.getuid() and b"git" in (process / "cmdline").read_bytes():
                        seen.append((process / "cmdline").read_bytes() + (process / "environ").read_bytes())
                except OSError:
                    continue
            for path in (tmp_path / "data").rglob("config"):
                seen.append(path.read_bytes())
        return original(line)

    gitlab.failure = look
    assert build(shop)["status"] == "passed"
    assert any(b"push" in text for text in seen)
    assert not any(TOKEN.encode() in text for text in seen)


def test_a_killed_build_says_so(shop, gitlab):
    gitlab.fail("GET /api/v4/projects/42", 503, times=100, headers={"Retry-After": "30"})
    queued = shop.json("POST", "/api/v1/services/shop/builds", {"tag": "v1"}, status=201)
    shop.wait_for_running(queued, "push")
    shop.request("POST", f"/api/v1/builds/{queued['id']}/kill")
    done = shop.wait(queued)
    assert done["status"] == "killed" and done["service"]["stage"] == "FAILURE"
    assert "killed" in done["service"]["reason"]


def test_a_server_that_dies_in_a_build_finishes_it_at_the_next_start(shop, gitlab):
    gitlab.fail("POST /api/v4", 503, times=2, headers={"Retry-After": "30"})
    queued = shop.json("POST", "/api/v1/services/shop/builds", {"tag": "v1"}, status=201)
    shop.wait_for_running(queued, "merge-request")
    shop.kill()
    gitlab.failures.clear()
    shop.start()
    done = shop.wait(queued["id"])
    assert done["service"]["stage"] == "SUCCESS" and len(merge_requests(gitlab)) == 1


def test_a_deleted_service_takes_its_builds_and_its_configuration_along(shop, gitlab):
    done = build(shop)
    gitlab.fail("GET /api/v4/projects/42", 503, times=100, headers={"Retry-After": "30"})
    running = shop.json("POST", "/api/v1/services/shop/builds", {"tag": "v2"}, status=201)
    shop.wait_for_running(running, "push")
    assert shop.request("DELETE", "/api/v1/services/shop").status == 422
    assert shop.request("DELETE", "/api/v1/services/shop?confirm=shop").status == 204
    assert shop.request("GET", f"/api/v1/builds/{done['id']}").status == 404
    assert shop.request("GET", f"/api/v1/builds/{running['id']}").status == 404
    make_service(shop)
    assert shop.get("/api/v1/services/shop/build-configuration")["gitlab_ci_token_set"] is False
    assert shop.get("/api/v1/services/shop/builds") == []


def test_the_command_line_configures_and_builds(server, gitlab, tmp_path):
    make_service(server)
    file = tmp_path / "build.yml"
    fields = {k: v for k, v in configuration(gitlab).items() if k != "gitlab_ci_token"}
    file.write_text("".join(f"{name}: {value}\n" for name, value in fields.items()))
    refused = command("service", "build", "shop", "--tag", "v1", server=server)
    assert refused.returncode == 1 and "repository_path" in refused.stderr and refused.stdout == ""
    done = command("service", "configure", "shop", file, server=server, environment={"GITLAB_CI_TOKEN": TOKEN})
    assert done.returncode == 0, done.stderr
    kept = command("service", "configure", "shop", file, "--json", server=server)
    assert json.loads(kept.stdout)["gitlab_ci_token_set"] is True
    done = command("service", "build", "shop", "--tag", "v1", "--follow", server=server)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == gitlab.projects[42].merge_requests[0]["web_url"]
    gitlab.projects[42].commit({"a": "b\n"}, branch="wright/v2")
    failed = command("service", "build", "shop", "--tag", "v2", "--follow", server=server)
    assert failed.returncode == 1 and "exists with other content" in failed.stdout.splitlines()[-1]
    assert TOKEN not in done.stdout + failed.stdout


@pytest.mark.parametrize("text, status, words", [
    ("repository_path: [a]\n", 2, ":1:18: repository_path"), ("- a\n", 2, "mapping"), ("repository_pat: a/b\n", 1, "repository_pat"),
    ("repository_path: shop\n", 1, "group/name"), ("a: b\na: c\n", 2, ":2:"),
], ids=["list", "no mapping", "unknown", "wrong", "twice"])
def test_a_wrong_configuration_file_is_explained(server, tmp_path, text, status, words):
    server.request("POST", "/api/v1/services", {"name": "wrong"})
    file = tmp_path / "build.yml"
    file.write_text(text)
    done = command("service", "configure", "wrong", file, server=server)
    assert done.returncode == status and words in done.stderr, done.stderr
