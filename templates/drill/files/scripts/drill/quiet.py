"""A service without a fault: everything has data, nothing fires, and its canary passes."""

import math
import time

from judge import Failed, described, say, sleep_until
from world import World


def check_recordings(world: World) -> None:
    """Every recording has data within a short window: what the rules read is what the service exports."""
    time.sleep(world.clock.seconds(300) + 2 * world.evaluation)
    for rule in world.prometheus.rules():
        if rule["health"] == "err":
            raise Failed(f"the rule {rule['name']} cannot be evaluated: {rule['lastError']}")
    records = [rule for group in world.rules["groups"] for rule in group["rules"] if "record" in rule]
    for rule in records:
        labels = ",".join(f'{name}="{value}"' for name, value in rule["labels"].items())
        if not world.prometheus.query(f"{rule['record']}{{{labels}}}"):
            raise Failed(
                f"the recording {rule['record']} ({labels}) has no data, so its alerts can never fire: {rule['expr']}"
            )
    say(f"{len(records)} recording rules have data")


def quiet_hour(world: World) -> None:
    """Nothing fires on a service without a fault, and its canary passes."""
    seconds = world.clock.seconds(3600)
    print(f"an hour without a fault ({seconds:.0f} s)", flush=True)
    began = time.monotonic()
    sleep_until(world, began + seconds - world.judged)
    if world.analysis:
        canary_passes(world)
    sleep_until(world, began + seconds)
    alerts = world.prometheus.query(f"count_over_time(ALERTS[{math.ceil(seconds)}s])")
    if alerts:
        raise Failed(f"with nothing wrong, {described(alerts[0]['metric'])} was {alerts[0]['metric']['alertstate']}")
    if messages := world.inbox.since(0):
        raise Failed(f"with nothing wrong, {messages[0].receiver} got a message:\n{messages[0].text()}")
    say(f"no alert was pending or firing, and no receiver got a message, for {time.monotonic() - began:.0f} s")
    rate = sum(world.prometheus.values(f"rate({world.plan['metric']}_count[{seconds:.0f}s])"))
    if rate < 0.85 * 2 * world.rate:
        raise Failed(
            f"this machine is too slow for the drill: {rate:.0f} of {2 * world.rate} requests a second arrived"
        )
    say(f"{rate:.0f} requests a second arrived, of {2 * world.rate}")


def canary_passes(world: World) -> None:
    assert world.analysis
    rounds = 0
    judged: set[str] = set()
    deadline = time.monotonic() + 0.8 * world.judged
    while time.monotonic() < deadline:
        for name, (phase, values) in world.analysis.measure(world.prometheus).items():
            if phase != "Successful":
                raise Failed(f"the analysis of a healthy canary is {phase}: {name} returned {values}")
            judged |= {name} if values else set()
        rounds += 1
        time.sleep(world.analysis.interval)
    if world.compares and (silent := set(world.analysis.metrics) - judged):
        raise Failed(f"the analysis passes a canary without judging it: {', '.join(sorted(silent))} returned nothing")
    say(f"the analysis passes the canary: {len(world.analysis.metrics)} metrics, {rounds} times Successful")
