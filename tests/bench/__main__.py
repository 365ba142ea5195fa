"""Runs the benchmarks, prints one table and writes bench.json: `python -m tests.bench [name ...]`."""

from __future__ import annotations

import json
import multiprocessing
import pkgutil
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests import bench

JSON = Path("bench.json")
HOLDS = {True: "[green]yes[/]", False: "[bold red]no[/]", None: ""}


def written(name: str, result: bench.Result) -> dict[str, Any]:
    """Return a result as bench.json holds it."""
    return {
        "name": f"{name}: {result.name}",
        "value": float(f"{result.value:.4g}"),
        "unit": result.unit,
        "target": result.target,
        "holds": result.holds,
        "against": result.against,
    }


def main(names: list[str]) -> int:
    """Run what is named, or everything; return how many benchmarks broke down."""
    known = [module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")]
    if unknown := set(names) - set(known):
        sys.exit(f"No benchmark is called {', '.join(sorted(unknown))}. There are: {', '.join(known)}")
    console, rows, broken = Console(width=None if sys.stdout.isatty() else 150), [], 0
    table = Table("what", "measured", "", "target", "holds", "against", title="What Balie costs on this machine")
    table.columns[1].justify = "right"
    spawn = multiprocessing.get_context("spawn")
    for name in names or known:
        console.print(f"[dim]measuring {name} ...[/]")
        try:
            with ProcessPoolExecutor(1, mp_context=spawn) as fresh:
                found = fresh.submit(bench.run, name).result()
        except Exception as exc:
            console.print(f"[bold red]{name} broke down:[/] {exc!r}", highlight=False)
            broken += 1
            continue
        table.add_section()
        for result in found:
            row = written(name, result)
            rows.append(row)
            table.add_row(
                row["name"], f"{row['value']:g}", row["unit"], row["target"], HOLDS[row["holds"]], row["against"]
            )
        JSON.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(table)
    return broken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
