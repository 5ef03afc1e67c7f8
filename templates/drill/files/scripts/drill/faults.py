"""The faults of a drill, sized by the objectives so that each is seen at once by one alert alone."""

from follow import Fault
from world import World

# How long a page should take: long beside the delays of a machine, short beside the next slower tier.
DETECT = 8.64
SHARE = 0.5


def faults(world: World) -> dict[str, Fault]:
    """Each fault by its name."""
    found = {}
    for name, make in {"errors": errors, "latency": latency, "saturation": saturation, "silence": silence}.items():
        if fault := make(world):
            found[name] = fault
    return found


def burning(world: World, slo: str, every: bool) -> tuple[list[str], float, float, float] | None:
    """Where to break it, the share of the requests there that is hit, and after how long the page comes and goes."""
    expected = world.plan["alerts"].get(slo)
    if not expected:
        return None
    window = world.clock.seconds(expected["window_seconds"])
    threshold = expected["factor"] * expected["budget"]
    # One fault in the canary alone, where that is enough; the detection time is f*B*W/e.
    instances = ["canary"] if world.analysis and threshold * 1.3 < SHARE else ["stable", "canary"]
    most = SHARE if len(instances) == 1 else 1.0
    ratio = most if every else min(most, threshold * window / DETECT)
    return instances, ratio / most, threshold * window / ratio, world.clock.seconds(expected["reset_seconds"])


def errors(world: World) -> Fault | None:
    if not (burn := burning(world, "availability", every=False)):
        return None
    instances, ratio, detect, reset = burn
    expected = world.plan["alerts"]["availability"]
    return Fault(
        "errors",
        f"{ratio:.0%} of the requests to {where(instances)} fail",
        expected,
        instances,
        {"error_ratio": ratio},
        detect,
        reset,
        aborts(world, "error_rate", "error-rate"),
        world.judged * expected["factor"] * expected["budget"] / ratio,
    )


def latency(world: World) -> Fault | None:
    if not (burn := burning(world, "latency", every=True)):
        return None
    instances, _, detect, reset = burn
    expected = world.plan["alerts"]["latency"]
    milliseconds = round(world.slow * 1000)
    return Fault(
        "latency",
        f"every request to {where(instances)} takes {milliseconds} ms longer",
        expected,
        instances,
        {"latency_ms": milliseconds},
        detect,
        reset,
        aborts(world, "latency", "latency"),
        world.judged * expected["factor"] * expected["budget"] + world.slow,
    )


def saturation(world: World) -> Fault | None:
    expected = world.plan["alerts"]["saturation"]
    full = (1 + expected["ratio"]) / 2
    occupied = round(full * world.limit)
    window = world.clock.seconds(expected["window_seconds"])
    return Fault(
        "saturation",
        f"{occupied} of the {world.limit} places of the canary are taken",
        expected,
        ["canary"],
        {"occupied": occupied},
        window * expected["ratio"] / full + world.clock.seconds(expected["for_seconds"]),
        window,
        aborts(world, "saturation", "saturation"),
        world.judged * expected["ratio"] / full,
    )


def silence(world: World) -> Fault | None:
    if not (expected := world.plan["alerts"].get("silence")):
        return None
    instances = ["stable", "canary"]
    detect = world.clock.seconds(expected["for_seconds"])
    return Fault("silence", "every instance is stopped", expected, instances, {}, detect, 0.0)


def aborts(world: World, alert: str, metric: str) -> str:
    """The metric of the analysis that ends the canary, where the rollout policy asks for one."""
    return metric if world.analysis and alert in world.plan["analysis"] else ""


def where(instances: list[str]) -> str:
    return "the canary" if instances == ["canary"] else "every instance"
