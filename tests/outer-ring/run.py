#!/usr/bin/env python3
"""The outer ring: the real tools, run on what goldpath generates.

Installs them at pinned versions into one folder, then goes on in their Python environment (ring.py). Every preset is
rendered for every platform. Each check runs on every render it is made for, and once on a render with a planted fault,
which it must report: a check that can't fail proves nothing.

Usage: tests/outer-ring/run.py --goldpath target/debug/goldpath
"""

import os
import sys
from pathlib import Path

from install import install
from options import parse

if __name__ == "__main__":
    options = parse()
    install(options.tools)
    python = options.tools / "venv" / "bin" / "python"
    os.execv(python, [str(python), "-B", str(Path(__file__).with_name("ring.py")), *sys.argv[1:]])
