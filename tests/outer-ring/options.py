"""The command line, the same for both halves of the runner."""

import argparse
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def parse() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Runs the real tools on what goldpath generates.")
    parser.add_argument("--goldpath", type=Path, required=True, help="the program to test")
    parser.add_argument("--pack", default="builtin", help="the pack to render: a folder, or the built-in one")
    parser.add_argument("--tools", type=Path, default=ROOT / "target" / "outer-ring-tools", help="where tools are kept")
    parser.add_argument("--work", type=Path, default=ROOT / "target" / "outer-ring", help="where renders are written")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="checks at a time")
    parser.add_argument("--only", default="", help="only the checks whose name contains this text")
    parser.add_argument("--with-service", action="store_true", help="also build the service and test its contract")
    parser.add_argument(
        "--target", type=Path, default=ROOT / "target" / "outer-ring-target", help="where the service is compiled"
    )
    options = parser.parse_args()
    options.goldpath = options.goldpath.resolve()
    options.tools = options.tools.resolve()
    options.target = options.target.resolve()
    options.work = options.work.resolve()
    return options
