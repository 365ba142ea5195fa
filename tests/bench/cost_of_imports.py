"""What it costs to import each platform's library, each in a fresh process: `python -m tests.bench.cost_of_imports`."""

from __future__ import annotations

import subprocess
import sys

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
    """Seconds and MB of a fresh process that imports these, the fastest of three."""
    command = [sys.executable, "-c", PROBE, *modules]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(3)]
    seconds, megabytes = min((float(took), float(size)) for took, size in runs)
    return seconds, megabytes


def main() -> None:
    """Print one line per library and one for all."""
    rows = {"nothing": (), "what Balie always needs": OURS}
    rows |= {f"that and {platform}": (*OURS, platform) for platform in PLATFORMS}
    rows["that and all platforms"] = (*OURS, *PLATFORMS)
    for name, modules in rows.items():
        seconds, megabytes = cost(*modules)
        print(f"{name:36} {seconds:5.2f} s  {megabytes:4.0f} MB")


if __name__ == "__main__":
    main()
