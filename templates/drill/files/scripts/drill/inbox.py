"""The other end of the receivers: a server on loopback that keeps what the Alertmanager would have sent.

Each receiver keeps its configuration, so that its real message arrives: a pager gets its key from the file it names
and only the address of the pager's service changes; a chat gets its address from the file it names.
"""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Message:
    """What a receiver got, and when."""

    receiver: str
    body: dict[str, Any]
    at: float = field(default_factory=time.monotonic)

    @property
    def resolved(self) -> bool:
        if "event_action" in self.body:
            return bool(self.body["event_action"] == "resolve")
        return all(part.get("color") == "good" for part in self.body["attachments"])

    def title(self) -> str:
        """What a chat shows in bold; nothing for a pager, which has its own way to say that something is over."""
        return str(self.body["attachments"][0]["title"]) if "attachments" in self.body else ""

    def text(self) -> str:
        """Every text of the message, one a line."""
        return "\n".join(_texts(self.body))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [str(value)]


class Inbox:
    """The server, and the messages it got."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.arrived = threading.Condition()
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with inbox.arrived:
                    inbox.messages.append(Message(self.path.rpartition("/")[2], body))
                    inbox.arrived.notify_all()
                pager = self.path.startswith("/pager/")
                answer = b'{"status":"success"}' if pager else b"ok"
                self.send_response(202 if pager else 200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def since(self, at: float) -> list[Message]:
        with self.arrived:
            return [message for message in self.messages if message.at >= at]

    def redirect(self, receiver: dict[str, Any], secrets: Path) -> dict[str, Any]:
        """The same receiver, whose messages come here."""
        name = receiver["name"]
        redirected: dict[str, Any] = {"name": name}
        for kind, configs in receiver.items():
            if kind == "name":
                continue
            redirected[kind] = [self._redirect(kind, config, name, secrets) for config in configs]
        return redirected

    def _redirect(self, kind: str, config: dict[str, Any], name: str, secrets: Path) -> dict[str, Any]:
        if kind == "pagerduty_configs" and "routing_key_file" in config and "url" not in config:
            key = secrets / f"{name}-key"
            key.write_text("a key for a drill", encoding="utf-8")
            return {**config, "routing_key_file": str(key), "url": f"{self.url}/pager/{name}"}
        if kind == "slack_configs" and "api_url_file" in config:
            address = secrets / f"{name}-url"
            address.write_text(f"{self.url}/chat/{name}", encoding="utf-8")
            return {**config, "api_url_file": str(address)}
        raise ValueError(f"receiver {name}: the drill can't take the place of its {kind}, and would send for real")
