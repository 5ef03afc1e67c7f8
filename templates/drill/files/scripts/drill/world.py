"""Everything that a drill needs, running: the service twice, load, Prometheus, Alertmanager and the receivers."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import history
from analysis import Analysis
from bench import Bench, BenchError, Prometheus, ask, free_port, program
from clock import Clock, milliseconds
from inbox import Inbox
from load import bearable, warm
from plain_yaml import YamlError, parse

HASHES = {"Stable": "5d8f7c6b9", "Latest": "7c9d4f8b5"}
MOST_REQUESTS, LEAST_REQUESTS = 800, 50
# Of a core, how much the load may take of each instance: the rest is for what measures, and for what goes wrong.
SHARE = 0.3
# Of the places of an instance, how many the load may take while every request is slow.
MOST_PLACES = 0.4
SLOWER = 0.015


class World:
    """Where a drill takes place."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        self.plan: dict[str, Any] = json.loads((root / "ops/drill.json").read_text(encoding="utf-8"))
        self.clock = Clock(self.plan["factor"])
        self.bench = Bench(folder)
        self.inbox = Inbox()
        self.rules = self.clock.rules(self.read("ops/slo/rules.yml"))
        self.scrape = self.clock.seconds(self.plan["scrape_seconds"])
        self.evaluation = self.clock.seconds(self.plan["rules_seconds"])
        self.analysis = None
        if self.plan["canary"]:
            self.analysis = Analysis(root / "deploy/kubernetes/base", self.clock, HASHES)
        # Requests are not scaled, and what judges the canary waits for enough of them in its window.
        self.judged = self.clock.seconds(self.plan["canary_seconds"])
        self.enough = self.plan["comparison_requests"] if self.analysis else 200
        self.rate = min(MOST_REQUESTS, max(LEAST_REQUESTS, math.ceil(1.3 * self.enough / self.judged)))
        self.slow = self.plan["latency_seconds"] + SLOWER
        self.limit = max(self.plan["concurrency_limit"], math.ceil(self.rate * self.slow / MOST_PLACES))
        self.ports = {"stable": free_port(), "canary": free_port()}
        self.command: list[str] = []
        self.prometheus = Prometheus("")
        self.alertmanager = ""
        self.group_wait = self.group_interval = 0.0

    def read(self, path: str) -> Any:
        try:
            return parse((self.root / path).read_text(encoding="utf-8"))
        except YamlError as error:
            raise BenchError(f"{path}: {error}") from error

    def url(self, instance: str) -> str:
        return f"http://127.0.0.1:{self.ports[instance]}"

    def begin(self) -> None:
        """Start it all."""
        prometheus = program("prometheus", package="prometheus")
        promtool = program("promtool", package="prometheus")
        alertmanager = program("prometheus-alertmanager", "alertmanager", package="prometheus-alertmanager")
        self.build()
        self.start_instances()
        self.rate = min(self.rate, bearable(self.url("stable"), SHARE))
        if self.rate < LEAST_REQUESTS:
            raise BenchError(f"this machine is too slow for the drill: it bears {self.rate} requests a second")
        self.start_load()
        alerts, metrics = free_port(), free_port()
        self.start_alertmanager(alertmanager, alerts)
        self.write_history(promtool)
        self.start_prometheus(prometheus, metrics, alerts)

    @property
    def compares(self) -> bool:
        """Whether the canary gets enough requests to be compared with the stable version."""
        return self.rate * self.judged >= self.enough

    def build(self) -> None:
        environment = {
            key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
        }
        environment["DRILL"] = "1"
        make = ["make", "--no-print-directory", "--directory", str(self.root)]
        if subprocess.run([*make, "stack-release"], env=environment, stdout=sys.stderr, check=False).returncode:
            raise BenchError("the service does not build with DRILL=1")
        output = subprocess.run(
            [*make, "--silent", "stack-command"], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        self.command = output.stdout.split()
        if len(self.command) == 1:
            # The next build may not have the switch.
            self.command = [str(shutil.copy(self.command[0], f"{self.folder}/service"))]

    def start_instances(self) -> None:
        """Start every instance, beside each other, and wait until they are ready."""
        for instance, port in self.ports.items():
            environment = {"PORT": str(port), "DRAIN_MS": "0", "CONCURRENCY_LIMIT": str(self.limit)}
            environment["LOG_LEVEL"] = "warn"
            self.bench.start(instance, self.command, environment, self.root)
        for instance in self.ports:
            self.bench.ready(instance, f"{self.url(instance)}/readyz", self.plan["start_seconds"])

    def start_load(self) -> None:
        load = [sys.executable, "-B", str(Path(__file__).with_name("load.py")), str(self.rate)]
        self.bench.start("load", load + [self.url(instance) for instance in self.ports])

    def outage(self) -> None:
        """Stop every instance, and the load with them: nobody is left to take it."""
        for process in ("load", *self.ports):
            self.bench.stop(process)

    def end_outage(self) -> None:
        """Start every instance again, and let the load in where it is borne: the first requests of a process are slow."""
        self.start_instances()
        for instance in self.ports:
            warm(self.url(instance))
        self.start_load()

    def fault(self, instances: list[str], **fault: float) -> None:
        """Break these instances so, and repair what was broken before."""
        for instance in instances:
            try:
                ask(f"{self.url(instance)}/drill/faults", fault)
            except urllib.error.HTTPError as error:
                raise BenchError(f"the fault switch of {instance} answers {error.code}") from error

    def start_alertmanager(self, alertmanager: str, port: int) -> None:
        config = self.read("ops/alertmanager.yml")
        secrets = self.folder / "secrets"
        secrets.mkdir()
        unknown = set(config) - {"global", "route", "inhibit_rules", "receivers", "templates"}
        if unknown or "global" in config:
            raise BenchError(
                f"ops/alertmanager.yml: the drill does not know what to do with {sorted(unknown) or 'global'}"
            )
        route = config["route"] = self.clock.route(config["route"])
        self.group_wait = milliseconds(route["group_wait"]) / 1000
        self.group_interval = milliseconds(route["group_interval"]) / 1000
        config["receivers"] = [self.inbox.redirect(receiver, secrets) for receiver in config["receivers"]]
        file = self.write("alertmanager.json", config)
        address = f"127.0.0.1:{port}"
        self.alertmanager = f"http://{address}/api/v2"
        arguments = [f"--config.file={file}", f"--storage.path={self.folder}/alerts", f"--web.listen-address={address}"]
        self.bench.start("alertmanager", [alertmanager, *arguments, "--cluster.listen-address="])
        self.bench.ready("alertmanager", f"{self.alertmanager}/status")

    def give(self, rules: list[dict[str, Any]]) -> None:
        """Hand alerts to the Alertmanager as Prometheus would, if these rules fired."""
        alerts = []
        for rule in rules:
            labels = {"alertname": rule["alert"], **rule["labels"]}
            alerts.append({"labels": labels, "annotations": rule["annotations"]})
        ask(f"{self.alertmanager}/alerts", alerts)

    def alerts(self) -> list[dict[str, Any]]:
        return list(ask(f"{self.alertmanager}/alerts"))

    def start_prometheus(self, prometheus: str, port: int, alerts: int) -> None:
        config = self.read("ops/prometheus.yml")
        job = self.plan["service"]
        if job not in [scrape["job_name"] for scrape in config["scrape_configs"]]:
            raise BenchError(f"ops/prometheus.yml: no scrape has the job_name {job}")
        scaled = {
            "global": {
                key: self.clock.duration(config["global"][key]) for key in ("scrape_interval", "evaluation_interval")
            },
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alerts}"]}]}]},
            "scrape_configs": [{"job_name": job, "static_configs": [self.target(instance) for instance in self.ports]}],
        }
        file = self.write("prometheus.json", scaled)
        self.prometheus = Prometheus(f"http://127.0.0.1:{port}")
        arguments = [
            f"--config.file={file}",
            f"--storage.tsdb.path={self.folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        # How long a sample counts as the present: 5 minutes, if nobody says otherwise.
        arguments.append(f"--query.lookback-delta={self.clock.duration('5m')}")
        self.bench.start("prometheus", [prometheus, *arguments])
        self.bench.ready("prometheus", f"{self.prometheus.url}/api/v1/status/runtimeinfo")
        # Prometheus takes 5 s to look for its targets, on any clock. Without rules that is no outage of 5 minutes.
        self.bench.until(
            "Prometheus scrapes both instances", lambda: len(self.prometheus.query("up == 1")) == len(self.ports)
        )
        self.bench.until("Prometheus finds the Alertmanager", self.prometheus.alertmanagers)
        self.write("prometheus.json", {**scaled, "rule_files": [self.write("rules.json", self.rules)]})
        self.bench.running["prometheus"].send_signal(signal.SIGHUP)
        self.bench.until("Prometheus loads the rules", self.prometheus.rules)

    def target(self, instance: str) -> dict[str, Any]:
        return {"targets": [f"127.0.0.1:{self.ports[instance]}"], "labels": self.labels(instance)}

    def labels(self, instance: str) -> dict[str, str]:
        """What the discovery in ops/prometheus.yml would attach."""
        labels = {"instance": f"{instance}:drill"}
        if self.analysis:
            labels |= {"pod": instance, "pod_template_hash": HASHES["Latest" if instance == "canary" else "Stable"]}
        return labels

    def write_history(self, promtool: str) -> None:
        """Fill Prometheus with the time before."""
        series = self.exported()
        own = {"job": self.plan["service"], **self.labels("stable")}
        labels = ",".join(f'{key}="{value}"' for key, value in own.items())
        now, days = time.time(), 86400 / self.plan["factor"]
        total = 2 * self.rate
        recorded = []
        for slo in ("availability", "latency"):
            of = f'service="{self.plan["service"]}",slo="{slo}"'
            recorded += [("slo:sli_requests:rate5m", of, float(total)), ("slo:sli_errors:rate5m", of, 0.0)]
        file = self.folder / "history.txt"
        with file.open("w", encoding="utf-8") as text:
            text.writelines(history.counters(series, labels, total, now - 3 * days, now, 4 * self.scrape))
            text.writelines(history.recordings(recorded, now - self.plan["period_days"] * days, now, self.evaluation))
            text.write("# EOF\n")
        command = [
            promtool,
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            "--quiet",
            str(file),
            str(self.folder / "data"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(f"the history does not get into Prometheus: {done.stderr.strip()}")
        file.unlink()

    def exported(self) -> list[tuple[str, str]]:
        """The series of the request histogram, once requests of both kinds were served."""
        deadline = time.monotonic() + 10
        while True:
            self.bench.alive()
            with urllib.request.urlopen(f"{self.url('stable')}/metrics", timeout=10) as answer:
                series = history.exported(answer.read().decode(), self.plan["metric"])
            if sum(name.endswith("_count") for name, _ in series) >= 2:
                return series
            if time.monotonic() > deadline:
                raise BenchError(f"the service exports no {self.plan['metric']}_count for reading and placing orders")
            time.sleep(0.1)

    def write(self, name: str, content: Any) -> str:
        """JSON is YAML, so that what was parsed can be written back without a package."""
        file = self.folder / name
        file.write_text(json.dumps(content, indent=1), encoding="utf-8")
        return str(file)

    def end(self) -> None:
        self.bench.stop_all()
        self.inbox.close()
