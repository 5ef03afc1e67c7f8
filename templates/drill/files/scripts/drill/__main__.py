"""Break the service on purpose, and follow every alert to the person who is called.

Usage: python3 scripts/drill [--only NAME...] [--keep]

Starts the service in its drill build twice (a stable version and a canary), load, a Prometheus with ops/slo/rules.yml
and an Alertmanager with ops/alertmanager.yml, all on loopback and with a clock that runs faster (ops/drill.json).
Exit code 0: everything held. 1: something did not; the logs stay, and their folder is printed. 2: wrong usage.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench import BenchError
from faults import faults
from follow import follow
from judge import Failed
from quiet import check_recordings, quiet_hour
from routes import tickets_and_page
from world import World

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = ("quiet", "errors", "latency", "saturation", "silence", "routes")


def terminated(_signal: int, _frame: object) -> None:
    sys.exit(143)


def drill(world: World, only: list[str]) -> int:
    """Run the drill; how many faults were followed."""
    factor = world.plan["factor"]
    print(f"drill of {world.plan['service']}: an hour is {3600 / factor:.0f} s, and {factor} s are 1", flush=True)
    world.begin()
    print(f"2 instances, {world.rate} requests a second each, {world.limit} places each, ready", flush=True)
    if not world.compares:
        print("      not judged: the comparison of error rates with the stable version, which needs more requests")
    check_recordings(world)
    if not only or "quiet" in only:
        quiet_hour(world)
    chosen = [fault for name, fault in faults(world).items() if not only or name in only]
    for fault in chosen:
        follow(world, fault)
    if not only or "routes" in only:
        tickets_and_page(world)
    return len(chosen)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make drill")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=[], help="leave out the others")
    parser.add_argument("--keep", action="store_true", help="keep the logs of a drill that held, too")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, terminated)
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    world = None
    code = 1
    try:
        world = World(ROOT, folder)
        count = drill(world, arguments.only)
        code = 0
        took = time.monotonic() - began
        print(f"the drill held: {count} faults, each followed to its receiver and back, in {took:.0f} s")
    except (Failed, BenchError, ValueError, OSError) as error:
        print(f"FAILED  {error}", file=sys.stderr)
    except KeyboardInterrupt:
        code = 130
        print("interrupted", file=sys.stderr)
    finally:
        # A second Ctrl-C must not leave something running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if world:
            world.end()
        if code == 0 and not arguments.keep or code == 130:
            shutil.rmtree(folder)
        else:
            print(f"the logs are in {folder}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
