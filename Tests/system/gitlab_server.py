"""A GitLab for tests: a real git over HTTP with a password, and the part of the API that a service's build uses, with
the answers that GitLab's documentation gives. `test_gitlab.py` checks it with the real client `python-gitlab`."""

import base64
import dataclasses
import http.server
import json
import os
import pathlib
import re
import ssl
import subprocess
import threading
import urllib.parse

REPORTER, DEVELOPER = 20, 30
GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@localhost"]


@dataclasses.dataclass
class Token:
    scopes: tuple = ("api", "write_repository")
    level: int = DEVELOPER
    revoked: bool = False


@dataclasses.dataclass
class Failure:
    """An answer that is given instead of the real one, so many times, to requests whose line has `match` in it."""
    match: str
    status: int
    times: int = 1
    headers: dict = dataclasses.field(default_factory=dict)
    body: str = ""
    # The request is carried out all the same, as where an answer is lost.
    after: bool = False


class Project:
    def __init__(self, gitlab, identifier, path, files, branch):
        self.gitlab, self.id, self.path, self.branch = gitlab, identifier, path, branch
        self.repository = gitlab.root / f"{path}.git"
        self.merge_requests = []
        self.repository.parent.mkdir(parents=True, exist_ok=True)
        self.git_in(gitlab.root, "init", "-q", "--bare", "-b", branch, str(self.repository))
        self.git("config", "http.receivepack", "true")
        self.git("config", "uploadpack.allowFilter", "true")
        if files is not None:
            self.commit(files)

    @staticmethod
    def git_in(folder, *arguments, **options):
        environment = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
        return subprocess.run(
            [*GIT, *arguments], cwd=folder, check=True, capture_output=True, text=True, env=environment,
            **options).stdout.strip()

    def git(self, *arguments):
        return self.git_in(self.repository, *arguments)

    def commit(self, files, branch=None, message="by hand", remove=()):
        """A commit of somebody else on a branch."""
        branch = branch or self.branch
        work = self.gitlab.root / f"work-{self.id}"
        if not work.exists():
            self.git_in(self.gitlab.root, "clone", "-q", str(self.repository), str(work))
        self.git_in(work, "fetch", "-q", "origin")
        if self.branches().get(branch):
            self.git_in(work, "checkout", "-q", "-B", branch, f"origin/{branch}")
        else:
            self.git_in(work, "checkout", "-q", "-B", branch)
        for name, content in files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(content)
        for name in remove:
            (work / name).unlink()
        self.git_in(work, "add", "-A")
        self.git_in(work, "commit", "-q", "--allow-empty", "-m", message)
        self.git_in(work, "push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        return self.git_in(work, "rev-parse", "HEAD")

    def branches(self):
        lines = self.git("for-each-ref", "--format=%(refname:strip=2) %(objectname)", "refs/heads").splitlines()
        return dict(line.split() for line in lines)

    def files(self, revision):
        names = self.git("ls-tree", "-r", "--name-only", revision).splitlines()
        return {name: self.git("show", f"{revision}:{name}") for name in names}

    def json(self, level):
        return {
            "id": self.id, "path_with_namespace": self.path, "name": self.path.split("/")[-1],
            "default_branch": self.branch if self.branches() else None,
            "web_url": f"{self.gitlab.url}/{self.path}", "http_url_to_repo": f"{self.gitlab.url}/{self.path}.git",
            "permissions": {"project_access": {"access_level": level, "notification_level": 3}, "group_access": None}}

    def open(self, fields):
        number = len(self.merge_requests) + 1
        request = {
            "id": 1000 * self.id + number, "iid": number, "project_id": self.id, "state": "opened",
            "description": None, **fields, "web_url": f"{self.gitlab.url}/{self.path}/-/merge_requests/{number}"}
        self.merge_requests.append(request)
        return request


class GitLab:
    """A server on a port of its own, over the folder `root`. With `tls` it has a certificate of an authority of its own,
    `self.authority` (PEM)."""

    def __init__(self, root, tls=False):
        self.root = pathlib.Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        self.projects, self.moved, self.tokens, self.failures = {}, {}, {}, []
        # (method, path with its query, whether the token came as a header)
        self.requests = []
        self.lock = threading.Lock()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"gitlab": self}))
        self.server.daemon_threads = True
        if tls:
            self.server.socket = self.certificate().wrap_socket(self.server.socket, server_side=True)
        self.host = f"localhost:{self.server.server_port}" if tls else f"127.0.0.1:{self.server.server_port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def certificate(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=self.root, check=True, capture_output=True)

        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Tests", "-keyout", "ca.key",
                "-out", "ca.pem")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "csr.pem")
        (self.root / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", "names", "-out", "cert.pem")
        self.authority = (self.root / "ca.pem").read_text()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.root / "cert.pem", self.root / "key.pem")
        return context

    def project(self, path="shop-team/shop", identifier=42, files={"README.md": "by hand\n"}, branch="main"):
        self.projects[identifier] = project = Project(self, identifier, path, files, branch)
        return project

    def token(self, value="glpat-secret0123456789", **fields):
        self.tokens[value] = Token(**fields)
        return value

    def fail(self, match, status, times=1, headers=None, body="", after=False):
        self.failures.append(Failure(match, status, times, headers or {}, body, after))

    def failure(self, line):
        with self.lock:
            for failure in self.failures:
                if failure.match in line and failure.times > 0:
                    failure.times -= 1
                    return failure
        return None

    def asked(self, method="", path=""):
        return [r for r in self.requests if r[0].startswith(method) and path in r[1]]

    def find(self, key):
        if key.isdigit():
            return self.projects.get(int(key))
        return next((p for p in self.projects.values() if p.path == key), None)


class Refused(Exception):
    def __init__(self, status, body, headers=None):
        self.status, self.body, self.headers = status, body, headers or {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gitlab = None

    def handle_request(self):
        body = self.read_body()
        path, _, query = self.path.partition("?")
        self.gitlab.requests.append((self.command, self.path, "PRIVATE-TOKEN" in self.headers))
        failure = self.gitlab.failure(f"{self.command} {self.path}")
        if failure and not failure.after:
            return self.answer(failure.status, failure.body, failure.headers)
        try:
            if path.startswith("/api/v4/"):
                status, answer, headers = self.api(path.removeprefix("/api/v4"), urllib.parse.parse_qs(query), body)
            else:
                return self.git(path, query, body)
        except Refused as refused:
            status, answer, headers = refused.status, refused.body, refused.headers
        if failure:
            return self.answer(failure.status, failure.body, failure.headers)
        self.answer(status, answer, {"RateLimit-Limit": "2000", "RateLimit-Remaining": "1999", **headers})

    do_GET = do_POST = do_PUT = handle_request

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status, body, headers):
        content = body if isinstance(body, (bytes, str)) else json.dumps(body)
        content = content.encode() if isinstance(content, str) else content
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if not isinstance(body, (bytes, str)):
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    # The API.

    def who(self, needed):
        value = self.headers.get("PRIVATE-TOKEN") or self.headers.get("Authorization", "").removeprefix("Bearer ")
        token = self.gitlab.tokens.get(value)
        if token is None:
            raise Refused(401, {"message": "401 Unauthorized"})
        if token.revoked:
            raise Refused(401, {
                "error": "invalid_token",
                "error_description": "Token was revoked. You have to re-authorize from the user."})
        if not set(needed) & set(token.scopes):
            raise Refused(403, {
                "error": "insufficient_scope", "scope": " ".join(needed),
                "error_description": "The request requires higher privileges than provided by the access token."})
        return token

    def api(self, path, query, body):
        token = self.who(("api",) if self.command != "GET" else ("api", "read_api"))
        if path == "/user":
            return 200, {"id": 1, "username": "ada"}, {}
        match = re.fullmatch(r"/projects/([^/]+)(/merge_requests(?:/(\d+))?)?", path)
        if not match:
            raise Refused(404, {"error": "404 Not Found"})
        key = urllib.parse.unquote(match[1])
        if key in self.gitlab.moved:
            place = f"/api/v4/projects/{self.gitlab.moved[key]}{match[2] or ''}"
            raise Refused(301, {"message": "This resource has been moved permanently"},
                          {"Location": self.gitlab.url + place})
        project = self.gitlab.find(key)
        if project is None or token.level < 10:
            raise Refused(404, {"message": "404 Project Not Found"})
        if not match[2]:
            return 200, project.json(token.level), {}
        if match[3]:
            return self.one(project, int(match[3]), json.loads(body or b"{}"))
        if self.command == "GET":
            return self.list(project, query)
        return self.open(project, token, json.loads(body))

    def one(self, project, number, fields):
        found = next((r for r in project.merge_requests if r["iid"] == number), None)
        if found is None:
            raise Refused(404, {"message": "404 Not found"})
        if fields.get("state_event") == "close":
            found["state"] = "closed"
        return 200, found, {}

    def list(self, project, query):
        first = {name: values[0] for name, values in query.items()}
        found = [r for r in project.merge_requests
                 if first.get("state", "all") in ("all", r["state"])
                 and all(first.get(name, r[name]) == r[name] for name in ("source_branch", "target_branch"))]
        page, size = int(first.get("page", 1)), min(100, int(first.get("per_page", 20)))
        headers = {"X-Page": str(page), "X-Per-Page": str(size), "X-Total": str(len(found)),
                   "X-Total-Pages": str(max(1, -(-len(found) // size)))}
        if page * size < len(found):
            place = urllib.parse.urlencode({**first, "page": page + 1, "per_page": size})
            url = f"{self.gitlab.url}/api/v4/projects/{project.id}/merge_requests?{place}"
            headers |= {"Link": f'<{url}>; rel="next"', "X-Next-Page": str(page + 1)}
        return 200, found[(page - 1) * size:page * size], headers

    def open(self, project, token, fields):
        missing = [f"{n} is missing" for n in ("source_branch", "target_branch", "title") if not fields.get(n)]
        if missing:
            raise Refused(400, {"error": ", ".join(missing)})
        if token.level < DEVELOPER:
            raise Refused(403, {"message": "403 Forbidden"})
        if len(fields.get("description") or "") > 1_048_576:
            raise Refused(400, {"message": {"description": ["is too long (maximum is 1048576 characters)"]}})
        if fields["source_branch"] == fields["target_branch"]:
            raise Refused(422, {"message": ["You can't use same project/branch for source and target"]})
        for branch in (fields["source_branch"], fields["target_branch"]):
            if branch not in project.branches():
                raise Refused(400, {"message": {"base": [f'Branch "{branch}" does not exist']}})
        for request in project.merge_requests:
            if request["state"] == "opened" and all(
                    request[n] == fields[n] for n in ("source_branch", "target_branch")):
                raise Refused(409, {"message": [
                    f"Another open merge request already exists for this source branch: !{request['iid']}"]})
        return 201, project.open(fields), {}

    # git over HTTP.

    def git(self, path, query, body):
        if self.git_token() is None:
            return self.answer(401, "HTTP Basic: Access denied\n", {"WWW-Authenticate": 'Basic realm="GitLab"'})
        found = re.fullmatch(r"/(.+)\.git/(.+)", path)
        project = self.gitlab.find(found[1]) if found else None
        if project is None:
            return self.answer(404, "The project you were looking for could not be found.\n", {})
        if "git-receive-pack" in path + query and self.git_token().level < DEVELOPER:
            return self.answer(403, "You are not allowed to push code to this project.\n", {})
        environment = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(self.gitlab.root), "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command, "REMOTE_USER": "ada",
            "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "HOME": str(self.gitlab.root),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
        result = subprocess.run(["git", "http-backend"], input=body, env=environment, stdout=subprocess.PIPE)
        head, _, content = result.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.answer(int(fields.pop("Status", "200").split()[0]), content, fields)

    def git_token(self):
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind != "Basic":
            return None
        user, _, password = base64.b64decode(value).decode().partition(":")
        token = self.gitlab.tokens.get(password)
        usable = token and user and not token.revoked and {"api", "write_repository"} & set(token.scopes)
        return token if usable else None

    def log_message(self, *_):
        pass
