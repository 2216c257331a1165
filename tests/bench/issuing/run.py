"""What an issued link costs over HTTP, beside the same service in Node and in Python; asserts nothing.

One worker on the first processor, wrk with 32 connections on the second, all contestants in turn; of each the best round
counts, for whatever else a machine does only takes from it.
"""

import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
ROOMPASS = HERE / "../../../target/release/roompass"
ROUNDS, SECONDS, STARTS = 5, 3, 9
BODY = json.dumps({"room": "Weekly sync", "name": "Ada Lovelace"})
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def roompass(folder, port, *ledger):
    key = folder / "signing.pem"
    if not key.exists():
        subprocess.run([ROOMPASS, "keys", "new", key], check=True, capture_output=True)
    return [ROOMPASS, "serve", "--listen", f"127.0.0.1:{port}", "--key", key, "--base-url", "https://meet.example.org", *ledger]


CONTESTANTS = {
    "roompass": lambda folder, port: roompass(folder, port, "--ledger", f"sqlite:{folder}/ledger.db"),
    "roompass without a ledger": roompass,
    "fastify, jose, better-sqlite3": lambda folder, port: ["node", HERE / "node.mjs", str(port), folder / "peer.db"],
    "FastAPI, PyJWT, SQLite": lambda folder, port: [HERE / ".venv/bin/python", HERE / "python_service.py", str(port), folder / "peer.db"],
}


class Service:
    """A contestant on a folder of its own, from its start to its first link."""

    def __init__(self, command):
        self.folder = tempfile.TemporaryDirectory(prefix="rp-bench-")
        self.port = free_port()
        line = command(pathlib.Path(self.folder.name), self.port)
        environment = {**os.environ, "TOKIO_WORKER_THREADS": "1", "NODE_ENV": "production"}
        began = time.perf_counter()
        self.process = subprocess.Popen(["taskset", "-c", "0", *line], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.issues():
            if self.process.poll() is not None:
                raise SystemExit(f"{line[0]} ended before it was ready")
            time.sleep(0.001)
        self.first_link = time.perf_counter() - began

    def issues(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/links", BODY.encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status == 201
        except OSError:
            return False

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def load(self, script, seconds):
        before = self.cpu()
        line = ["taskset", "-c", "1", "wrk", "-t1", "-c32", f"-d{seconds}s", "--latency", "-s", script, f"http://127.0.0.1:{self.port}/api/v1/links"]
        text = subprocess.run(line, check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in text:
            raise SystemExit(f"not every answer was a link:\n{text}")
        requests = int(re.search(r"(\d+) requests in", text).group(1))
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
        return rate, (self.cpu() - before) * 1e6 / requests, millis(text, 50), millis(text, 99), requests

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.folder.cleanup()


def millis(text, percent):
    found = re.search(rf"^ +{percent}% +([\d.]+)(us|ms|s) *$", text, re.MULTILINE)
    if not found:
        raise SystemExit(f"wrk said no percentiles:\n{text}")
    return float(found.group(1)) * {"us": 0.001, "ms": 1, "s": 1000}[found.group(2)]


def starts():
    """Seconds from exec to the first link, the median of launches in turn."""
    seen = {name: [] for name in CONTESTANTS}
    for _ in range(STARTS):
        for name, command in CONTESTANTS.items():
            service = Service(command)
            seen[name].append(service.first_link)
            service.stop()
    return {name: statistics.median(all_of) for name, all_of in seen.items()}


def main():
    script = tempfile.NamedTemporaryFile("w", suffix=".lua")
    print(f'wrk.method, wrk.body = "POST", [[{BODY}]]\nwrk.headers["Content-Type"] = "application/json"', file=script, flush=True)
    first = starts()
    services = {name: Service(command) for name, command in CONTESTANTS.items()}
    best, issued = {}, dict.fromkeys(services, 0)
    for _ in range(ROUNDS):
        for name, service in services.items():
            figures = service.load(script.name, SECONDS)
            issued[name] += figures[4]
            best[name] = max(best.get(name, figures), figures)
    ours = best["roompass"][0]
    print(f"{'':<32}{'links/s':>9}{'ours is':>9}{'CPU µs':>8}{'p50 ms':>8}{'p99 ms':>8}{'MiB':>7}{'after links':>13}{'first link':>12}")
    for name, (rate, cpu, p50, p99, _) in best.items():
        memory, start = services[name].memory(), first[name] * 1000
        print(f"{name:<32}{rate:>9.0f}{ours / rate:>8.2f}x{cpu:>8.0f}{p50:>8.2f}{p99:>8.2f}{memory:>7.1f}{issued[name]:>13}{start:>9.0f} ms")
        services[name].stop()
    print(f"the program has {ROOMPASS.resolve().stat().st_size / 1e6:.1f} MB")


main()
