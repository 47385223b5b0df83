"""A server that takes files by PUT: nginx with WebDAV, as people keep binary caches on."""

import http.client
import pathlib
import socket
import subprocess

NGINX = "/usr/sbin/nginx"


class WebDAV:
    """nginx over a folder of its own. `more` goes into the server's block."""

    def __init__(self, folder, more="", methods="PUT DELETE MKCOL"):
        self.folder = pathlib.Path(folder)
        self.files = self.folder / "files"
        (self.files / "nar").mkdir(parents=True)
        (self.folder / "tmp").mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/tmp;" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        (self.folder / "nginx.conf").write_text(f"""
            daemon off; master_process off; pid {self.folder}/pid; error_log {self.folder}/error.log warn; worker_rlimit_nofile 4096;
            events {{ worker_connections 1024; }}
            http {{
              access_log {self.folder}/access.log; {temporary} client_max_body_size 0; keepalive_requests 100000;
              server {{ listen 127.0.0.1:{self.port}; root {self.files}; {more}
                location / {{ dav_methods {methods}; create_full_put_path on; }} }} }}""")

    def __enter__(self):
        self.process = subprocess.Popen([NGINX, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"])
        # It answers once it listens; a connection is refused until then.
        for _ in range(10_000):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5):
                    return self
            except ConnectionRefusedError:
                assert self.process.poll() is None, (self.folder / "error.log").read_text()
        raise RuntimeError("nginx does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def get(self, name):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/" + name)
        return connection.getresponse().read()

    def requests(self, method):
        return [line for line in (self.folder / "access.log").read_text().splitlines() if f'"{method} ' in line]
