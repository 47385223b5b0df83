"""A small client of the Cachix protocol, written from its description, and what tests need of Nix beside the program."""

import base64
import hashlib
import http.client
import json
import lzma
import os
import pathlib
import subprocess
import urllib.parse

DIGITS = "0123456789abcdfghijklmnpqrsvwxyz"


def nix32(data):
    """Nix's base 32: five bits a digit, the last bits first."""
    number = int.from_bytes(data, "little")
    return "".join(DIGITS[number >> 5 * i & 31] for i in reversed(range((len(data) * 8 - 1) // 5 + 1)))


def nar_of(content):
    """The NAR of a file with this content."""
    def string(data):
        return len(data).to_bytes(8, "little") + data + bytes(-len(data) % 8)
    words = [b"nix-archive-1", b"(", b"type", b"regular", b"contents", content, b")"]
    return b"".join(string(word) for word in words)


def made_path(name, content, references=(), compression="zst"):
    """A path that no Nix has made, of a file with this content; good enough for a cache."""
    return Path(
        f"/nix/store/{nix32(hashlib.sha256(name.encode()).digest()[:20])}-{name}", nar_of(content), references,
        compression=compression)


def compressed(nar, compression):
    if compression == "xz":
        return lzma.compress(nar, preset=1)
    return subprocess.run(["zstd", "-q", "-2", "-c"], input=nar, stdout=subprocess.PIPE, check=True).stdout


class Path:
    """A store path with its NAR, its references, and what is said of it when it is pushed."""

    def __init__(self, path, nar, references=(), signature=None, compression="zst"):
        self.path = path
        self.hash, self.suffix = path.removeprefix("/nix/store/").split("-", 1)
        self.nar = nar
        self.references = sorted(references)
        self.signature = signature
        self.compression = compression
        self.file = compressed(nar, compression)

    @property
    def submission(self):
        return {
            "cStoreHash": self.hash, "cStoreSuffix": self.suffix,
            "cNarHash": "sha256:" + nix32(hashlib.sha256(self.nar).digest()), "cNarSize": len(self.nar),
            "cFileHash": hashlib.sha256(self.file).hexdigest(), "cFileSize": len(self.file),
            "cReferences": self.references, "cDeriver": "unknown-deriver", "cSig": self.signature,
        }


class Client:
    """Pushes to one cache as the specification says; `api` ends in `/api/v1`."""

    def __init__(self, api, cache, token):
        parts = urllib.parse.urlsplit(api)
        self.host = parts.netloc
        self.base = f"{parts.path}/cache/{cache}"
        self.token = token

    def request(self, method, target, body=None, headers=None, token=True):
        connection = http.client.HTTPConnection(self.host, timeout=120)
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {self.token}"
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response

    def call(self, method, path, body=None, status=200):
        response = self.request(method, self.base + path, body)
        assert response.status == status, (method, path, response.status, response.body)
        return json.loads(response.body) if response.body else None

    def missing(self, hashes):
        return self.call("POST", "/narinfo", hashes)

    def begin(self, compression="zst"):
        begun = self.call("POST", f"/multipart-nar?compression={compression}")
        return begun["narId"], begun["uploadId"]

    def announce(self, upload, number, data):
        nar, identifier = upload
        digest = base64.b64encode(hashlib.md5(data).digest()).decode()
        query = urllib.parse.urlencode({"uploadId": identifier, "partNumber": number})
        return self.call("POST", f"/multipart-nar/{nar}?{query}", {"contentMD5": digest})["uploadUrl"], digest

    def send(self, url, data, digest):
        """The part itself, with nothing that says who sends it."""
        parts = urllib.parse.urlsplit(url)
        assert parts.netloc == self.host and self.token not in url
        return self.request(
            "PUT", f"{parts.path}?{parts.query}", data,
            {"Content-Type": "application/octet-stream", "Content-MD5": digest}, token=False)

    def put(self, upload, number, data):
        response = self.send(*self.with_data(upload, number, data))
        assert 200 <= response.status < 300, response.body
        return {"partNumber": number, "eTag": response.getheader("ETag")}

    def with_data(self, upload, number, data):
        url, digest = self.announce(upload, number, data)
        return url, data, digest

    def complete(self, upload, submission, parts=None, status=200):
        nar, identifier = upload
        body = {"parts": parts, "narInfoCreate": submission}
        return self.call(
            "POST", f"/multipart-nar/{nar}/complete?" + urllib.parse.urlencode({"uploadId": identifier}), body, status)

    def abort(self, upload, status=200):
        nar, identifier = upload
        return self.call(
            "POST", f"/multipart-nar/{nar}/abort?" + urllib.parse.urlencode({"uploadId": identifier}), status=status)

    def upload(self, path, part_size=32 << 20):
        """Everything but the completion."""
        upload = self.begin(path.compression)
        pieces = [path.file[i:i + part_size] for i in range(0, len(path.file), part_size)]
        return upload, [self.put(upload, n + 1, piece) for n, piece in enumerate(pieces)]

    def push(self, path, part_size=32 << 20, status=200):
        upload, parts = self.upload(path, part_size)
        answer = self.complete(upload, path.submission, parts, status)
        return answer if status != 200 else upload


class Nix:
    """The real `nix` with a home, a configuration and stores of its own, and no network."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.homes = 0
        configuration = self.folder / "conf"
        configuration.mkdir(parents=True)
        (configuration / "nix.conf").write_text(
            "build-users-group =\nsandbox = false\nsubstituters =\nexperimental-features = nix-command flakes\n")

    def run(self, *arguments, store="source", check=True):
        # Nix remembers what caches have answered; a home of its own for each run knows nothing.
        self.homes += 1
        home = self.folder / f"home-{self.homes}"
        home.mkdir()
        environment = os.environ | {
            "NIX_CONF_DIR": str(self.folder / "conf"), "HOME": str(home), "NIX_REMOTE": "", "XDG_CACHE_HOME": str(home)}
        result = subprocess.run(
            ["nix", "--store", str(self.folder / store), *map(str, arguments)], capture_output=True, env=environment,
            timeout=120)
        assert not check or result.returncode == 0, result.stderr.decode()
        return result

    def key(self, name):
        """A new pair of keys: the secret's file, and the public key's text."""
        secret, public = self.folder / f"{name}.secret", self.folder / f"{name}.public"
        subprocess.run(["nix-store", "--generate-binary-cache-key", name, secret, public], check=True)
        return secret, public.read_text().strip()

    def text(self, expression):
        """The store path of an expression that makes one without building."""
        return self.run("eval", "--raw", "--expr", expression).stdout.decode()

    def add(self, folder, name):
        return self.run("store", "add-path", "--name", name, folder).stdout.decode().strip()

    def closure(self, *paths, key=None, compression="zst"):
        """The closure as it is pushed, signed where a key is given; what is referred to first."""
        if key:
            self.run("store", "sign", "-k", key, "-r", *paths)
        found = json.loads(self.run("path-info", "--json", "--sigs", "-r", *paths).stdout)
        closure = []
        for one in sorted(found, key=lambda p: len(p["references"])):
            nar = self.run("store", "dump-path", one["path"]).stdout
            signatures = one.get("signatures") or []
            closure.append(Path(
                one["path"], nar, [r.removeprefix("/nix/store/") for r in one["references"]],
                signatures[-1].split(":", 1)[1] if key else None, compression))
        return closure

    def substitute(self, url, path, keys, store):
        """Has another store fetch a path from a cache; it trusts these keys alone."""
        return self.run(
            "copy", "--from", url, path, "--option", "trusted-public-keys", " ".join(keys), store=store, check=False)

    def has(self, path, store):
        return self.run("path-info", path, store=store, check=False).returncode == 0


def netrc(folder, url, token):
    """A file with the password of a private cache, as Nix is given it."""
    file = pathlib.Path(folder) / "netrc"
    file.write_text(f"machine {urllib.parse.urlsplit(url).hostname} login '' password {token}\n")
    return file
