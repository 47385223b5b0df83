"""Wright behind nginx and HAProxy, with the configurations that `contrib` has for both."""

import base64
import hashlib
import http.client
import json
import os
import re
import time
import urllib.parse

import pytest
from websockets.sync.client import connect

from harness import manifest
from proxies import Proxied, Proxy
from test_servers import cluster, postgres  # noqa: F401

KINDS = ["nginx", "haproxy"]


@pytest.fixture(scope="module", params=KINDS)
def proxied(request, server, tmp_path_factory):
    proxy = Proxy(request.param, tmp_path_factory.mktemp(request.param), [server.host])
    yield Proxied(server, proxy)
    proxy.stop()


def test_plain_http_is_sent_to_https(proxied):
    connection = http.client.HTTPConnection("127.0.0.1", proxied.proxy.plain, timeout=60)
    connection.request("GET", "/builds")
    response = connection.getresponse()
    assert response.status == 301 and response.headers["Location"].startswith("https://127.0.0.1")
    connection.close()


def test_a_line_of_a_running_job_arrives_while_it_runs(proxied):
    build = proxied.submit(manifest("echo first line; while :; do sleep 0.1; done"))
    job = proxied.wait_for_running(build, "job")
    # Held back by a buffer, it would never come: the job writes nothing more.
    assert "first line\n" in proxied.wait_for_output(job["id"], "first line\n")
    proxied.json("POST", f"/api/v1/builds/{build['id']}/kill", status=202)
    assert proxied.wait(build)["status"] == "killed"


def test_a_websocket_is_let_through(proxied):
    with connect(
            f"wss://{proxied.host}/api/v1/build", ssl=proxied.proxy.context, open_timeout=60,
            additional_headers={"Authorization": f"Bearer {proxied.token}"}) as opened:
        opened.send("{")
        assert json.loads(opened.recv(timeout=60))["error"] == "Not a valid JSON"


def test_a_browsers_session_is_for_https_and_works_from_its_own_pages(proxied):
    body = urllib.parse.urlencode({"token": proxied.token})
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": proxied.url}
    response = proxied.request("POST", "/sign-in", body, form, token=False)
    assert response.status == 303, response.body
    cookie = response.headers["Set-Cookie"]
    assert "; Secure" in cookie
    again = {"Cookie": cookie.split(";")[0], "Origin": proxied.url}
    made = proxied.request("POST", "/api/v1/builds", {"manifest": manifest("true")}, again, token=False)
    assert made.status == 201, made.body


def test_200_megabytes_are_stored_while_they_come(proxied):
    name = "big-" + hashlib.sha256(proxied.proxy.folder.name.encode()).hexdigest()[:8]
    proxied.json("POST", "/api/v1/caches", {"name": name}, status=201)
    base = f"/api/v1/cache/{name}/multipart-nar"
    begun = proxied.json("POST", base + "?compression=zstd")
    block, count = os.urandom(1 << 20), 200
    digest = hashlib.md5()
    for _ in range(count):
        digest.update(block)
    md5 = base64.b64encode(digest.digest()).decode()
    query = urllib.parse.urlencode({"uploadId": begun["uploadId"], "partNumber": 1})
    url = urllib.parse.urlsplit(proxied.json("POST", f"{base}/{begun['narId']}?{query}", {"contentMD5": md5})["uploadUrl"])

    connection = proxied.connection()
    connection.putrequest("PUT", f"{url.path}?{url.query}")
    for header, value in {"Content-Length": str(count << 20), "Content-MD5": md5, "Content-Type": "application/octet-stream"}.items():
        connection.putheader(header, value)
    connection.endheaders()
    for _ in range(count // 2):
        connection.send(block)
    # All but what is on the way has arrived, although the rest is not even sent.
    while stored(proxied) < (count // 4) << 20:
        pass
    for _ in range(count - count // 2):
        connection.send(block)
    response = connection.getresponse()
    assert 200 <= response.status < 300, response.read()
    connection.close()


def stored(server):
    """Bytes in the folder of uploads."""
    total = 0
    for folder, _, names in os.walk(server.data / "uploads"):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name)).st_size
            except FileNotFoundError:
                pass
    return total


@pytest.mark.parametrize("kind", KINDS)
def test_a_build_goes_on_through_the_proxy_when_its_server_dies(kind, cluster, tmp_path):
    """Two servers on one database: whichever the proxy asks, and whichever leads."""
    cluster.start(2, "--agents", "1", WRIGHT_LEASE="2s")
    folder = tmp_path / kind
    folder.mkdir()
    proxy = Proxy(kind, folder, [server.host for server in cluster.servers])
    try:
        proxied = Proxied(cluster.servers[0], proxy)
        for number in range(6):
            build = proxied.run(manifest(f"echo number {number}"))
            assert build["status"] == "passed" and f"number {number}\n" in proxied.log(build, "job")
        leading = next(
            server for server in cluster.servers if "wright_server_leading{" in (text := server.request("GET", "/metrics").body.decode())
            and re.search(r"^wright_server_leading\{.*\} 1$", text, re.M))
        leading.kill()
        build = submitted(proxied, manifest("echo afterwards"))
        while proxied.get(f"/api/v1/builds/{build['id']}")["status"] in {"queued", "running"}:
            time.sleep(0.1)
        assert "afterwards\n" in proxied.log(build, "job")
    finally:
        proxy.stop()


def submitted(server, text):
    """As a client does that tries again: while another server takes the lead, requests that change something are refused."""
    for _ in range(600):
        response = server.request("POST", "/api/v1/builds", {"manifest": text})
        if response.status == 201:
            return json.loads(response.body)
        assert response.status in {502, 503, 504}, response.body
        time.sleep(0.1)
    raise AssertionError("no server has taken the lead")


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_dies_is_left_out(kind, start, tmp_path):
    one, two = start(data="one"), start(data="two")
    folder = tmp_path / kind
    folder.mkdir()
    proxy = Proxy(kind, folder, [one.host, two.host])
    try:
        proxied = Proxied(one, proxy)
        for _ in range(4):
            assert proxied.request("GET", "/readyz", token=False).status == 200
        one.kill()
        for _ in range(40):
            assert proxied.request("GET", "/readyz", token=False).status == 200
        two.kill()
        assert proxied.request("GET", "/readyz", token=False).status in {502, 503, 504}
    finally:
        proxy.stop()
