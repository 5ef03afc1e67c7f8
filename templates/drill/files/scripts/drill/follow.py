"""One fault after the other, each followed to its receiver and back."""

import math
import re
import time
from dataclasses import dataclass
from typing import Any

from inbox import Message
from judge import LATE, Failed, described, differences, say
from runbook import Runbook, path_of
from world import World

# A query that has no data while its alert fires, and why that is right.
EMPTY = {
    ("NoTraffic", "proof"): "the drill has fewer instances than production, which the last query counts",
}


@dataclass
class Fault:
    """One way to break the service, and what must follow from it."""

    name: str
    story: str
    expected: dict[str, Any]
    instances: list[str]
    switch: dict[str, float]
    detect: float
    reset: float
    aborts: str = ""
    abort_after: float = 0.0


def follow(world: World, fault: Fault) -> None:
    """Break the service, follow the alert to its receiver, repair it, and see everything end."""
    print(f"{fault.name}: {fault.story}", flush=True)
    began = time.monotonic()
    if fault.switch:
        world.fault(fault.instances, **fault.switch)
    else:
        world.outage()
    began_fault = time.monotonic()
    if fault.aborts:
        canary_aborts(world, fault, began_fault)
    message = first_message(world, fault, began, began_fault)
    check_message(world, fault, message)
    runbook = check_runbook(world, fault)
    recover(world, fault, runbook)
    nothing_else(world, fault, began)


def first_message(world: World, fault: Fault, began: float, began_fault: float) -> Message:
    """The alert fires, in time and not before, and a message about it arrives."""
    expected = fault.expected
    delay = world.scrape + world.evaluation + LATE
    allowed = fault.detect * 1.05 + delay
    name = described({"alertname": expected["alert"], **expected})
    fired = 0.0
    while not fired:
        world.bench.alive()
        for alert in world.prometheus.firing():
            wrong = differences(world, alert["labels"], expected)
            if wrong:
                raise Failed(f"{described(alert['labels'])} fires, and the fault should make {name} fire: {wrong}")
            fired = time.monotonic() - began_fault
        if not fired and time.monotonic() - began_fault > allowed:
            raise Failed(f"{name} does not fire within {allowed:.1f} s (computed: {fault.detect:.1f} s)")
        time.sleep(0.05)
    if fired < fault.detect * 0.8 - delay:
        raise Failed(f"{name} fires after {fired:.1f} s, long before the {fault.detect:.1f} s that its objective gives")
    say(f"{name} fires after {fired:.1f} s (computed {fault.detect:.1f} s, allowed {allowed:.1f} s)")
    allowed = fired + world.group_wait + LATE
    while True:
        messages = [message for message in world.inbox.since(began) if not message.resolved]
        if messages:
            after = messages[0].at - began_fault
            say(f"{messages[0].receiver} gets a message after {after:.1f} s (allowed {allowed:.1f} s)")
            return messages[0]
        if time.monotonic() - began_fault > allowed:
            raise Failed(f"{name} fires, and no receiver got a message within {allowed:.1f} s")
        time.sleep(0.05)


def check_message(world: World, fault: Fault, message: Message) -> None:
    """The right receiver, and a message that says how urgent it is, whose it is, and what to read."""
    expected, plan = fault.expected, world.plan
    receiver = plan["receivers"][expected["severity"]]
    if message.receiver != receiver:
        raise Failed(f"{expected['alert']} ({expected['severity']}) reaches {message.receiver}, not {receiver}")
    url = f"{plan['repository']}docs/runbooks/{expected['alert']}.md"
    if "payload" in message.body:
        details = message.body["payload"]["custom_details"]
        said = {"priority": details["priority"], "owner": details["owner"], "runbook": details["runbook"]}
        wanted = {"priority": expected["priority"], "owner": plan["owner"], "runbook": url}
        heading = message.body["payload"]["summary"]
    else:
        heading = message.title()
        owner, link = re.search(r"Owner: (\S+?)\.? ", message.text()), re.search(r"<([^|>]+)\|Runbook>", message.text())
        said = {"owner": owner and owner[1], "runbook": link and link[1]}
        wanted = {"owner": plan["owner"], "runbook": url}
    for key, value in wanted.items():
        if said[key] != value:
            raise Failed(f"the message to {receiver} names the {key} {said[key]!r}, not {value!r}")
    if not heading.startswith(f"{expected['priority']} "):
        raise Failed(f"the message to {receiver} begins with {heading!r}, not with its priority {expected['priority']}")
    say(f"it says {expected['priority']}, {plan['owner']} and the runbook: {heading!r}")


def canary_aborts(world: World, fault: Fault, began: float) -> None:
    assert world.analysis
    allowed = fault.abort_after + world.scrape + world.analysis.interval + LATE
    while True:
        measured = world.analysis.measure(world.prometheus)
        after = time.monotonic() - began
        failed = [name for name, (phase, _) in measured.items() if phase == "Failed"]
        if failed and failed != [fault.aborts]:
            raise Failed(f"the analysis aborts the canary for {', '.join(failed)}, and the fault is {fault.aborts}")
        if failed:
            break
        if after > allowed:
            seen = ", ".join(f"{name} {phase} {values}" for name, (phase, values) in measured.items())
            raise Failed(
                f"the analysis has not aborted the canary after {after:.1f} s (allowed {allowed:.1f} s): {seen}"
            )
        time.sleep(world.analysis.interval / 2)
    value = measured[fault.aborts][1][0]
    say(
        f"the analysis aborts the canary: {fault.aborts} Failed at {value:.3g} after {after:.1f} s "
        f"(allowed {allowed:.1f} s)"
    )


def check_runbook(world: World, fault: Fault) -> Runbook:
    """The link leads to a file of this repository, whose queries have data while the alert fires."""
    url = next(
        alert["annotations"]["runbook_url"]
        for alert in world.prometheus.firing()
        if not differences(world, alert["labels"], fault.expected)
    )
    try:
        path = path_of(url, world.plan["repository"], world.root)
    except ValueError as error:
        raise Failed(str(error)) from error
    runbook = Runbook(path.read_text(encoding="utf-8"))
    name = path.relative_to(world.root)
    if missing := runbook.missing():
        raise Failed(f"{name} has no {', '.join(missing)}, or nothing under it")
    for query in runbook.queries():
        values = world.prometheus.values(world.clock.query(query))
        if not values or all(math.isnan(value) for value in values):
            raise Failed(f"{name}: this query returns {'NaN' if values else 'nothing'} while the alert fires: {query}")
    for query in runbook.proofs():
        if world.prometheus.values(world.clock.query(query)):
            raise Failed(f"{name}: this query is to prove the recovery, and holds while the alert fires: {query}")
    counts = f"{len(runbook.queries())} queries return data, {len(runbook.proofs())} wait for the recovery"
    say(f"{name} has its headings; {counts}")
    return runbook


def recover(world: World, fault: Fault, runbook: Runbook) -> None:
    # The first instance that is back ends an outage, and that may be told before the last one is.
    repairing = time.monotonic()
    if fault.switch:
        world.fault(fault.instances)
    else:
        world.end_outage()
    began = time.monotonic()
    allowed = fault.reset + world.scrape + world.evaluation + LATE
    while any(not differences(world, alert["labels"], fault.expected) for alert in world.prometheus.firing()):
        if time.monotonic() - began > allowed:
            raise Failed(f"{fault.expected['alert']} still fires {allowed:.1f} s after the recovery")
        time.sleep(0.05)
    ended = time.monotonic() - began
    say(f"repaired, it ends after {ended:.1f} s (allowed {allowed:.1f} s)")
    allowed = ended + world.group_interval + LATE
    receiver = world.plan["receivers"][fault.expected["severity"]]
    while not (messages := [message for message in world.inbox.since(repairing) if message.resolved]):
        if time.monotonic() - began > allowed:
            raise Failed(f"{receiver} is not told that it is over within {allowed:.1f} s")
        time.sleep(0.05)
    if messages[0].receiver != receiver:
        raise Failed(f"{messages[0].receiver} is told that it is over, and {receiver} got the alert")
    if (title := messages[0].title()) and not title.startswith("Resolved"):
        raise Failed(f"{receiver} is told that it is over by a message that begins with {title!r}")
    told = max(0.0, messages[0].at - began)
    say(f"{receiver} is told so after {told:.1f} s (allowed {allowed:.1f} s)")
    prove(world, fault, runbook)


def prove(world: World, fault: Fault, runbook: Runbook) -> None:
    """What the runbook calls the proof of a recovery holds."""
    deadline = time.monotonic() + world.clock.seconds(300) + LATE
    open_queries = runbook.proofs()
    if reason := EMPTY.get((fault.expected["alert"], "proof")):
        print(f"      not asked: {open_queries.pop()}: {reason}")
    while open_queries := [query for query in open_queries if not world.prometheus.values(world.clock.query(query))]:
        if time.monotonic() > deadline:
            raise Failed(f"the runbook's proof of the recovery does not hold: {open_queries[0]}")
        time.sleep(world.evaluation / 2)
    say("the runbook's proof of the recovery holds")


def nothing_else(world: World, fault: Fault, began: float) -> None:
    """In all this time no other alert fired, and nobody else got a message."""
    expected = fault.expected
    seconds = math.ceil(time.monotonic() - began)
    for sample in world.prometheus.query(f'count_over_time(ALERTS{{alertstate="firing"}}[{seconds}s])'):
        if wrong := differences(world, sample["metric"], expected):
            raise Failed(f"{described(sample['metric'])} fired too: {wrong}")
    receiver = world.plan["receivers"][expected["severity"]]
    messages = world.inbox.since(began)
    for message in messages:
        if message.receiver != receiver or expected["alert"] not in message.text():
            raise Failed(f"{message.receiver} got another message:\n{message.text()}")
    say(f"no other alert fired; {len(messages)} messages in all, to {receiver} alone")
