"""The configurations of `contrib` under the real nginx and the real HAProxy, with nothing changed but addresses and files."""

import http.client
import os
import re
import ssl
import subprocess

from data_stores import free_port, wait_for_port
from harness import ROOT, Server


def replaced(text, *pairs):
    """Every pattern has to be there: a configuration that was changed must not go untested."""
    for pattern, replacement in pairs:
        text, count = re.subn(pattern, replacement, text, flags=re.M)
        assert count, f"{pattern} is not in the configuration"
    return text


class Proxy:
    """One of them before servers (HOST:PORT each), with a certificate of its own; speaks https on `port`, http on `plain`."""

    def __init__(self, kind, folder, servers):
        self.folder = folder
        self.servers = servers
        self.port, self.plain = free_port(), free_port()
        self.certificate, self.key = folder / "wright.pem", folder / "wright.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)
        words = getattr(self, kind)()
        self.log = folder / "log"
        self.process = subprocess.Popen(words, stdout=self.log.open("wb"), stderr=subprocess.STDOUT)
        wait_for_port(self.port, self.process)

    def nginx(self):
        text = (ROOT / "contrib/nginx/wright.conf").read_text()
        text = replaced(
            text, (r"^    server 10\.0\.0\.1:8080", f"    server {self.servers[0]}"),
            (r"^    server 10\.0\.0\.2:8080.*$", "".join(
                f"    server {server} max_fails=1 fail_timeout=5s;\n" for server in self.servers[1:])),
            (r"listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"), (r"listen 80;", f"listen 127.0.0.1:{self.plain};"),
            (r"^ *listen \[::\].*$", ""), (r"/etc/ssl/certs/wright\.pem", str(self.certificate)),
            (r"/etc/ssl/private/wright\.key", str(self.key)))
        (self.folder / "wright.conf").write_text(text)
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in
                            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        (self.folder / "nginx.conf").write_text(
            ("user root;\n" if os.geteuid() == 0 else "") +
            f"daemon off; pid {self.folder}/pid; error_log stderr;\nevents {{ worker_connections 1024; }}\n"
            f"http {{ access_log {self.folder}/access; {temporary} include {self.folder}/wright.conf; }}\n")
        return ["nginx", "-p", self.folder, "-e", "stderr", "-c", self.folder / "nginx.conf"]

    def haproxy(self):
        bundle = self.folder / "bundle.pem"
        bundle.write_bytes(self.certificate.read_bytes() + self.key.read_bytes())
        text = (ROOT / "contrib/haproxy/haproxy.cfg").read_text()
        text = replaced(
            text, (r"maxconn 8000", "maxconn 500"), (r"^    server one .*\n", ""),
            (r"^    server two .*$", "".join(f"    server s{n} {s}\n" for n, s in enumerate(self.servers))),
            (r"bind :443", f"bind 127.0.0.1:{self.port}"), (r"bind :80$", f"bind 127.0.0.1:{self.plain}"),
            (r"/etc/haproxy/wright\.pem", str(bundle)))
        (self.folder / "haproxy.cfg").write_text(text)
        return ["haproxy", "-db", "-f", self.folder / "haproxy.cfg"]

    @property
    def context(self):
        return ssl.create_default_context(cafile=self.certificate)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


class Proxied(Server):
    """A running server as it is reached through a proxy."""

    def __init__(self, server, proxy):
        self.data, self.token, self.proxy = server.data, server.token, proxy
        self.host = f"127.0.0.1:{proxy.port}"
        self.url = f"https://{self.host}"

    def connection(self):
        return http.client.HTTPSConnection(self.host, timeout=120, context=self.proxy.context)
