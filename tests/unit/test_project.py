"""What the repository promises about itself: locked dependencies, a licence, a description that catalogues can read."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot import settings

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]
LOCKED = re.compile(r"[a-z0-9-]+==\S+(?: ; .+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+")
ADDRESS = re.compile(r"://|--index-url|--extra-index-url|--find-links|\s@\s")


def blocks(lock: Path) -> list[str]:
    """A locked package with its hashes is one logical line."""
    return lock.read_text().replace("\\\n", " ").splitlines()


def names(lock: Path) -> set[str]:
    return {plain(line) for line in blocks(lock)}


def plain(requirement: str) -> str:
    """`SQLAlchemy[asyncio] >= 2` is `sqlalchemy`, in the spelling of the locks."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[\s;<>=!~]", requirement, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_an_exact_version_and_hashes(lock: Path) -> None:
    assert [line for line in blocks(lock) if not LOCKED.fullmatch(line)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_address_so_that_any_mirror_serves(lock: Path) -> None:
    assert ADDRESS.findall(lock.read_text()) == []


def test_what_the_project_depends_on_is_locked() -> None:
    needed = {plain(each) for each in PROJECT["dependencies"]}
    assert needed - names(ROOT / "requirements/run.txt") == set()
    for_developers = {plain(each) for each in PROJECT["optional-dependencies"]["dev"]}
    assert (needed | for_developers) - names(ROOT / "requirements/dev.txt") == set()


def test_who_tests_runs_the_same_versions_as_a_town() -> None:
    versions = [
        {line.split(" --hash")[0] for line in blocks(ROOT / f"requirements/{name}.txt")} for name in ("run", "dev")
    ]
    assert versions[0] - versions[1] == set()


def test_the_packages_of_the_peers_are_locked_without_addresses() -> None:
    packages = json.loads((ROOT / "tests/peers/package-lock.json").read_text())["packages"]
    fetched = {path: package for path, package in packages.items() if path and not package.get("link")}
    assert [path for path, package in fetched.items() if "integrity" not in package] == []
    assert [path for path, package in fetched.items() if "resolved" in package] == []


def test_catalogues_of_public_software_can_read_what_balie_is() -> None:
    description = YAML(typ="safe").load(ROOT / "publiccode.yml")
    assert description["publiccodeYmlVersion"] == "0.4"
    assert description["legal"]["license"] == PROJECT["license"] == "EUPL-1.2"
    assert description["softwareVersion"] == PROJECT["version"]
    assert set(description["description"]) == set(description["localisation"]["availableLanguages"])
    for text in description["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]


def test_the_whole_licence_is_there() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert [article for article in range(1, 16) if not re.search(rf"^{article}\.\s?[A-Z]", licence, re.MULTILINE)] == []


def test_the_container_runs_as_nobody_in_particular_and_installs_only_what_is_locked() -> None:
    steps = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    assert [step.split()[1] for step in steps if step.startswith("USER ")] == ["balie"]
    installs = [step for step in steps if "pip install" in step]
    assert [step for step in installs if "--require-hashes" not in step and "--no-deps" not in step] == []


def test_the_replicas_of_compose_write_nothing_and_share_one_database_and_secret() -> None:
    compose = YAML(typ="safe").load(ROOT / "compose.yaml")
    replicas = [each for each in compose["services"].values() if each["image"] == "balie"]
    assert len(replicas) == 2
    for replica in replicas:
        assert replica["read_only"]
        assert replica["cap_drop"] == ["ALL"]
        known = {name.removesuffix("_FILE").removeprefix(settings.PREFIX) for name in replica["environment"]}
        assert known - set(settings.KNOWN) == set()
        assert {"DATABASE", "SECRET"} <= known
        assert set(replica["secrets"]) <= set(compose["secrets"])
    assert compose["services"]["database"]["image"] == "postgres:15"


def test_every_command_that_the_readme_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        assert set(re.findall(r"(?:^    |`)make ([a-z]+)", page.read_text(), re.MULTILINE)) <= targets


def test_the_example_names_every_setting_and_can_be_used_as_it_is() -> None:
    lines = [line.removeprefix("# ") for line in (ROOT / ".env.example").read_text().splitlines()]
    example = dict(line.split("=", 1) for line in lines if re.match(r"BALIE_[A-Z_]+=", line))
    assert {settings.PREFIX + name for name in settings.KNOWN} - set(example) == set()
    settings.read(example)


def test_ci_can_be_started() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_in_the_documentation_leads_nowhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text())
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
