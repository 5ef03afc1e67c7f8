import pytest
from harness import Service, Start


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    return Start(monkeypatch)


@pytest.fixture
def service(start: Start) -> Service:
    return start()
