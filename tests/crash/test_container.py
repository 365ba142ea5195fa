"""The program as its Dockerfile runs it: built from the files that are copied, as nobody in particular, on a file
system that cannot be written but for /data and /tmp.

Without a container engine: bubblewrap makes the same walls.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import pytest

from tests.peers.installed import need
from tests.peers.postgresql import free_port

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
USER = re.findall(r"--uid (\d+)", DOCKERFILE)[0]
WALLS = f"--as-pid-1 --unshare-user --unshare-pid --uid {USER} --gid {USER} --cap-drop ALL --die-with-parent".split()
PATIENCE = 60.0  # seconds; a busy machine takes long to start
OURS = {"proc", "dev", "sys", "tmp", "data", "opt", "run"}  # folders of / that are not those of this machine


def copied() -> list[str]:
    """Return what the Dockerfile copies from the project before it installs it."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    return [name for line in lines for name in line.split() if not name.startswith("requirements/")]


def environment() -> dict[str, str]:
    found = dict(re.findall(r"(BALIE_\w+|PYTHON\w+)=(\S+)", DOCKERFILE))
    assert found["BALIE_DATA"] == "/data"
    return found


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first stage of the Dockerfile installs."""
    source, opt = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("opt")
    for name in copied():
        whole = ROOT / name
        (shutil.copytree if whole.is_dir() else shutil.copy2)(whole, source / name)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*install, "--target", opt, source], check=True)
    return opt


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    sample = files("knowledge").joinpath("rulebook/samples/small_town.yaml").read_text(encoding="utf-8")
    (folder / "routing_rules.yaml").write_text(sample, encoding="utf-8")
    return folder


@lru_cache
def bubblewrap() -> Path:
    """Return the command that builds walls, on a machine whose kernel lets somebody build them."""
    command = need("bubblewrap")
    if subprocess.run([command, *WALLS, "--ro-bind", "/", "/", "true"], check=False).returncode:
        pytest.skip("The kernel of this machine gives no user namespaces")
    return command


def inside(image: Path, data: Path, *command: str, port: int = 0) -> list[str]:
    """Return the command line that runs a command within the walls of the container."""
    machine = [folder for folder in Path("/").iterdir() if folder.name not in OURS]
    binds = [("--symlink", os.readlink(f), f) if f.is_symlink() else ("--ro-bind", f, f) for f in sorted(machine)]
    variables = environment() | {"PATH": os.environ["PATH"], "PYTHONPATH": "/opt", "BALIE_PORT": str(port)}
    walls = [*WALLS]
    walls += ["--clearenv", *(part for pair in variables.items() for part in ("--setenv", *pair))]
    walls += ["--tmpfs", "/", *(part for bind in binds for part in map(str, bind))]
    walls += ["--ro-bind", str(image), "/opt", "--bind", str(data), "/data"]
    walls += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    walls += [part for python in (sys.prefix, sys.base_prefix) for part in ("--ro-bind", python, python)]
    walls += ["--remount-ro", "/", "--chdir", "/data"]
    return [str(bubblewrap()), *walls, *command]


@pytest.fixture
def running(image: Path, data: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    module = [sys.executable, "-m", "handlers.cli", *re.findall(r'^CMD \["(\w+)"\]$', DOCKERFILE, re.MULTILINE)]
    process = subprocess.Popen(inside(image, data, *module, port=port))
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


def test_the_walls_hold(image: Path, data: Path) -> None:
    tries = "id -u; touch /data/x && echo data; touch /tmp/x && echo tmp; touch /x || touch /opt/x || echo closed"
    found = subprocess.run(inside(image, data, "sh", "-c", tries), capture_output=True, text=True, check=True)
    assert found.stdout.split() == [USER, "data", "tmp", "closed"]


def test_the_installed_program_is_whole(image: Path, data: Path) -> None:
    where = inside(image, data, sys.executable, "-c", "import handlers; print(handlers.__file__)")
    assert subprocess.run(where, capture_output=True, text=True, check=True).stdout.startswith("/opt/handlers")
    check = inside(image, data, sys.executable, "-m", "handlers.cli", "check", "/data/routing_rules.yaml")
    assert "is in orde" in subprocess.run(check, capture_output=True, text=True, check=True).stdout


def test_it_serves_keeps_what_it_must_in_data_and_stops_in_time(
    running: tuple[subprocess.Popen[bytes], int], data: Path
) -> None:
    process, port = running
    give_up = time.monotonic() + PATIENCE
    while status(port) != 200:
        assert process.poll() is None
        assert time.monotonic() < give_up
        time.sleep(0.1)
    assert (data / "balie.db").exists()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGTERM)
    assert process.wait(timeout=15) in (0, 128 + signal.SIGTERM)


def status(port: int) -> int:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as asked:
            asked.request("GET", "/livez")
            return asked.getresponse().status
    except OSError:
        return 0
