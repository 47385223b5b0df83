"""GitHub and Gitea for tests: the git and the projects of the tests' GitLab, with the part of their APIs that a service's
build uses. `test_github.py` checks GitHub's with the real client PyGithub."""

import json
import re
import urllib.parse

from gitlab_server import DEVELOPER, GitLab, Handler, Refused


class GitHub(GitLab):
    def __init__(self, root, **options):
        super().__init__(root, **options)
        self.server.RequestHandlerClass = type("Bound", (GitHubHandler,), {"gitlab": self})


class Gitea(GitLab):
    def __init__(self, root, **options):
        super().__init__(root, **options)
        self.server.RequestHandlerClass = type("Bound", (GiteaHandler,), {"gitlab": self})


class PullRequestHandler(Handler):
    """What both have in common."""
    prefix = scheme = None

    def handle_request(self):
        path = self.path.partition("?")[0]
        if not path.startswith("/api/"):
            return super().handle_request()
        body = self.read_body()
        self.gitlab.requests.append((self.command, self.path, "Authorization" in self.headers))
        failure = self.gitlab.failure(f"{self.command} {self.path}")
        if failure:
            return self.answer(failure.status, failure.body, failure.headers)
        try:
            if not path.startswith(self.prefix):
                raise Refused(404, "404 page not found\n")
            query = dict(urllib.parse.parse_qsl(self.path.partition("?")[2]))
            status, answer, headers = self.pulls(path.removeprefix(self.prefix), query, body)
        except Refused as refused:
            status, answer, headers = refused.status, refused.body, refused.headers
        self.answer(status, answer, headers)

    do_GET = do_POST = handle_request

    def pulls(self, path, query, body):
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        token = self.gitlab.tokens.get(value) if scheme.lower() in self.scheme else None
        if token is None or token.revoked:
            raise Refused(401, {"message": self.refusal})
        if path in ("/user", "/version"):
            return 200, {"login": "ada", "id": 1, "version": "1.21.0"}, {}
        match = re.fullmatch(r"/repos/([^/]+/[^/]+)(/pulls)?", path)
        project = self.gitlab.find(match[1]) if match else None
        if project is None:
            raise Refused(404, {"message": "Not Found"})
        may = token.level >= DEVELOPER
        if not match[2]:
            return 200, {
                "id": project.id, "name": project.path.split("/")[1], "full_name": project.path, "private": False,
                "default_branch": project.branch, "permissions": {"admin": False, "push": may, "pull": True}}, {}
        if self.command == "GET":
            return self.list(project, query)
        if not may:
            raise Refused(403, {"message": "Resource not accessible by personal access token"})
        fields = json.loads(body)
        for request in project.merge_requests:
            if (request["state"], request["head"]["ref"], request["base"]["ref"]) == (
                    "open", fields["head"], fields["base"]):
                raise self.duplicate(project, fields)
        if not {fields["head"], fields["base"]} <= project.branches().keys():
            raise Refused(422, {"message": "Validation Failed", "errors": [
                {"resource": "PullRequest", "field": "head", "code": "invalid"}]})
        return 201, self.opened(project, fields), {}

    def opened(self, project, fields):
        number = len(project.merge_requests) + 1
        repository = {"full_name": project.path, "id": project.id}
        request = {
            "id": 100 + number, "number": number, "state": "open", "title": fields["title"], "body": fields.get("body"),
            "html_url": f"{self.gitlab.url}/{project.path}/pull/{number}",
            "head": {"ref": fields["head"], "repo": repository}, "base": {"ref": fields["base"], "repo": repository}}
        project.merge_requests.append(request)
        return request

    def paged(self, found, query, size):
        page = int(query.get("page", 1))
        headers = {}
        if page * size < len(found):
            place = urllib.parse.urlencode({**query, "page": page + 1})
            headers = {"Link": f'<{self.gitlab.url}{self.path.partition("?")[0]}?{place}>; rel="next"'}
        return 200, found[(page - 1) * size:page * size], headers


class GitHubHandler(PullRequestHandler):
    """https://docs.github.com/rest, under /api/v3 as on a host of one's own."""
    prefix, scheme, refusal = "/api/v3", ("bearer", "token"), "Bad credentials"

    def list(self, project, query):
        owner = project.path.split("/")[0]
        found = [r for r in project.merge_requests
                 if query.get("state", "open") in ("all", r["state"])
                 and query.get("head", f"{owner}:{r['head']['ref']}") == f"{owner}:{r['head']['ref']}"
                 and query.get("base", r["base"]["ref"]) == r["base"]["ref"]]
        return self.paged(found, query, min(100, int(query.get("per_page", 30))))

    def duplicate(self, project, fields):
        owner = project.path.split("/")[0]
        return Refused(422, {"message": "Validation Failed", "errors": [{
            "resource": "PullRequest", "code": "custom",
            "message": f"A pull request already exists for {owner}:{fields['head']}."}]})


class GiteaHandler(PullRequestHandler):
    """https://docs.gitea.com/api; Forgejo's is the same."""
    prefix, scheme, refusal = "/api/v1", ("token",), "invalid username, password or token"

    def list(self, project, query):
        found = [r for r in project.merge_requests if query.get("state", "open") in ("all", r["state"])]
        return self.paged(found, query, min(50, int(query.get("limit", 30))))

    def duplicate(self, project, fields):
        return Refused(409, {"message": "pull request already exists for these targets [id: 1]", "url": ""})
