"""The log: one JSON object a line on standard output."""

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

# What every record has; the rest came with `extra`.
ORDINARY = frozenset(vars(logging.makeLogRecord({})))


class JsonFormatter(logging.Formatter):
    """One JSON object for each record, with what was given as `extra` beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record as one line."""
        event: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="microseconds"
            ),
            "level": "WARN" if record.levelno == logging.WARNING else record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        event |= {
            key: value
            for key, value in vars(record).items()
            if key not in ORDINARY and value is not None
        }
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event, default=str)


def start(level: int) -> None:
    """Start logging events of this level and the more severe ones, what crashes us included."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # What these say below an error, such as a line for every request that is no HTTP, is not ours.
    for chatty in ("asyncio", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    # Without this an exception that nobody catches is several lines of text on standard error.
    sys.excepthook = crashed


def crashed(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Log what ends the process."""
    logging.getLogger(__name__).critical(
        "the process crashed: %s", error, exc_info=(kind, error, traceback)
    )
