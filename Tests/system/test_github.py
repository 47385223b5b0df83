"""GitHub, Gitea and Forgejo behind the same configuration as GitLab; the GitHub of the tests answers as PyGithub, a real
client, expects."""

import github
import pytest

from gitlab_server import REPORTER
from github_server import GitHub, Gitea
from service_world import TOKEN, build, configure, make_service


@pytest.fixture(params=[GitHub, Gitea], ids=["github", "gitea"])
def forge(request, tmp_path):
    with request.param(tmp_path / "forge") as forge:
        forge.project()
        forge.token(TOKEN)
        yield forge


@pytest.fixture
def shop(start, forge):
    server = start(WRIGHT_FORGE_INSECURE_HOSTS=forge.host)
    make_service(server)
    configure(server, forge)
    return server


def test_pygithub_gets_what_it_expects(tmp_path):
    with GitHub(tmp_path / "github") as server:
        server.project().commit({"a": "b\n"}, branch="wright/v1")
        server.token(TOKEN)
        api = github.Github(base_url=server.url + "/api/v3", auth=github.Auth.Token(TOKEN), retry=None)
        repository = api.get_repo("shop-team/shop")
        assert repository.default_branch == "main" and repository.permissions.push
        opened = repository.create_pull(base="main", head="wright/v1", title="v1", body="d")
        assert opened.number == 1 and opened.html_url.endswith("/shop-team/shop/pull/1")
        with pytest.raises(github.GithubException) as again:
            repository.create_pull(base="main", head="wright/v1", title="v1", body="d")
        assert again.value.status == 422 and "already exists" in str(again.value.data)
        found = repository.get_pulls(state="open", head="shop-team:wright/v1", base="main")
        assert [pull.number for pull in found] == [1]
        with pytest.raises(github.UnknownObjectException):
            api.get_repo("shop-team/other")
        with pytest.raises(github.BadCredentialsException):
            github.Github(base_url=server.url + "/api/v3", auth=github.Auth.Token("wrong"), retry=None).get_repo("a/b")


def test_a_tag_becomes_a_branch_and_a_pull_request(shop, forge):
    done = build(shop)
    assert done["service"]["stage"] == "SUCCESS", done["service"]
    request = forge.projects[42].merge_requests[0]
    assert done["service"]["merge_request"] == {"iid": 1, "url": request["html_url"]}
    assert (request["title"], request["head"]["ref"], request["base"]["ref"]) == ("v1", "wright/v1", "main")
    assert build(shop)["service"]["merge_request"] == done["service"]["merge_request"]
    assert len(forge.projects[42].merge_requests) == 1


def test_one_that_is_open_is_found_behind_many_others(shop, forge):
    build(shop)
    project = forge.projects[42]
    wanted = project.merge_requests.pop()
    for number in range(130):
        project.merge_requests.append({**wanted, "number": 1000 + number, "head": {**wanted["head"], "ref": f"b{number}"}})
    project.merge_requests.append(wanted)
    assert build(shop)["service"]["merge_request"]["iid"] == wanted["number"]


@pytest.mark.parametrize("how, words", [
    (lambda f: f.tokens.clear(), "token was refused (401)"),
    (lambda f: f.token(TOKEN, level=REPORTER), "may not push"),
    (lambda f: f.projects.clear(), "was not found"),
], ids=["token", "role", "project"])
def test_whatever_fails_is_a_sentence(shop, forge, how, words):
    how(forge)
    done = build(shop)
    assert done["service"]["stage"] == "FAILURE" and words in done["service"]["reason"], done["service"]


def test_the_connection_is_tested(shop, forge):
    answer = shop.json("POST", "/api/v1/services/shop/build-configuration/test")
    assert all(part["ok"] for part in answer.values()), answer
