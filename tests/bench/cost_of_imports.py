"""What it costs to import each platform's library, each in a fresh process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from tests.bench import Result

PROBE = """
import importlib, resource, sys, time
start = time.perf_counter()
for name in sys.argv[1:]:
    importlib.import_module(name)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
PLATFORMS = ("atproto", "telegram.ext", "slack_bolt.async_app", "tweepy.asynchronous")
OURS = ("sqlmodel", "alembic", "starlette.applications", "uvicorn", "jinja2", "structlog")


def cost(*modules: str) -> tuple[float, float]:
    """Return seconds and MB of a fresh process that imports these."""
    command = [sys.executable, "-c", PROBE, *modules]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(3)]
    return median(float(took) for took, _ in runs), median(float(size) for _, size in runs)


def results() -> Iterator[Result]:
    rows = {"nothing": (), "what Balie always needs": OURS}
    rows |= {f"that and {platform}": (*OURS, platform) for platform in PLATFORMS}
    rows["that and all platforms"] = (*OURS, *PLATFORMS)
    for name, modules in rows.items():
        seconds, megabytes = cost(*modules)
        yield Result(name=name, value=seconds, unit="s")
        yield Result(name=f"{name}, memory", value=megabytes, unit="MB")
