"""Live logs and events."""

import socket
import threading

from harness import manifest


def test_a_live_log_is_resumed_where_it_broke_off(server):
    build = server.submit(manifest("for n in $(seq 100); do echo line $n; sleep 0.005; done"))
    job = server.wait_for_running(build, "job")
    path = f"/api/v1/jobs/{job['id']}/log"
    text, last = "", None
    for event, identifier, data in server.events(path):
        if event == "log":
            text += data["text"]
            last = identifier
            assert int(identifier) == data["offset"] + len(data["text"].encode())
            if "line 20\n" in text:
                break
    for event, identifier, data in server.events(path, {"Last-Event-ID": last}):
        if event == "log":
            assert data["offset"] == len(text.encode())
            text += data["text"]
    server.wait(build)
    assert text == server.log(build, "job")
    rest = "".join(d["text"] for e, _, d in server.events(path + "?offset=10") if e == "log")
    assert rest == text[10:]


def test_events_of_all_builds_and_of_one(server):
    seen, ready = [], threading.Event()

    def listen():
        for event, _, data in server.events("/api/v1/events"):
            seen.append((event, data))
            ready.set()
            if event == "build" and data["status"] == "passed" and data["id"] == build["id"]:
                return

    first = server.run(manifest("echo first"))
    build = server.submit(manifest("sleep 0.2"))
    thread = threading.Thread(target=listen)
    thread.start()
    events = [(e, d) for e, _, d in server.events(f"/api/v1/builds/{build['id']}/events")]
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert events[-1][0] == "end"
    assert [d["status"] for e, d in events if e == "build"][-1] == "passed"
    jobs = [d for e, d in events if e == "job"]
    assert set(jobs[-1]) >= {"id", "build_id", "stage", "name", "status", "exit_code"}
    after = [(e, d) for e, _, d in server.events(f"/api/v1/builds/{first['id']}/events")]
    assert after[-1][0] == "end" and after[0][0] == "build"


def test_hundreds_of_idle_streams(server):
    host, port = server.host.split(":")
    connections = []
    for _ in range(500):
        connection = socket.create_connection((host, int(port)))
        connection.sendall(
            f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.token}\r\n"
            "Accept: text/event-stream\r\n\r\n".encode())
        connections.append(connection)
    for connection in connections:
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    build = server.run(manifest("echo among many"))
    assert build["status"] == "passed"
    for connection in connections:
        connection.settimeout(30)
        received = b""
        while b'"passed"' not in received:
            part = connection.recv(65536)
            assert part
            received += part
        connection.close()


def test_ranges_of_logs_and_artifacts(server):
    build = server.run(manifest("printf 0123456789 >file", artifacts=["file"]))
    path = f"/api/v1/builds/{build['id']}/artifacts/file"
    for header, status, body in [
            ("bytes=2-4", 206, b"234"), ("bytes=-3", 206, b"789"), ("bytes=8-", 206, b"89"), ("bytes=20-", 416, None),
            ("bytes=4-2", 200, b"0123456789"), ("lines=1", 200, b"0123456789")]:
        response = server.request("GET", path, headers={"Range": header})
        assert response.status == status, header
        assert body is None or response.body == body
    tag = server.request("GET", path).getheader("ETag")
    assert server.request("GET", path, headers={"If-None-Match": tag}).status == 304
    head = server.request("HEAD", path)
    assert (head.status, head.getheader("Content-Length"), head.body) == (200, "10", b"")


def test_the_list_is_paged_and_filtered(server):
    for number in range(7):
        server.run(manifest("true"), tags=["paged", f"n{number}"], comment=f"needle {number}")
    first = server.request("GET", "/api/v1/builds?tag=paged&limit=3")
    assert 'rel="next"' in first.getheader("Link")
    seen, path = [], "/api/v1/builds?tag=paged&limit=3"
    while path:
        response = server.request("GET", path)
        import json
        seen += [b["number"] for b in json.loads(response.body)]
        link = response.getheader("Link")
        path = link.split(">")[0].lstrip("<").replace(server.url, "") if link else None
    assert seen == sorted(seen, reverse=True) and len(seen) == 7
    assert len(server.get("/api/v1/builds?search=needle%203")) == 1
    assert len(server.get("/api/v1/builds?tag=n5&status=passed")) == 1
    assert server.get("/api/v1/builds?tag=n5&status=failed") == []
