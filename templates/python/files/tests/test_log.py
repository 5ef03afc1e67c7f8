import json
import logging

import pytest

from service import log


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    try:
        log.start(logging.WARNING)
        logger = logging.getLogger("test")
        logger.info("not severe enough")
        logger.warning("two\nlines", extra={"port": 80, "trace": None})
        try:
            raise ValueError("a reason")
        except ValueError:
            logger.exception("it %s", "failed")
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]

    warning, failure = map(json.loads, capsys.readouterr().out.splitlines())
    assert warning.pop("timestamp")
    assert warning == {"level": "WARN", "message": "two\nlines", "logger": "test", "port": 80}
    assert failure["message"] == "it failed"
    assert failure["exception"].endswith("ValueError: a reason")
