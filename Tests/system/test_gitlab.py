"""The GitLab of the tests answers as GitLab does, says the client that people use for GitLab."""

import subprocess

import gitlab as client
import pytest

from gitlab_server import GitLab


@pytest.fixture
def server(tmp_path):
    with GitLab(tmp_path / "gitlab") as server:
        server.project()
        server.token()
        yield server


def connect(server, token="glpat-secret0123456789", **options):
    return client.Gitlab(server.url, private_token=token, retry_transient_errors=False, **options)


def request(**fields):
    return {"source_branch": "wright/v1", "target_branch": "main", "title": "v1", **fields}


def test_a_project_is_found_by_number_and_by_path(server):
    api = connect(server)
    api.auth()
    assert api.projects.get(42).path_with_namespace == "shop-team/shop"
    assert api.projects.get("shop-team/shop").default_branch == "main"
    with pytest.raises(client.GitlabGetError, match="404 Project Not Found"):
        api.projects.get(43)


def test_merge_requests_are_opened_once_and_found(server):
    server.projects[42].commit({"a": "b\n"}, branch="wright/v1")
    project = connect(server).projects.get(42)
    opened = project.mergerequests.create(request(description="d"))
    assert opened.iid == 1 and opened.web_url.endswith("/shop-team/shop/-/merge_requests/1")
    with pytest.raises(client.GitlabCreateError, match="Another open merge request already exists.*!1") as again:
        project.mergerequests.create(request())
    assert again.value.response_code == 409
    found = project.mergerequests.list(state="opened", source_branch="wright/v1", target_branch="main", get_all=True)
    assert [r.iid for r in found] == [1]
    assert project.mergerequests.list(state="opened", source_branch="other", get_all=True) == []
    opened.state_event = "close"
    opened.save()
    assert project.mergerequests.create(request()).iid == 2


def test_lists_are_paged_by_links(server):
    project = server.projects[42]
    for number in range(45):
        project.open(request(source_branch=f"b{number}"))
    found = connect(server).projects.get(42).mergerequests.list(iterator=True, per_page=10)
    assert [r.iid for r in found] == list(range(1, 46))


@pytest.mark.parametrize("fields, status, words", [
    ({"title": ""}, 400, "title is missing"),
    ({"source_branch": "absent"}, 400, "does not exist"),
    ({"source_branch": "main"}, 422, "same project/branch"),
    ({"source_branch": "b", "description": "x" * 1_048_577}, 400, "too long"),
])
def test_what_is_wrong_with_a_merge_request_is_said(server, fields, status, words):
    with pytest.raises(client.GitlabCreateError, match=words) as refused:
        connect(server).projects.get(42).mergerequests.create(request(**fields))
    assert refused.value.response_code == status


def test_tokens_are_refused_as_GitLab_refuses_them(server):
    with pytest.raises(client.GitlabAuthenticationError, match="401 Unauthorized"):
        connect(server, "wrong").projects.get(42)
    server.token("revoked", revoked=True)
    with pytest.raises(client.GitlabAuthenticationError):
        connect(server, "revoked").projects.get(42)
    server.token("narrow", scopes=("read_api",))
    with pytest.raises(client.GitlabError) as refused:
        connect(server, "narrow").projects.get(42).mergerequests.create(request())
    assert refused.value.response_code == 403 and b"insufficient_scope" in refused.value.response_body


def test_a_server_that_wants_to_be_left_alone_says_for_how_long(server):
    server.fail("GET /api/v4/projects/42", 429, headers={"Retry-After": "0"}, body="Retry later\n")
    api = client.Gitlab(server.url, private_token="glpat-secret0123456789")
    assert api.projects.get(42).id == 42, "python-gitlab waits as it is told, and asks again"
    assert len(server.asked("GET", "/projects/42")) == 2


@pytest.mark.parametrize("user, token, accepted", [
    ("anybody", "glpat-secret0123456789", True), ("anybody", "wrong", False), ("anybody", "reader", False)])
def test_git_asks_for_the_token_as_a_password(server, tmp_path, user, token, accepted):
    server.token("reader", scopes=("read_api",))
    url = server.url.replace("://", f"://{user}:{token}@") + "/shop-team/shop.git"
    environment = {"PATH": "/usr/bin:/bin", "GIT_TERMINAL_PROMPT": "0", "HOME": str(tmp_path)}
    result = subprocess.run(
        ["git", "clone", "-q", url, "clone"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (result.returncode == 0) == accepted, result.stderr
    if accepted:
        pushed = subprocess.run(
            ["git", "push", "-q", "origin", "HEAD:refs/heads/new"], cwd=tmp_path / "clone", env=environment,
            capture_output=True, text=True)
        assert pushed.returncode == 0, pushed.stderr
        assert "new" in server.projects[42].branches()
