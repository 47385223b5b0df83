"""The builds, and the people who submit them: what they were promised is what is checked afterwards."""

import http.client
import json
import threading
import time

from harness import manifest

SCRIPT = """\
i=0
while [ $i -lt {lines} ]; do i=$((i+1)); echo "{token} $i"; [ $((i % 20)) -ne 0 ] || sleep {pause}; done
head -c {size} /dev/urandom >made
echo "{token} made $(sha256sum <made | cut -c1-64)"
echo "{token} sum $(seq -f '{token} %.0f' {lines} | sha256sum | cut -c1-64)"
"""


class Order:
    """One build that somebody wants."""

    def __init__(self, token, random):
        self.token = token
        self.lines = random.choice([40, 200, 1000, 3000])
        self.size = random.choice([0, 1000, 70_000, 3_000_000])
        self.pause = random.choice([0.01, 0.05, 0.2]) if self.lines <= 200 else 0.02
        # The build's number once the server has said that it has it; nothing else was promised.
        self.build = None
        self.was_killed = False

    def manifest(self):
        script = SCRIPT.format(token=self.token, lines=self.lines, size=self.size, pause=self.pause)
        return manifest(script, artifacts=["made"])


class Submitters:
    """Some people who submit builds, one after the other, and try again where the server does not answer."""

    def __init__(self, world, orders, random, people=4, spread=40):
        self.world, self.orders, self.lock = world, list(orders), threading.Lock()
        self.random, self.pause = random, spread * people / max(1, len(self.orders))
        # What was sent and not answered: it may be there or not.
        self.unanswered = []
        self.threads = [threading.Thread(target=self._submit, daemon=True) for _ in range(people)]
        for thread in self.threads:
            thread.start()

    def _submit(self):
        while True:
            with self.lock:
                if not self.orders:
                    return
                order, pause = self.orders.pop(0), self.random.uniform(0, 2 * self.pause)
                kill = self.random.random() < 0.05
            attempt = 0
            while not self._try(order, f"{order.token}.{attempt}"):
                attempt += 1
                time.sleep(0.5)
            if kill:
                # Where the answer is lost, it may be killed all the same.
                order.was_killed = True
                ask(self.world.server, "POST", f"/api/v1/builds/{order.build}/kill")
            time.sleep(pause)

    def _try(self, order, comment):
        answer = ask(
            self.world.server, "POST", "/api/v1/builds", {"manifest": order.manifest(), "comment": comment})
        if answer is None:
            with self.lock:
                self.unanswered.append(comment)
            return False
        order.build = answer["id"]
        return True

    def join(self, seconds):
        end = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)


def ask(server, method, path, body=None, seconds=30):
    """The answer as JSON; None where there is none, or it is that the server cannot do it now."""
    connection = http.client.HTTPConnection(server.host, timeout=seconds)
    try:
        connection.request(
            method, path, json.dumps(body) if body else None,
            {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        if response.status == 409:
            return None
        if response.status >= 500:
            return None
        if response.status >= 400:
            raise AssertionError(f"{method} {path}: {response.status} {content[:500]!r}")
        return json.loads(content) if content else {}
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
