"""A month without a fault, as Prometheus would have stored it.

A service that has just begun has no long windows: its first failure would burn every budget at once. So the series
that it exports now are continued backwards, at the load of the drill, with each request fast and none failed.
"""

import re
from collections.abc import Iterator

SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$")
STATUS = re.compile(r'http_response_status_code="5..?"')


def exported(exposition: str, family: str) -> list[tuple[str, str]]:
    """Names and labels of the series of one histogram, those of failures left out."""
    found = []
    for line in exposition.splitlines():
        match = SAMPLE.match(line)
        if match and re.sub("_(bucket|count|sum)$", "", match[1]) == family and not STATUS.search(match[2] or ""):
            found.append((match[1], match[2] or ""))
    return found


def counters(
    series: list[tuple[str, str]], labels: str, rate: float, begin: float, end: float, step: float
) -> Iterator[str]:
    """Requests at a steady rate, spread over the series evenly."""
    share = rate / sum(name.endswith("_count") for name, _ in series)
    for name, own in series:
        each = share * 0.001 if name.endswith("_sum") else share
        for at in moments(begin, end, step):
            yield f"{name}{{{own},{labels}}} {each * (at - begin):.3f} {at:.3f}\n"


def recordings(labels: list[tuple[str, str, float]], begin: float, end: float, step: float) -> Iterator[str]:
    """Recorded series that did not change: name, labels and value."""
    for name, own, value in labels:
        for at in moments(begin, end, step):
            yield f"{name}{{{own}}} {value} {at:.3f}\n"


def moments(begin: float, end: float, step: float) -> Iterator[float]:
    for index in range(int((end - begin) / step) + 1):
        yield begin + index * step
