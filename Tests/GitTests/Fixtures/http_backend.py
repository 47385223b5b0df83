"""Serves the repositories of a folder over HTTP by `git http-backend`; prints its port.

What requests carried as Authorization is appended to the file `seen` of the folder. Where the file `password` exists,
only `user:<its content>` may read. Where the file `cut` exists, answers with packs break off after 1,000 bytes.
"""

import base64
import http.server
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        given = self.headers.get("Authorization", "")
        with open(ROOT / "seen", "a") as seen:
            seen.write(f"{given}\n")
        if (ROOT / "password").exists():
            login = f"user:{(ROOT / 'password').read_text().strip()}"
            if given != "Basic " + base64.b64encode(login.encode()).decode():
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="test"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        self.answer()

    do_POST = do_GET

    def answer(self):
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length", 0))
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "GIT_PROJECT_ROOT": str(ROOT), "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command, "CONTENT_LENGTH": str(length),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "HOME": str(ROOT),
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
        }
        result = subprocess.run(
            ["git", "http-backend"], input=self.rfile.read(length), env=environment, stdout=subprocess.PIPE)
        head, _, body = result.stdout.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = next((value for name, value in fields if name == "Status"), "200")
        self.send_response(int(status.split()[0]))
        for name, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if (ROOT / "cut").exists() and self.command == "POST" and b"PACK" in body:
            body = body[:1000]
            self.close_connection = True
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
