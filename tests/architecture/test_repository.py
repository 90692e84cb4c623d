"""What the whole repository must keep to: nothing of one machine or network in it, and no dead path."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
NOT_TRACKED = {
    ".git",
    ".venv",
    "var",
    "__pycache__",
    "node_modules",
    ".hypothesis",
    ".ruff_cache",
    ".mypy_cache",
}
# Package registries and mirrors, private network addresses, folders of one machine. Spelled so that this file
# does not match itself.
FORBIDDEN = {
    "registry": re.compile(
        r"(p[y]pi|python[h]osted|npm[j]s|jsdelivr|unpkg|artifactory|nexus)\.(org|com|net|io)", re.I
    ),
    "index option": re.compile(r"--(extra-)?index-url|--find-links|--trusted-host"),
    "private address": re.compile(
        r"(?<![\d.])(10\.\d{1,3}|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])"
    ),
    "machine path": re.compile(r"(?<![\w.}/])/(work|home|root|Users|mnt)/[a-z]"),
}


def tracked_files() -> list[Path]:
    """Git's files, with those about to be added; without git (an unpacked archive) all but the made ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    found = [file for file in ROOT.rglob("*") if file.is_file()]
    return [file for file in found if not NOT_TRACKED & set(file.relative_to(ROOT).parts)]


def text_of(file: Path) -> str:
    """The text of a file; nothing for a picture or another binary."""
    try:
        return file.read_text()
    except UnicodeDecodeError:
        return ""


def faults_in(text: str) -> list[str]:
    """What the text holds that no committed file may."""
    return [f"{what}: {found[0]}" for what, shape in FORBIDDEN.items() if (found := shape.search(text))]


def compose() -> dict[str, dict[str, dict[str, Any]]]:
    """docker-compose.yml, merged keys resolved."""
    return YAML(typ="safe").load(ROOT / "docker-compose.yml")


def test_no_tracked_file_names_a_registry_a_private_network_or_a_machine() -> None:
    faults = {str(file.relative_to(ROOT)): faults_in(text_of(file)) for file in tracked_files()}
    # This file holds the shapes themselves.
    faults.pop("tests/architecture/test_repository.py")
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://files.python" + "hosted.org/x", "registry"),
        ("pip install --extra-" + "index-url x", "index option"),
        ("server at 10.1" + ".2.3", "private address"),
        ("see /home" + "/somebody/x", "machine path"),
    ],
)
def test_the_shapes_above_find_what_they_are_for(text: str, kind: str) -> None:
    assert [fault.split(":")[0] for fault in faults_in(text)] == [kind]


def test_the_lock_files_hash_every_requirement() -> None:
    for name in ("run.txt", "dev.txt"):
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        requirements = [line for line in lines if line and not line.startswith((" ", "#"))]
        pins = [line for line in requirements if re.match(r"[A-Za-z0-9_.\-\[\],]+==\S+ .*\\$", line)]
        assert pins == requirements
        assert len(pins) > 30
        assert sum("--hash=sha256:" in line for line in lines) >= len(pins)


def test_compose_names_only_services_volumes_and_files_that_exist() -> None:
    content = compose()
    services = content["services"]
    assert set(services) == {"prepare", "web", "worker", "beat", "postgres", "redis", "mail", "clamav"}
    # Started only where it is asked for.
    assert {name for name, service in services.items() if "profiles" in service} == {"clamav"}
    for name, service in services.items():
        needed = service.get("depends_on", {})
        assert set(needed) <= set(services), name
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in content["volumes"] or (ROOT / source).exists(), f"{name}: {source}"
        files = service.get("env_file", [])
        for file in [files] if isinstance(files, str) else files:
            assert (ROOT / file).exists(), f"{name}: {file}"
        if build := service.get("build"):
            folder = build if isinstance(build, str) else build["context"]
            assert (ROOT / folder / "Dockerfile").exists()


def test_every_path_that_the_dockerfile_copies_exists_and_is_let_through() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [
        path
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for path in line.split()[1:-1]
    ]
    assert len(copied) > 10
    for path in copied:
        assert (ROOT / path).exists(), path
        assert path in allowed, f"{path} is hidden by .dockerignore"


def test_ci_runs_the_commands_that_the_readme_names() -> None:
    ci = (ROOT / ".ci" / "run").read_text()
    readme = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in ("test", "check"):
        assert re.search(rf"^make {target}\b", ci, re.M), target
        assert f"make {target}" in readme, target
        assert re.search(rf"^{target}:", makefile, re.M), target
    packages = "apt install git make python3 python3-venv"
    assert packages in readme
    assert packages in ci


def test_the_licence_is_the_one_that_the_project_names() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    assert 'license = "EUPL-1.2"' in (ROOT / "pyproject.toml").read_text()
