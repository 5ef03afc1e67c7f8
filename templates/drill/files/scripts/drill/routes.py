"""What the Alertmanager makes of several alerts about one objective."""

import time

from judge import LATE, Failed, say, sleep_until
from world import World


def tickets_and_page(world: World) -> None:
    """Tickets of one objective come as one message, and say nothing more while a page is open."""
    rules = [rule for group in world.rules["groups"] for rule in group["rules"] if rule.get("alert")]
    burning = [
        rule for rule in rules if rule["labels"]["slo"] == "availability" and "burns" in rule["annotations"]["summary"]
    ]
    tickets = [rule for rule in burning if rule["labels"]["severity"] == "ticket"]
    pages = [rule for rule in burning if rule["labels"]["severity"] == "page"]
    if len(tickets) < 2 or not pages:
        return
    print("routes: two tickets and a page about one objective, given to the Alertmanager", flush=True)
    began = time.monotonic()
    world.give(tickets)
    sleep_until(world, began + world.group_wait + LATE)
    messages = world.inbox.since(began)
    first = min(rule["labels"]["priority"] for rule in tickets)
    if [message.receiver for message in messages] != [world.plan["receivers"]["ticket"]]:
        raise Failed(f"two tickets about one objective make messages to {[message.receiver for message in messages]}")
    if not messages[0].title().startswith(f"{first} "):
        raise Failed(f"a message about tickets of two priorities begins with {messages[0].title()!r}, not with {first}")
    say(f"both tickets are one message to {messages[0].receiver}, which says {first}")
    world.give(pages[:1])
    sleep_until(world, began + world.group_interval + 2 * LATE)
    suppressed = sum(alert["status"]["state"] == "suppressed" for alert in world.alerts())
    if suppressed != len(tickets):
        raise Failed(f"a page is open, and {suppressed} of {len(tickets)} tickets about its objective are silent")
    later = [message.receiver for message in world.inbox.since(began)[1:] if not message.resolved]
    if later != [world.plan["receivers"]["page"]]:
        raise Failed(f"a page about the same objective makes messages to {later}")
    say(f"the page reaches {later[0]}, and silences the {len(tickets)} tickets")
