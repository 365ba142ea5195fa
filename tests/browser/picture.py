"""Makes the README's picture from the running demo: `make picture`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parents[2] / "docs/demo.png"
CARDS = 3  # cards to wait for, so that the picture shows work
PATIENCE = 120.0  # seconds


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo on a free port with an empty database, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).parent / "balie", "demo", "--no-open", "--port", str(port)]
        process = subprocess.Popen(command, env={**os.environ, "BALIE_DATA": folder}, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/livez", process)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=15)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except urllib.error.URLError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The demo did not start.")


def main() -> None:
    """Photograph the page once it shows some cards."""
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.locator(".card").nth(CARDS - 1).wait_for(timeout=PATIENCE * 1000)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
