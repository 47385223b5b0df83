"""Nonsense and malice from outside: each gets a clear answer, and the server goes on."""

import json
import socket
import time

import pytest

from harness import manifest

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [" + ",".join([f"*{chr(97 + n)}"] * 9) + "]\n" for n in range(9))


@pytest.mark.parametrize("text,line,words", [
    ("driver: {type: host}\nstagess: [a]\njobs: []\n", 2, "stagess"),
    ("driver:\n\ttype: host\n", 2, "tab"),
    (LAUGHS, 1, ""),
    ("driver: {type: host}\n", 1, "stages"),
    ("driver: {type: mainframe}\nstages: [a]\n", 1, "mainframe"),
    ("driver: {type: docker}\nstages: [a]\n", 1, "image"),
    ("driver: {type: host}\nstages: [a]\njobs: [{stage: a, commands: [x], artifacts: [a => ../../x]}]", 3, ".."),
    ("driver: {type: host}\nstages: [a", 2, "line 2"),
    ("[" * 5000, 1, ""),
    ("driver: \0", 1, ""),
    ("", 1, ""),
    ("just text", 1, ""),
    ("driver: {type: host}\nstages: [a]\nsources: ['ext::sh -c id']\n", 3, "ext"),
    ("driver: {type: host}\nstages: [a]\nsources: ['--upload-pack=touch /tmp/pwned x']\n", 3, "upload-pack"),
    ("driver: {type: host}\nstages: [a]\nsources: ['https://example.org/x.git --upload-pack=x']\n", 3, "upload-pack"),
])
def test_a_bad_manifest_is_refused_with_its_position(server, text, line, words):
    response = server.request("POST", "/api/v1/builds", {"manifest": text})
    assert response.status == 422, response.body
    assert response.getheader("Content-Type") == "application/problem+json"
    errors = json.loads(response.body)["errors"]
    assert errors and all(e["pointer"] and e["line"] >= 1 and e["column"] >= 1 and e["detail"] for e in errors)
    assert any(e["line"] == line for e in errors), errors
    assert any(words in e["detail"] for e in errors), errors


@pytest.mark.parametrize("body,headers,status", [
    (b"{", {}, 400),
    (b"\xff\xfe", {}, 400),
    (b"[]", {}, 422),
    (b"{}", {}, 422),
    (b'{"manifest":1}', {}, 422),
    (b'{"manifest":"","comments":"x"}', {}, 422),
    (b'{"manifest":"","tags":"x"}', {}, 422),
    (b'{"manifest":"' + b"#" * (10 << 20) + b'"}', {}, 413),
    (b"{}", {"Content-Type": "text/plain"}, 415),
])
def test_a_bad_body_is_refused(server, body, headers, status):
    response = server.request("POST", "/api/v1/builds", body, {"Content-Type": "application/json", **headers})
    assert response.status == status, response.body
    assert json.loads(response.body)["status"] == status


@pytest.mark.parametrize("method,path,status", [
    ("GET", "/api/v1/builds/999999999", 404),
    ("GET", "/api/v1/builds/99999999999999999999999", 404),
    ("GET", "/api/v1/builds/-1", 404),
    ("GET", "/api/v1/builds/x", 404),
    ("GET", "/api/v1/builds?limit=0", 422),
    ("GET", "/api/v1/builds?limit=x", 422),
    ("GET", "/api/v1/builds?status=broken", 422),
    ("GET", "/api/v1/builds?cursor=%ff%00", 400),
    ("GET", "/api/v1/builds?cursor=nonsense", 422),
    ("DELETE", "/api/v1/builds", 405),
    ("GET", "/api/v1/nothing", 404),
    ("GET", "/artifacts/../../etc/passwd", 400),
    ("GET", "/artifacts/%2e%2e/%2e%2e/etc/passwd", 400),
    ("GET", "/artifacts/build-1/..%2f..%2fadmin-token", 400),
    ("GET", "/%00", 400),
    ("GET", "/%zz", 400),
])
def test_a_bad_address_is_refused(server, method, path, status):
    response = server.request(method, path)
    assert response.status == status, response.body
    if status == 405:
        assert "GET" in response.getheader("Allow")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic Og=="}])
def test_without_a_token_nothing_is_seen(server, headers):
    for path in ("/api/v1/builds", "/api/v1/events", "/api/v1/jobs/1/log", "/artifacts/build-1/x"):
        response = server.request("GET", path, headers=headers, token=False)
        assert response.status == 401, path
    assert server.request("GET", "/api/v1/healthcheck", token=False).status == 200


def raw(server, data):
    host, port = server.host.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        answer = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                answer += part
        except OSError:  # The server may cut the connection as soon as it has seen enough.
            pass
    return answer


@pytest.mark.parametrize("data", [
    b"POST /api/v1/builds HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"POST /api/v1/builds HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/builds HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/builds HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"GET /api/v1/builds HTTP/1.1\r\n\r\n",
])
def test_ambiguous_requests_are_refused(server, data):
    assert raw(server, data).startswith(b"HTTP/1.1 400"), raw(server, data)


@pytest.mark.parametrize("data", [
    b"", b"GET", b"\0" * 1000, b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 100_000,
    b"POST /api/v1/builds HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
    b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n", bytes(range(256)) * 40,
])
def test_broken_requests_do_no_harm(server, data):
    raw(server, data)
    assert server.get("/api/v1/builds") is not None


@pytest.mark.parametrize("script,rule", [
    ("ln -s /etc/shadow out", "out"),
    ("ln -s ../../../../etc/passwd out", "out"),
    ("ln -s / out", "out/etc/passwd"),
    ("mkfifo out", "out"),
    ("mkdir out; ln -s /etc out/etc", "out"),
])
def test_artifacts_that_lead_out_are_refused(server, script, rule):
    build = server.run(manifest(script, artifacts=[rule]))
    assert build["status"] == "passed"
    assert server.artifacts(build) == {}
    assert "artifact" in server.log(build, "job")


def test_the_sandbox_hides_the_server(server):
    build = server.run(manifest(
        "set +e", "cat /etc/shadow", f"ls {server.data}", f"cat {server.data}/admin-token", "cat /proc/1/environ",
        "ls /root /home", "touch /usr/x", "id -u", "cat /proc/*/cmdline | tr '\\0' ' '"))
    if "no sandbox" in server.log(build, "create-driver"):
        pytest.skip("bubblewrap does not work on this machine")
    log = server.log(build, "job")
    assert server.token not in log
    assert "root:" not in log
    assert "admin-token\n" not in log.replace(f"+ cat {server.data}/admin-token\n", "")
    assert "wright serve" not in log
    assert "WRIGHT_GIT_PROTOCOLS" not in log


def test_hostile_text_is_kept_as_text(server):
    text = "<script>alert(1)</script>\u202e\u0007\x1b]0;x\x07"
    build = server.submit(manifest("echo hello"), comment=text, tags=["<b>", "a,b", "ü"])
    found = server.wait(build)
    assert found["trigger"]["comment"] == text
    assert found["tags"] == ["<b>", "a,b", "ü"]
    page = server.request("GET", f"/builds/{build['id']}", headers={"Cookie": ""})
    assert b"<script>alert" not in page.body


def test_log_bytes_that_are_not_utf8(server):
    build = server.run(manifest("{ set +x; } 2>/dev/null; printf '\\377\\376 ok \\303'; printf '\\251\\n'"))
    assert server.log_bytes(build, "job").endswith(b"\xff\xfe ok \xc3\xa9\n")
    job = build["jobs"][1]
    events = list(server.events(f"/api/v1/jobs/{job['id']}/log"))
    text = "".join(data["text"] for event, _, data in events if event == "log")
    assert text.endswith("\ufffd\ufffd ok é\n")
    assert events[-1][0] == "end" and events[-1][2] == {"status": "passed", "log_size": job["log_size"]}


def sign_in(server, **headers):
    connection = server.connection()
    connection.request("POST", "/sign-in", "token=" + server.token, {"Content-Type": FORM, **headers})
    return connection.getresponse()


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("headers,status", [
    ({}, 303), ({"Sec-Fetch-Site": "same-origin"}, 303), ({"Sec-Fetch-Site": "none"}, 303),
    ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403),
])
def test_another_site_cannot_sign_its_visitors_in(server, headers, status):
    assert sign_in(server, **headers).status == status


def test_a_page_cannot_give_a_build_more_tags_than_it_may_have(server):
    build = server.submit(manifest("echo hello"), tags=["first"])
    cookie = sign_in(server).getheader("Set-Cookie").split(";")[0]
    headers = {"Content-Type": FORM, "Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    for names, status in [(range(49), 303), (range(49), 303), (range(49, 50), 422)]:
        connection = server.connection()
        tags = "tags=" + ",".join(f"t{number}" for number in names)
        connection.request("POST", f"/builds/{build['id']}/tags", tags, headers)
        assert connection.getresponse().status == status
    assert len(server.get(f"/api/v1/builds/{build['id']}")["tags"]) == 50


def test_a_crash_of_the_server_leaves_no_image_of_its_memory(server):
    limits = open(f"/proc/{server.process.pid}/limits").read()
    assert limits.split("Max core file size")[1].split()[:2] == ["0", "0"]


def test_builds_have_the_limit_of_descriptors_that_the_server_was_started_with(start):
    server = start(prefix=["sh", "-c", 'ulimit -Sn 512; exec "$@"', "sh"])
    log = server.log(server.run(manifest("ulimit -Sn")), "job")
    assert "\n512\n" in log, log


def resident_bytes(server):
    status = open(f"/proc/{server.process.pid}/status").read()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def until(holds):
    """Whether it comes to hold; the system says nothing when memory changes."""
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def test_memory_that_many_requests_needed_is_given_back(server):
    before = resident_bytes(server)
    head = (f"POST /api/v1/lint HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n").encode()
    address, port = server.host.split(":")
    connections = []
    for _ in range(400):
        connection = socket.create_connection((address, int(port)))
        connection.sendall(head + b"{" + b" " * 400_000)
        connections.append(connection)
    assert until(lambda: resident_bytes(server) > before + (80 << 20))
    for connection in connections:
        connection.close()
    assert until(lambda: resident_bytes(server) < before + (40 << 20))
