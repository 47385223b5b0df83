"""Wright's own binary caches: pushed to by a client that was written from the protocol, read by the real nix."""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import sqlite3
import threading
import time
import urllib.parse

import pytest

from cachix import Client, Nix, Path, made_path, nix32
from harness import Server, command


@pytest.fixture
def nix(tmp_path):
    return Nix(tmp_path / "nix")


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "data").start()
    yield server
    server.stop()


def make(server, name="tools", **fields):
    """A cache and a client of it."""
    cache = server.json("POST", "/api/v1/caches", {"name": name, **fields}, status=201)
    return cache, Client(server.url + "/api/v1", name, server.token)


CHAIN = """
  let a = builtins.toFile "wright-a" "the first";
      b = builtins.toFile "wright-b" "refers to ${a}";
  in builtins.toFile "wright-c" "refers to ${b} and ${a}"
"""


def blobs(server):
    """The content that the artifact store has, and that of small NARs in the database, by SHA-256."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data}/wright.db?mode=ro", uri=True)) as database:
        small = {row[0] for row in database.execute("SELECT sha256 FROM small_nars")}
    return small | {p.parent.name + p.name for p in (server.data / "artifacts/blobs").glob("??/*")}


def until(holds):
    """Waits for what follows soon after an answer."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("compression", ["zst", "xz"])
@pytest.mark.parametrize("prefix", ["/api/v1", "/cache/api/v1"])
def test_a_closure_is_pushed_and_substituted_by_a_store_that_trusts_only_the_key(server, nix, compression, prefix):
    cache, _ = make(server)
    client = Client(server.url + prefix, "tools", server.token)
    info = client.call("GET", "")
    assert info == {
        "name": "tools", "uri": server.url + "/cache/tools", "isPublic": True,
        "publicSigningKeys": cache["public_keys"], "githubUsername": "", "permission": "Admin",
        "preferredCompressionMethod": "ZSTD"}

    top = nix.text(CHAIN)
    closure = nix.closure(top, compression=compression)
    assert len(closure) == 3
    assert set(client.missing([p.hash for p in closure])) == {p.hash for p in closure}
    for path in closure:
        client.push(path)
    assert client.missing([p.hash for p in closure]) == []

    result = nix.substitute(info["uri"], top, cache["public_keys"], store="target")
    assert result.returncode == 0, result.stderr.decode()
    for path in closure:
        assert nix.run("store", "dump-path", path.path, store="target").stdout == path.nar
    found = server.get("/api/v1/caches/tools")
    assert found["paths"] == 3 and found["size"] == sum(len(p.file) for p in closure)


def test_a_store_that_trusts_another_key_refuses_what_the_cache_holds(server, nix):
    _, client = make(server)
    _, other = nix.key("other-1")
    top = nix.text(CHAIN)
    for path in nix.closure(top):
        client.push(path)
    result = nix.substitute(server.url + "/cache/tools", top, [other], store="target")
    assert result.returncode != 0 and b"signature" in result.stderr
    assert not nix.has(top, "target")


def test_a_client_signs_with_a_registered_key_and_no_other(server, nix):
    cache, client = make(server, key="none")
    assert cache["public_keys"] == []
    secret, public = nix.key("mine-1")
    top = nix.text(CHAIN)
    closure = nix.closure(top, key=secret)
    assert "fits none" in client.push(closure[0], status=400)["error"]
    unsigned = Path(closure[0].path, closure[0].nar, closure[0].references)
    assert "no key to sign with" in client.push(unsigned, status=400)["error"]

    server.json("POST", "/api/v1/caches/tools/keys", {"public_key": public}, status=201)
    for path in closure:
        client.push(path)
    narinfo = server.request("GET", f"/cache/tools/{closure[0].hash}.narinfo", token=False).body.decode()
    assert f"Sig: mine-1:{closure[0].signature}\n" in narinfo
    result = nix.substitute(server.url + "/cache/tools", top, [public], store="target")
    assert result.returncode == 0, result.stderr.decode()


def test_a_key_that_is_registered_without_a_name_gets_one_of_the_cache(server, nix):
    _, client = make(server, key="none")
    _, public = nix.key("mine-1")
    for _ in range(2):
        client.call("POST", "/key", {"publicKey": public.split(":")[1]})
    assert client.call("GET", "")["publicSigningKeys"] == ["tools-1:" + public.split(":")[1]]


def damaged(path, **fields):
    """A path whose description was changed."""
    return {**path.submission, **fields}


def refusals(path):
    wrong = hashlib.sha256(b"wrong")
    return {
        "the file's SHA-256": damaged(path, cFileHash=wrong.hexdigest()),
        "cNarHash": damaged(path, cNarHash="sha256:" + nix32(wrong.digest())),
        "cNarSize": damaged(path, cNarSize=len(path.nar) + 8),
        "more bytes than": damaged(path, cNarSize=len(path.nar) - 8),
        "cFileSize": damaged(path, cFileSize=len(path.file) + 1),
        "not a store path": damaged(path, cStoreHash="e" * 32),
        "the reference": damaged(path, cReferences=["../../etc/passwd"]),
        "the deriver": damaged(path, cDeriver="not a path"),
        "fits none": damaged(path, cSig=base64.b64encode(bytes(64)).decode()),
        "cSig is not": damaged(path, cSig="c2hvcnQ="),
        "cReferences is not": damaged(path, cReferences=None),
    }


def test_whatever_is_wrong_with_an_upload_is_said_and_nothing_of_it_is_kept(server, nix):
    _, client = make(server)
    path = nix.closure(nix.text(CHAIN))[0]
    upload, parts = client.upload(path)
    for sentence, submission in refusals(path).items():
        assert sentence in client.complete(upload, submission, parts, status=400)["error"], sentence
    wrong_tag = [{"partNumber": 1, "eTag": "0" * 32}]
    assert "eTag" in client.complete(upload, path.submission, wrong_tag, status=400)["error"]
    missing = parts + [{"partNumber": 2, "eTag": parts[0]["eTag"]}]
    assert "part 2 has not come" in client.complete(upload, path.submission, missing, status=400)["error"]
    assert client.missing([path.hash]) == [path.hash]
    assert blobs(server) == set()

    # Nothing of that is in the way of doing it right, nor of doing it twice.
    client.complete(upload, path.submission, parts)
    client.complete(upload, path.submission, parts)
    assert client.missing([path.hash]) == []
    assert list((server.data / "uploads").glob("*/*")) == []


def test_a_flipped_byte_a_cut_part_and_what_is_no_nar_are_refused(server, nix):
    _, client = make(server)
    path = nix.closure(nix.text(CHAIN))[0]
    for data in (path.file[:20] + bytes([path.file[20] ^ 1]) + path.file[21:], path.file[:-5], b""):
        upload = client.begin()
        parts = [client.put(upload, 1, data)]
        fields = {"cFileHash": hashlib.sha256(data).hexdigest(), "cFileSize": len(data)}
        assert client.complete(upload, damaged(path, **fields), parts, status=400)["error"]
    text = Path(path.path, b"this is no NAR, although all sums are right", compression="xz")
    assert "not a NAR" in client.push(text, status=400)["error"]
    assert blobs(server) == set()


def test_a_part_is_what_it_was_announced_as_and_its_address_opens_nothing_else(server, nix):
    _, client = make(server)
    upload = client.begin()
    url, digest = client.announce(upload, 1, b"abc")
    assert client.send(url, b"abd", digest).status == 400
    assert client.send(url, b"abd", base64.b64encode(hashlib.md5(b"abd").digest()).decode()).status == 400
    assert client.send(url, b"abc", digest).status == 200
    # Sent again, as after an answer that was lost.
    assert client.send(url, b"abc", digest).getheader("ETag") == f'"{hashlib.md5(b"abc").hexdigest()}"'
    parts = urllib.parse.urlsplit(url)
    for forged in (parts.path.removesuffix("/1") + "/2?" + parts.query, parts.path + "?" + parts.query[:-1] + "x",
                   parts.path + "?" + parts.query.replace("expires=", "expires=9"), parts.path):
        response = client.request("PUT", forged, b"abc", token=False)
        assert response.status == 401, (forged, response.status)


def test_uploads_that_do_not_exist_are_not_found(server):
    _, client = make(server)
    nar, identifier = client.begin()
    for upload in (("00000000-0000-4000-8000-000000000000", identifier), (nar, "x"), (nar, identifier + "0"),
                   ("..%2F..%2Fx", identifier)):
        response = client.request(
            "POST", f"{client.base}/multipart-nar/{upload[0]}/complete?uploadId={upload[1]}",
            {"parts": None, "narInfoCreate": {}})
        assert response.status in (400, 404), (upload, response.status)
    client.abort((nar, identifier))
    client.abort((nar, identifier))
    assert client.request("GET", "/api/v1/cache/absent").status == 404


def test_parts_may_come_in_any_order_and_one_is_sent_again(server, nix, tmp_path):
    cache, client = make(server)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/data").write_bytes(os.urandom(3_000_000))
    (tmp_path / "tree/run").write_text("#!/bin/sh\n")
    (tmp_path / "tree/run").chmod(0o755)
    (tmp_path / "tree/link").symlink_to("data")
    path = nix.closure(nix.add(tmp_path / "tree", "wright-tree"))[0]
    size = 1 << 20
    pieces = [path.file[i:i + size] for i in range(0, len(path.file), size)]
    upload = client.begin()
    client.put(upload, 2, b"something else at first")
    parts = {n: client.put(upload, n, pieces[n - 1]) for n in reversed(range(1, len(pieces) + 1))}
    client.complete(upload, path.submission, [parts[n] for n in sorted(parts)])
    result = nix.substitute(server.url + "/cache/tools", path.path, cache["public_keys"], store="target")
    assert result.returncode == 0, result.stderr.decode()
    assert nix.run("store", "dump-path", path.path, store="target").stdout == path.nar


def test_a_missing_reference_is_accepted_and_the_path_cannot_be_substituted_without_it(server, nix):
    cache, client = make(server)
    top = nix.text(CHAIN)
    closure = {p.path: p for p in nix.closure(top)}
    client.push(closure.pop(top))
    result = nix.substitute(server.url + "/cache/tools", top, cache["public_keys"], store="target")
    assert result.returncode != 0 and not nix.has(top, "target")
    for path in closure.values():
        client.push(path)
    result = nix.substitute(server.url + "/cache/tools", top, cache["public_keys"], store="target")
    assert result.returncode == 0, result.stderr.decode()


@pytest.mark.parametrize("size", [1000, 200_000])
def test_two_pushers_of_one_path_at_once_both_succeed_and_it_is_stored_once(server, size):
    _, client = make(server)
    make(server, "other")
    path = made_path("random", os.urandom(size))
    uploads = [client.upload(path) for _ in range(8)]
    answers = []
    start = threading.Barrier(len(uploads))

    def complete(upload, parts):
        start.wait()
        answers.append(client.complete(upload, path.submission, parts))

    threads = [threading.Thread(target=complete, args=u) for u in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert server.get("/api/v1/caches/tools")["paths"] == 1
    Client(server.url + "/api/v1", "other", server.token).push(path)
    assert blobs(server) == {path.submission["cFileHash"]}


def test_an_upload_that_is_cut_in_the_middle_leaves_nothing_and_can_be_sent_again(server, nix, tmp_path):
    _, client = make(server)
    (tmp_path / "noise").write_bytes(os.urandom(4_000_000))
    path = nix.closure(nix.add(tmp_path / "noise", "wright-noise"))[0]
    upload = client.begin()
    url, digest = client.announce(upload, 1, path.file)
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.putrequest("PUT", f"{parts.path}?{parts.query}")
    connection.putheader("Content-Length", str(len(path.file)))
    connection.endheaders()
    connection.send(path.file[:2_000_000])
    connection.close()
    assert "part 1" in client.complete(
        upload, path.submission, [{"partNumber": 1, "eTag": hashlib.md5(path.file).hexdigest()}], 400)["error"]
    sent = client.put(upload, 1, path.file)
    client.complete(upload, path.submission, [sent])
    assert client.missing([path.hash]) == []


def test_what_was_sent_and_what_was_completed_outlive_a_kill(server, nix):
    cache, client = make(server)
    closure = nix.closure(nix.text(CHAIN))
    client.push(closure[0])
    begun = client.upload(closure[1])
    server.kill()
    server.start()
    client.host = server.host
    assert client.missing([closure[0].hash]) == []
    client.complete(begun[0], closure[1].submission, begun[1])
    client.push(closure[2])
    top = closure[2].path
    result = nix.substitute(server.url + "/cache/tools", top, cache["public_keys"], store="target")
    assert result.returncode == 0, result.stderr.decode()


def test_a_file_that_comes_in_one_piece_is_joined_with_its_description(server, nix):
    cache, client = make(server)
    closure = nix.closure(nix.text(CHAIN), compression="xz")
    early = client.request("POST", f"{client.base}/{closure[0].hash}.narinfo", closure[0].submission)
    assert early.status == 400
    for path in closure:
        assert client.request("HEAD", f"{client.base}/{path.hash}.narinfo").status == 404
        assert client.request("POST", f"{client.base}/nar?compression=xz", path.file).status == 200
        for _ in range(2):
            assert client.request("POST", f"{client.base}/{path.hash}.narinfo", path.submission).status == 200
        assert client.request("HEAD", f"{client.base}/{path.hash}.narinfo").status == 200
    result = nix.substitute(server.url + "/cache/tools", closure[-1].path, cache["public_keys"], store="target")
    assert result.returncode == 0, result.stderr.decode()
    assert list((server.data / "uploads").glob("*/*")) == []


def test_paths_of_the_same_content_sent_in_one_piece_at_the_same_time_all_arrive(server):
    _, client = make(server)
    paths = [made_path(name, b"the same") for name in ("one", "two", "three")]
    assert client.request("GET", client.base).getheader("Wright-Whole-File") == str(1 << 20)
    for path in paths:
        assert client.request("POST", f"{client.base}/nar?compression=zst", path.file).status == 200
    for path in paths:
        answer = client.request("POST", f"{client.base}/{path.hash}.narinfo", path.submission)
        assert answer.status == 200, answer.body
    for path in paths:
        assert client.request("HEAD", f"{client.base}/{path.hash}.narinfo").status == 200
    # What another cache holds is not there for whoever knows its hash.
    _, other = make(server, name="other")
    answer = other.request("POST", f"{other.base}/{paths[0].hash}.narinfo", paths[0].submission)
    assert answer.status == 400 and b"send it first" in answer.body
    # Nor is a path taken whose description is not of that content.
    wrong = paths[0].submission | {"cStoreHash": "0" * 32, "cNarHash": "sha256:" + nix32(bytes(32))}
    answer = client.request("POST", f"{client.base}/{'0' * 32}.narinfo", wrong)
    assert answer.status == 400 and b"cNarHash" in answer.body


# Reading.


def test_what_nix_reads_is_as_it_should_be(server, nix):
    _, client = make(server, priority=30)
    path = nix.closure(nix.text(CHAIN))[0]
    client.push(path)
    info = server.request("GET", "/cache/tools/nix-cache-info", token=False)
    assert info.body == b"StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 30\n"
    narinfo = server.request("GET", f"/cache/tools/{path.hash}.narinfo", token=False)
    assert narinfo.getheader("Content-Type") == "text/x-nix-narinfo"
    fields = dict(line.split(": ", 1) for line in narinfo.body.decode().splitlines() if not line.startswith("Ref"))
    assert fields["StorePath"] == path.path and fields["Compression"] == "zstd"
    assert fields["NarHash"] == path.submission["cNarHash"] and int(fields["NarSize"]) == len(path.nar)
    for method, target, status in (
            ("HEAD", f"{path.hash}.narinfo", 200), ("HEAD", "0" * 32 + ".narinfo", 404),
            ("GET", "0" * 32 + ".narinfo", 404), ("HEAD", fields["URL"], 200), ("GET", "nar/" + "0" * 52 + ".nar.zst", 404),
            ("GET", fields["URL"] + "x", 404), ("GET", "e" * 32 + ".narinfo", 404)):
        assert server.request(method, "/cache/tools/" + target, token=False).status == status, (method, target)
    whole = server.request("GET", "/cache/tools/" + fields["URL"], token=False)
    assert whole.body == path.file and int(whole.getheader("Content-Length")) == len(path.file)
    part = server.request("GET", "/cache/tools/" + fields["URL"], token=False, headers={"Range": "bytes=3-9"})
    assert part.status == 206 and part.body == path.file[3:10]


def test_a_private_cache_shows_nothing_without_a_token(server, nix, tmp_path):
    cache, client = make(server, public=False)
    make(server, "open")
    path = nix.closure(nix.text(CHAIN))[0]
    client.push(path)
    url = dict(
        line.split(": ", 1) for line in
        server.request("GET", f"/cache/tools/{path.hash}.narinfo").body.decode().splitlines())["URL"]
    read = server.json("POST", "/api/v1/caches/tools/tokens", {"permission": "read"}, status=201)
    other = server.json("POST", "/api/v1/caches/open/tokens", {"permission": "admin"}, status=201)

    def basic(token):
        return {"Authorization": "Basic " + base64.b64encode(f":{token}".encode()).decode()}

    for target in ("nix-cache-info", f"{path.hash}.narinfo", url):
        assert server.request("GET", f"/cache/tools/{target}", token=False).status == 401, target
        assert server.request("HEAD", f"/cache/tools/{target}", token=False).status == 401, target
        assert server.request("GET", f"/cache/tools/{target}", headers=basic(other["token"])).status == 401, target
        assert server.request("GET", f"/cache/tools/{target}", headers=basic(read["token"])).status == 200, target
    # Nor does another cache show it.
    assert server.request("GET", "/cache/open/" + url).status == 404
    assert server.request("GET", "/api/v1/cache/tools", token=False).status == 401

    refused = nix.substitute(server.url + "/cache/tools", path.path, cache["public_keys"], store="target")
    assert refused.returncode != 0
    file = tmp_path / "netrc"
    file.write_text(f"machine 127.0.0.1\nlogin any\npassword {read['token']}\n")
    found = nix.run(
        "copy", "--from", server.url + "/cache/tools", path.path, "--option", "trusted-public-keys",
        cache["public_keys"][0], "--option", "netrc-file", file, store="target", check=False)
    assert found.returncode == 0, found.stderr.decode()


def test_tokens_of_a_cache_allow_what_they_say_and_no_more(server, nix):
    make(server)
    tokens = {
        p: server.json("POST", "/api/v1/caches/tools/tokens", {"permission": p, "comment": p}, status=201)
        for p in ("read", "write", "admin")}
    path = nix.closure(nix.text(CHAIN))[0]
    for permission, made in tokens.items():
        client = Client(server.url + "/api/v1", "tools", made["token"])
        assert client.call("GET", "")["permission"] == permission.capitalize()
        assert client.request("POST", client.base + "/multipart-nar").status == (401 if permission == "read" else 200)
        assert server.request("GET", "/api/v1/caches", headers={"Authorization": f"Bearer {made['token']}"}).status == 401
    Client(server.url + "/api/v1", "tools", tokens["write"]["token"]).push(path)
    listed = server.get("/api/v1/caches/tools/tokens")
    assert [t["comment"] for t in listed] == ["admin", "write", "read"] and all("token" not in t for t in listed)
    assert server.request("DELETE", f"/api/v1/caches/tools/tokens/{tokens['write']['id']}").status == 204
    client = Client(server.url + "/api/v1", "tools", tokens["write"]["token"])
    assert client.request("POST", client.base + "/multipart-nar").status == 401
    assert Client(server.url + "/api/v1", "tools", "").call("GET", "")["permission"] == "Read"


# Administration.


def test_caches_are_made_changed_listed_and_deleted_with_their_content(server, nix):
    cache, client = make(server, compression="xz")
    assert cache["public"] and cache["priority"] == 40 and cache["uri"] == server.url + "/cache/tools"
    assert len(cache["public_keys"]) == 1 and cache["public_keys"][0].startswith("tools-1:")
    assert client.call("GET", "")["preferredCompressionMethod"] == "XZ"
    assert server.request("POST", "/api/v1/caches", {"name": "tools"}).status == 409
    for name in ("", "api", "-a", "A", "a" * 64, "a/b", "a.b", 7):
        assert server.request("POST", "/api/v1/caches", {"name": name}).status == 422, name
    assert server.request("POST", "/api/v1/caches", {"name": "b", "colour": "red"}).status == 422
    path = nix.closure(nix.text(CHAIN))[0]
    client.push(path)
    client.push(made_path("large", os.urandom(200_000), compression="xz"))
    assert len(blobs(server)) == 2
    changed = server.json("PATCH", "/api/v1/caches/tools", {"public": False, "priority": 10, "keep_seconds": 864000})
    assert (changed["public"], changed["priority"], changed["keep_seconds"]) == (False, 10, 864000)
    assert server.json("PATCH", "/api/v1/caches/tools", {"keep_seconds": None})["keep_seconds"] is None
    assert [c["name"] for c in server.get("/api/v1/caches")] == ["tools"]
    assert server.request("GET", "/cache/tools/nix-cache-info", token=False).status == 401
    assert server.request("DELETE", "/api/v1/caches/tools").status == 204
    for target in ("/api/v1/caches/tools", "/cache/tools/nix-cache-info", f"/cache/tools/{path.hash}.narinfo"):
        assert server.request("GET", target).status == 404
    until(lambda: not blobs(server))
    make(server)
    assert server.request("GET", f"/cache/tools/{path.hash}.narinfo").status == 404


def test_paths_are_searched_listed_by_pages_pinned_and_deleted(server, nix):
    _, client = make(server)
    closure = nix.closure(nix.text(CHAIN))
    for path in closure:
        client.push(path)
    assert [p["store_path"] for p in server.get("/api/v1/caches/tools/paths")] == [p.path for p in reversed(closure)]
    assert [p["name"] for p in server.get("/api/v1/caches/tools/paths?search=WRIGHT-B")] == ["wright-b"]
    assert len(server.get(f"/api/v1/caches/tools/paths?search={closure[0].hash}")) == 1
    page = server.request("GET", "/api/v1/caches/tools/paths?limit=2")
    follow = page.getheader("Link").split(">")[0][1:]
    assert len(json.loads(page.body)) == 2 and len(server.get(follow)) == 1
    assert server.json("POST", f"/api/v1/caches/tools/paths/{closure[0].hash}/pin")["pinned"]
    assert not server.json("POST", f"/api/v1/caches/tools/paths/{closure[0].hash}/unpin")["pinned"]
    assert server.request("GET", f"/cache/tools/{closure[0].hash}.narinfo").status == 200
    assert server.request("DELETE", f"/api/v1/caches/tools/paths/{closure[0].hash}").status == 204
    assert server.request("GET", f"/cache/tools/{closure[0].hash}.narinfo").status == 404
    assert client.missing([closure[0].hash]) == [closure[0].hash]
    assert server.request("DELETE", f"/api/v1/caches/tools/paths/{closure[0].hash}").status == 404


def test_a_collection_keeps_what_is_pinned_and_what_kept_paths_refer_to(server, nix):
    _, client = make(server)
    chain = nix.closure(nix.text(CHAIN))
    loose = nix.closure(nix.text('builtins.toFile "wright-loose" "alone"'))[0]
    for path in [*chain, loose]:
        client.push(path)
    middle = next(p for p in chain if p.suffix == "wright-b")
    server.json("POST", f"/api/v1/caches/tools/paths/{middle.hash}/pin")
    top = next(p for p in chain if p.suffix == "wright-c")
    tried = server.json("POST", "/api/v1/caches/tools/gc", {"older_than": 0, "dry_run": True})
    assert tried == {"deleted_paths": 2, "freed_bytes": len(top.file) + len(loose.file)}
    assert server.get("/api/v1/caches/tools")["paths"] == 4
    assert server.json("POST", "/api/v1/caches/tools/gc", {"older_than": 0}) == tried
    kept = {p["name"] for p in server.get("/api/v1/caches/tools/paths")}
    assert kept == {"wright-a", "wright-b"}
    assert server.json("POST", "/api/v1/caches/tools/gc", {"max_size": 0})["deleted_paths"] == 0
    server.json("POST", f"/api/v1/caches/tools/paths/{middle.hash}/unpin")
    assert server.json("POST", "/api/v1/caches/tools/gc", {"max_size": 10**9})["deleted_paths"] == 0
    assert server.json("POST", "/api/v1/caches/tools/gc", {"max_size": 0})["deleted_paths"] == 2
    assert server.get("/api/v1/caches/tools")["size"] == 0
    assert server.request("GET", f"/cache/tools/{middle.hash}.narinfo").status == 404


# The command line.


def test_the_command_line_makes_uses_and_empties_caches(server, nix, tmp_path):
    made = command("cache", "create", "tools", "--priority", "20", server=server)
    assert made.returncode == 0 and made.stdout.startswith(f"cache tools made: {server.url}/cache/tools"), made
    again = command("cache", "create", "tools", server=server)
    assert again.returncode == 1 and "already" in again.stderr
    assert command("cache", "create", "Tools", server=server).returncode == 1

    secret, public = nix.key("mine-1")
    private = command("cache", "create", "inside", "--private", "--key", secret, "--json", server=server)
    assert json.loads(private.stdout)["public_keys"] == [public]
    assert secret.read_text().split(":")[1] not in (server.data / "wright.db").read_bytes().decode("latin-1")
    assert command("cache", "create", "other", "--key", tmp_path / "absent", server=server).returncode == 1
    assert [c["name"] for c in server.get("/api/v1/caches")] == ["inside", "tools"]

    listed = command("cache", "list", server=server)
    assert [line.split()[:3] for line in listed.stdout.splitlines()[1:]] == [
        ["inside", "tokens", "0"], ["tools", "anybody", "0"]]
    lines = command("cache", "use", "inside", server=server)
    assert lines.stdout == (
        f"extra-substituters = {server.url}/cache/inside\nextra-trusted-public-keys = {public}\n")
    assert "netrc" in lines.stderr
    assert command("cache", "use", "absent", server=server).returncode == 1

    token = command("cache", "token", "tools", "--permission", "write", server=server).stdout.strip()
    client = Client(server.url + "/api/v1", "tools", token)
    top = nix.text(CHAIN)
    for path in nix.closure(top):
        client.push(path)
    # What the lines say is all that Nix needs.
    configuration = dict(
        line.split(" = ") for line in command("cache", "use", "tools", server=server).stdout.splitlines())
    found = nix.substitute(
        configuration["extra-substituters"], top, [configuration["extra-trusted-public-keys"]], store="target")
    assert found.returncode == 0, found.stderr.decode()

    for wrong in (["--older-than", "soon"], ["--max-size", "much"]):
        assert command("cache", "gc", "tools", *wrong, server=server).returncode == 2
    tried = command("cache", "gc", "tools", "--max-size", "0", "--dry-run", server=server)
    assert tried.stdout.startswith("3 paths would be deleted"), tried
    done = command("cache", "gc", "tools", "--older-than", "0s", server=server)
    assert done.stdout.startswith("3 paths deleted"), done
    assert command("cache", "delete", "tools", server=server).returncode == 2
    assert command("cache", "delete", "tools", "--yes", server=server).returncode == 0
    assert [c["name"] for c in server.get("/api/v1/caches")] == ["inside"]


def test_what_was_done_with_a_cache_is_counted_and_outlives_a_stop(server, nix):
    _, client = make(server)
    path = nix.closure(nix.text(CHAIN))[0]
    client.push(path)
    client.push(path)
    for target in (f"{path.hash}.narinfo", "0" * 32 + ".narinfo", f"{path.hash}.narinfo"):
        server.request("GET", "/cache/tools/" + target, token=False)
    url = server.request("GET", f"/cache/tools/{path.hash}.narinfo").body.decode().split("URL: ")[1].split("\n")[0]
    server.request("GET", "/cache/tools/" + url, token=False)
    expected = {
        "hits": 3, "misses": 1, "downloads": 1, "downloaded_bytes": len(path.file), "uploads": 1,
        "uploaded_bytes": len(path.file), "collected_paths": 0, "collected_bytes": 0}
    assert server.get("/api/v1/caches/tools")["statistics"] == expected
    metrics = server.request("GET", "/metrics").body.decode()
    assert f'wright_cache_downloaded_bytes_total{{cache="tools"}} {len(path.file)}\n' in metrics
    server.stop()
    server.start()
    assert server.get("/api/v1/caches/tools")["statistics"] == expected


def test_only_who_may_do_all_registers_keys(server, nix):
    make(server)
    _, public = nix.key("mine-1")
    for permission, status in (("write", 401), ("admin", 200)):
        token = server.json(
            "POST", "/api/v1/caches/tools/tokens", {"permission": permission}, status=201)["token"]
        client = Client(server.url + "/api/v1", "tools", token)
        client.call("POST", "/key", {"publicKey": public.split(":")[1]}, status)
