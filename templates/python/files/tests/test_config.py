import logging

import pytest
from harness import Start

from service.config import Config, InvalidConfigError, shown


def violations(start: Start, **variables: str) -> list[str]:
    with pytest.raises(InvalidConfigError) as caught:
        start.config(variables)
    return [str(violation) for violation in caught.value.violations]


def test_an_empty_environment_is_a_valid_one(start: Start) -> None:
    config = start.config({})
    assert config == Config.model_construct()
    assert config.level == logging.INFO


def test_every_variable_is_read(start: Start) -> None:
    config = start.config(
        {
            "PORT": "9000",
            "LOG_LEVEL": "warn",
            "DRAIN_MS": "0",
            "SHUTDOWN_MS": "2000",
            "REQUEST_TIMEOUT_MS": "1500",
            "BODY_LIMIT_BYTES": "1024",
            "CONCURRENCY_LIMIT": "7",
            "SERVICE_VERSION": "1.2.3+abc",
        }
    )
    assert config.level == logging.WARNING
    assert config.model_dump() == {
        "port": 9000,
        "log_level": "warn",
        "drain_ms": 0,
        "shutdown_ms": 2000,
        "request_timeout_ms": 1500,
        "body_limit_bytes": 1024,
        "concurrency_limit": 7,
        "service_version": "1.2.3+abc",
    }


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("PORT", "0", 'PORT="0" must be a whole number from 1 to 65535'),
        ("PORT", "65536", 'PORT="65536" must be a whole number from 1 to 65535'),
        ("PORT", "+80", 'PORT="+80" must be a whole number from 1 to 65535'),
        ("PORT", " 80", 'PORT=" 80" must be a whole number from 1 to 65535'),
        ("PORT", "8_0", 'PORT="8_0" must be a whole number from 1 to 65535'),
        ("PORT", "٨٠", 'PORT="٨٠" must be a whole number from 1 to 65535'),
        ("PORT", "9" * 5000, f'PORT="{"9" * 5000}" must be a whole number from 1 to 65535'),
        ("PORT", "", 'PORT="" must be a whole number from 1 to 65535'),
        ("DRAIN_MS", "5s", 'DRAIN_MS="5s" must be a whole number from 0 to 300000'),
        ("LOG_LEVEL", "INFO", 'LOG_LEVEL="INFO" must be one of error, warn, info, debug, trace'),
    ],
)
def test_a_violation_names_the_variable_the_value_and_the_rule(
    start: Start, variable: str, value: str, message: str
) -> None:
    assert violations(start, **{variable: value}) == [message]


def test_all_violations_are_reported_at_once(start: Start) -> None:
    found = violations(start, PORT="x", LOG_LEVEL="loud", SERVICE_VERSION="a b")
    assert [message.split("=")[0] for message in found] == ["PORT", "LOG_LEVEL", "SERVICE_VERSION"]


def test_a_request_may_not_outlast_the_shutdown(start: Start) -> None:
    [found] = violations(start, REQUEST_TIMEOUT_MS="3000", SHUTDOWN_MS="2999")
    assert found.startswith('REQUEST_TIMEOUT_MS="3000" must be at most SHUTDOWN_MS (2999)')


def test_a_variable_is_known_by_its_exact_name(start: Start) -> None:
    start.patch.setenv("log_level", "loud")
    assert start.config({}).log_level == "info"


def test_the_value_of_a_secret_is_never_shown() -> None:
    assert shown("DATABASE_PASSWORD", "hunter2") == "(hidden)"
    assert shown("PORT", "80") == "80"
