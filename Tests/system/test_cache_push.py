"""`wright cache push` with the real Nix: what it has pushed is fetched by a second store that trusts only the key."""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import threading

import pytest

from cachix import Nix, nix32
from harness import BINARY, command
from webdav import WebDAV


@pytest.fixture
def nix(tmp_path):
    return Nix(tmp_path / "nix")


@pytest.fixture
def webdav(tmp_path):
    with WebDAV(tmp_path / "webdav") as server:
        yield server


def push(nix, *arguments, store="source", **environment):
    """Runs `wright cache push` over a store of the test."""
    return command(
        "cache", "push", *map(str, arguments),
        environment={
            "NIX_CONF_DIR": str(nix.folder / "conf"), "HOME": str(nix.folder), "NIX_REMOTE": str(nix.folder / store),
            **environment})


def chain(nix, length, size=100):
    """Paths of which each refers to the one before; the last one first."""
    expression = 'let f = n: builtins.toFile "link-${toString n}" ("${toString n} " + (if n == 0 then "" else f (n - 1))'
    expression += f' + builtins.concatStringsSep "" (builtins.genList (i: "text ${{toString i}} ") {size})); in f {length - 1}'
    return nix.text(expression)


def as_if_built(nix, name, content, references=()):
    """A path whose name says nothing of its content, as a build's output: only a signature can vouch for it.
    A number as content is so many random bytes, which this process never holds."""
    path = f"/nix/store/{nix32(hashlib.sha256(name.encode()).digest()[:20])}-{name}"
    real = nix.folder / "source" / path.removeprefix("/")
    real.parent.mkdir(parents=True, exist_ok=True)
    with open(real, "wb") as file:
        if isinstance(content, int):
            subprocess.run(["head", "-c", str(content), "/dev/urandom"], stdout=file, check=True)
        else:
            file.write(content)
    with open(real, "ab") as file:
        file.write("".join(references).encode())
    real.chmod(0o444)
    register(nix, path, real, references)
    return path


def register(nix, path, real, references=()):
    """Tells the store of a file that lies in it."""
    count, digest = shell(f"nix-store --dump {real} | tee >(sha256sum >&2) | wc -c")
    lines = [path, digest.split()[0], count.strip(), "", str(len(references)), *references]
    subprocess.run(
        ["nix-store", "--load-db"], input="".join(line + "\n" for line in lines).encode(), check=True,
        env=os.environ | {"NIX_REMOTE": str(nix.folder / "source"), "NIX_CONF_DIR": str(nix.folder / "conf")})


def shell(script):
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {script}; wait"], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


def folder_of_all_kinds(folder):
    folder.mkdir()
    (folder / "program").write_text("#!/bin/sh\necho hello\n")
    (folder / "program").chmod(0o755)
    (folder / "empty").touch()
    (folder / "link").symlink_to("program")
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "ümlaut").write_bytes(bytes(range(256)) * 1000)
    return folder


@pytest.mark.parametrize("compression", ["zstd", "xz", "none"])
def test_a_closure_that_was_put_on_a_server_is_fetched_by_who_trusts_the_key(nix, webdav, tmp_path, compression):
    secret, public = nix.key("test-1")
    path = nix.add(folder_of_all_kinds(tmp_path / "folder"), "folder")
    first = as_if_built(nix, "first", os.urandom(1000))
    last = as_if_built(nix, "last", b"refers to ", [first, chain(nix, 3)])
    done = push(nix, "--plain", webdav.url, path, last, "--signing-key", secret, "--compression", compression)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("6 paths pushed")
    nix.run(
        "copy", "--from", webdav.url, path, last, "--option", "trusted-public-keys", public, store="target")
    for one in [path, last]:
        assert nix.run("store", "dump-path", one, store="target").stdout == nix.run("store", "dump-path", one).stdout
    assert nix.run("verify", "--all", store="target", check=False).returncode in (0, 2)
    for nar in (webdav.files / "nar").iterdir():
        assert nar.name.split(".")[0] == nix32(hashlib.sha256(nar.read_bytes()).digest())
    assert webdav.get("nix-cache-info").startswith(b"StoreDir: /nix/store\n")
    again = push(nix, "--plain", webdav.url, path, last)
    assert again.returncode == 0 and again.stdout.startswith("0 paths pushed") and "6 there already" in again.stdout


def test_a_wrong_key_and_a_flipped_byte_are_refused_by_nix(nix, webdav):
    secret, public = nix.key("test-1")
    _, other = nix.key("other-1")
    path = as_if_built(nix, "built", os.urandom(10_000))
    assert push(nix, "--plain", webdav.url, path, "--signing-key", secret).returncode == 0
    wrong = nix.run("copy", "--from", webdav.url, path, "--option", "trusted-public-keys", other, store="wrong", check=False)
    assert wrong.returncode != 0 and b"signature" in wrong.stderr
    nar = next((webdav.files / "nar").iterdir())
    content = bytearray(nar.read_bytes())
    content[len(content) // 2] ^= 1
    nar.write_bytes(content)
    flipped = nix.run("copy", "--from", webdav.url, path, "--option", "trusted-public-keys", public, store="flip", check=False)
    assert flipped.returncode != 0


def test_a_nar_of_several_parts_goes_as_one_body_in_little_memory(nix, webdav, tmp_path):
    secret, public = nix.key("test-1")
    path = as_if_built(nix, "large", 100 << 20)
    done = push(nix, "--plain", webdav.url, path, "--signing-key", secret, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sent_bytes"] > 100 << 20
    nix.run("copy", "--from", webdav.url, path, "--option", "trusted-public-keys", public, store="target")


def test_a_server_that_takes_nothing_is_said_plainly(nix, tmp_path):
    path = nix.add(folder_of_all_kinds(tmp_path / "folder"), "folder")
    with WebDAV(tmp_path / "readonly", methods="off") as server:
        done = push(nix, "--plain", server.url, path)
    assert done.returncode == 1
    assert "does not take files by PUT" in done.stderr.splitlines()[-1]


def test_a_password_in_the_address_is_sent_and_never_shown(nix, tmp_path):
    (tmp_path / "passwords").write_text("builder:{PLAIN}so-secret\n")
    path = nix.add(folder_of_all_kinds(tmp_path / "folder"), "folder")
    protected = f'auth_basic "x"; auth_basic_user_file {tmp_path}/passwords;'
    with WebDAV(tmp_path / "protected", more=protected) as server:
        place = server.url.removeprefix("http://")
        done = push(nix, "--plain", f"http://builder:so-secret@{place}", path)
        assert done.returncode == 0, done.stderr
        wrong = push(nix, "--plain", f"http://builder:not-secret@{place}", path)
    assert wrong.returncode == 1 and "does not let us in" in wrong.stderr
    for output in [done.stdout, done.stderr, wrong.stderr]:
        assert "so-secret" not in output and "not-secret" not in output


@pytest.mark.parametrize("arguments,words", [
    (["tools"], "PATH"), (["--plain", "tools", "/nix/store/x"], "--plain"), (["http://127.0.0.1:1/c", "/etc/passwd"], "/etc/passwd"),
    (["http://127.0.0.1:1/c", "/nonexistent"], "/nonexistent"), (["http://h/c", "--compression", "rar", "x"], "rar"),
])
def test_wrong_usage_is_said(nix, arguments, words):
    done = push(nix, *arguments)
    assert done.returncode == 2 and words in done.stderr, done.stderr


def test_links_and_standard_input_name_paths(nix, webdav, tmp_path):
    path = nix.add(folder_of_all_kinds(tmp_path / "folder"), "folder")
    (tmp_path / "result").symlink_to(path)
    done = push(nix, "--plain", webdav.url, tmp_path / "result", path + "/deep")
    assert done.returncode == 0 and done.stdout.startswith("1 path pushed"), done.stderr


def test_files_that_were_changed_in_the_store_are_named_and_all_else_is_pushed(nix, webdav, tmp_path):
    path = nix.add(folder_of_all_kinds(tmp_path / "folder"), "folder")
    other = chain(nix, 2)
    changed = nix.folder / "source" / path.removeprefix("/") / "program"
    changed.chmod(0o644)
    changed.write_text("something else")
    done = push(nix, "--plain", webdav.url, path, other)
    assert done.returncode == 1
    assert done.stdout.startswith("2 paths pushed")
    assert path in done.stderr and "nix store verify" in done.stderr


class Bucket:
    """A bucket on a server that speaks S3 and checks signatures, over real files."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "data" / "bucket").mkdir(parents=True)
        self.files = folder / "data" / "bucket"

    def __enter__(self):
        program = pathlib.Path(sys.executable).parent / "rclone"
        self.process = subprocess.Popen(
            [program, "serve", "s3", "--addr", "127.0.0.1:0", "--auth-key", "AKIDEXAMPLE,SECRETSECRETSECRET",
             "--config", self.folder / "none", self.folder / "data"], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.search(r"http://(127\.0\.0\.1:\d+)", line):
                self.address = found[1]
                # What it writes later must not fill the pipe.
                threading.Thread(target=self.process.stderr.read, daemon=True).start()
                return self
        raise RuntimeError("rclone did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def test_a_bucket_takes_small_files_whole_and_large_ones_in_parts(nix, tmp_path):
    secret, public = nix.key("test-1")
    small = as_if_built(nix, "small", os.urandom(1000))
    large = as_if_built(nix, "large", 70 << 20)
    keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "SECRETSECRETSECRET"}
    with Bucket(tmp_path / "s3") as bucket:
        address = f"s3://bucket?endpoint={bucket.address}&scheme=http&region=eu-west-1"
        done = push(nix, address, small, large, "--signing-key", secret, **keys)
        assert done.returncode == 0, done.stderr
        wrong = push(nix, address, small, **(keys | {"AWS_SECRET_ACCESS_KEY": "another-secret"}))
        assert wrong.returncode == 1 and "does not let us in" in wrong.stderr and "another-secret" not in wrong.stderr
        # Debian's Nix does not speak S3; what is in the bucket is a cache all the same.
        nix.run(
            "copy", "--from", f"file://{bucket.files}", small, large, "--option", "trusted-public-keys", public, store="target")
    none = push(nix, address, small)
    assert none.returncode == 1 and "AWS_ACCESS_KEY_ID" in none.stderr


# To a cache of Wright.

def make_cache(server, name, **fields):
    return server.json("POST", "/api/v1/caches", {"name": name, "public": True, **fields}, status=201)


def push_to(server, nix, name, *arguments, **environment):
    return push(nix, name, *arguments, **({"WRIGHT_SERVER": server.url, "WRIGHT_TOKEN": server.token} | environment))


def fetch(nix, cache, key, *paths, store):
    return nix.run(
        "copy", "--from", cache["uri"], *paths, "--option", "trusted-public-keys", key, store=store, check=False)


@pytest.mark.parametrize("compression", ["zstd", "xz"])
def test_what_was_pushed_to_a_cache_of_wright_is_fetched_by_who_trusts_its_key(server, nix, tmp_path, compression):
    cache = make_cache(server, f"own-{compression}", compression=compression)
    built = as_if_built(nix, "built", os.urandom(100_000), [as_if_built(nix, "base", b"base")])
    folder = nix.add(folder_of_all_kinds(tmp_path / "folder"), "folder")
    done = push_to(server, nix, cache["name"], built, folder)
    assert done.returncode == 0 and done.stdout.startswith("3 paths pushed"), done.stderr
    fetched = fetch(nix, cache, cache["public_keys"][0], built, folder, store="target")
    assert fetched.returncode == 0, fetched.stderr
    for path in [built, folder]:
        assert nix.run("store", "dump-path", path, store="target").stdout == nix.run("store", "dump-path", path).stdout
    _, other = nix.key("other-1")
    assert fetch(nix, cache, other, built, store="wrong").returncode != 0


def test_a_key_of_ones_own_signs_what_a_cache_without_a_key_keeps(server, nix):
    cache = make_cache(server, "keyless", key="none")
    secret, public = nix.key("mine-1")
    built = as_if_built(nix, "signed", os.urandom(1000))
    refused = push_to(server, nix, "keyless", built)
    assert refused.returncode == 1 and built in refused.stderr
    unknown = push_to(server, nix, "keyless", built, "--signing-key", secret)
    assert unknown.returncode == 1 and "does not list the public key" in unknown.stderr
    server.json("POST", "/api/v1/caches/keyless/keys", {"public_key": public}, status=201)
    done = push_to(server, nix, "keyless", built, "--signing-key", secret)
    assert done.returncode == 0, done.stderr
    assert fetch(nix, cache, public, built, store="target").returncode == 0
    assert secret.read_text().split(":")[1] not in done.stderr + unknown.stderr


def test_tokens_that_may_not_push_and_caches_that_are_not_there_are_said(server, nix):
    make_cache(server, "guarded", public=False)
    built = as_if_built(nix, "guarded", b"x")
    read = server.json("POST", "/api/v1/caches/guarded/tokens", {"permission": "read"}, status=201)["token"]
    write = server.json("POST", "/api/v1/caches/guarded/tokens", {"permission": "write"}, status=201)["token"]
    for token, words in [("wr_nonsense", "token"), (read, "push")]:
        done = push_to(server, nix, "guarded", built, WRIGHT_TOKEN=token)
        assert done.returncode == 1 and words in done.stderr and token not in done.stderr, done.stderr
    absent = push_to(server, nix, "absent", built)
    assert absent.returncode == 1 and "no such cache" in absent.stderr
    address = f"{server.url}/cache/guarded"
    done = push(nix, address, built, WRIGHT_CACHE_TOKEN=write)
    assert done.returncode == 0, done.stderr


def test_two_who_push_the_same_at_once_both_succeed(server, nix):
    cache = make_cache(server, "shared")
    last = None
    for number in range(30):
        last = as_if_built(nix, f"shared-{number}", os.urandom(5000), [last] if last else [])
    environment = {
        **os.environ, "WRIGHT_SERVER": server.url, "WRIGHT_TOKEN": server.token, "HOME": str(nix.folder),
        "NIX_CONF_DIR": str(nix.folder / "conf"), "NIX_REMOTE": str(nix.folder / "source")}
    pushers = [
        subprocess.Popen([BINARY, "cache", "push", "shared", last], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)]
    for pusher in pushers:
        _, messages = pusher.communicate(timeout=120)
        assert pusher.returncode == 0, messages
    assert fetch(nix, cache, cache["public_keys"][0], last, store="target").returncode == 0


def test_a_path_of_several_parts_arrives_whole_in_bounded_memory(server, nix):
    cache = make_cache(server, "large")
    large = as_if_built(nix, "large", 300 << 20)
    noise = as_if_built(nix, "noise", 100 << 20)
    environment = {
        **os.environ, "WRIGHT_SERVER": server.url, "WRIGHT_TOKEN": server.token, "HOME": str(nix.folder),
        "NIX_CONF_DIR": str(nix.folder / "conf"), "NIX_REMOTE": str(nix.folder / "source")}
    process = subprocess.Popen([BINARY, "cache", "push", "large", large, noise], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    assert usage.ru_maxrss < 400 << 10  # KiB
    assert fetch(nix, cache, cache["public_keys"][0], large, noise, store="target").returncode == 0


def test_three_thousand_paths(server, nix):
    cache = make_cache(server, "many")
    expression = 'builtins.toFile "all" (builtins.concatStringsSep " " (builtins.genList '
    expression += '(i: "${builtins.toFile "one-${toString i}" (toString i)}") 3000))'
    last = nix.text(expression)
    done = push_to(server, nix, "many", last, "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout)["pushed_paths"] == 3001
    assert server.get("/api/v1/caches/many")["paths"] == 3001
    assert fetch(nix, cache, cache["public_keys"][0], last, store="target").returncode == 0


def test_a_server_that_is_killed_and_comes_back_gets_the_rest(start, nix):
    server = start()
    cache = make_cache(server, "interrupted")
    last = None
    for number in range(60):
        last = as_if_built(nix, f"interrupted-{number}", os.urandom(20_000), [last] if last else [])
    environment = {
        **os.environ, "WRIGHT_SERVER": server.url, "WRIGHT_TOKEN": server.token, "HOME": str(nix.folder),
        "NIX_CONF_DIR": str(nix.folder / "conf"), "NIX_REMOTE": str(nix.folder / "source")}
    pusher = subprocess.Popen(
        [BINARY, "cache", "push", "interrupted", last], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in pusher.stderr:
        if line.startswith("pushed"):
            break
    server.kill()
    server.listen = server.host
    for line in pusher.stderr:
        if "trying again" in line:
            break
    server.start()
    output, messages = pusher.communicate(timeout=120)
    assert pusher.returncode == 0, messages
    assert output.startswith("60 paths pushed"), output
    assert fetch(nix, cache, cache["public_keys"][0], last, store="target").returncode == 0


def test_a_path_beyond_two_gigabytes(server, nix):
    cache = make_cache(server, "huge")
    path = f"/nix/store/{nix32(hashlib.sha256(b'huge').digest()[:20])}-huge"
    real = nix.folder / "source" / path.removeprefix("/")
    real.parent.mkdir(parents=True, exist_ok=True)
    size = (2 << 30) + 12345
    # A file of nothing but holes: what matters here is how long it is.
    with open(real, "wb") as file:
        file.truncate(size)
    real.chmod(0o444)
    register(nix, path, real)
    done = push_to(server, nix, "huge", path, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["nar_bytes"] > size
    assert fetch(nix, cache, cache["public_keys"][0], path, store="target").returncode == 0
    assert (nix.folder / "target" / path.removeprefix("/")).stat().st_size == size
