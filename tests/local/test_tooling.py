"""Packages, libraries, catalogues and the supervisor's file, as far as they decide without installing."""

import configparser
import shlex
from pathlib import Path

import pytest

from sdgpartners.local import catalogues, libraries, packages, running, stamps, supervision
from sdgpartners.local.errors import LocalError


def test_missing_packages_are_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr(packages, "has_postgres", lambda: False)
    monkeypatch.setattr(packages, "_right_to_install", lambda: None)
    with pytest.raises(LocalError) as refusal:
        packages.install_missing("run")
    text = str(refusal.value)
    assert "apt install postgresql)" in text
    assert "DATABASE_URL and REDIS_URL" in text
    assert "\n" not in text


def test_servers_of_ones_own_need_no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres:///x")
    monkeypatch.setattr(packages, "has_postgres", lambda: False)
    assert "postgresql" not in packages.missing_packages("run")


def test_fonts_are_asked_for_by_what_they_can_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(packages, "FONTS", (tmp_path, tmp_path / "no such folder"))
    fonts = {"fonts-dejavu-core", "fonts-noto-color-emoji"}
    (tmp_path / "LiberationSans-Regular.ttf").touch()
    assert fonts.issubset(packages.missing_packages("run"))
    (tmp_path / "DejaVuSans.ttf").touch()
    assert fonts & set(packages.missing_packages("run")) == {"fonts-noto-color-emoji"}
    (tmp_path / "noto").mkdir()
    (tmp_path / "noto" / "NotoColorEmoji.ttf").touch()
    assert fonts.isdisjoint(packages.missing_packages("run"))


def test_the_portal_runs_without_emoji_where_they_cannot_be_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "_right_to_install", lambda: None)
    monkeypatch.setattr(packages, "EMOJI", ("no such font",))
    assert packages.install_missing("run") == []
    assert "fonts-noto-color-emoji" in capsys.readouterr().out
    monkeypatch.setattr(packages, "LETTERS", ("no such font",))
    with pytest.raises(LocalError, match="fonts-dejavu-core"):
        packages.install_missing("run")


def test_only_the_tests_ask_for_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "browser", lambda: None)
    assert "chromium" in packages.missing_packages("test")
    assert "chromium" not in packages.missing_packages("run")


def test_a_changed_lock_has_another_mark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "run.txt"
    monkeypatch.setattr(libraries, "ROOT", tmp_path)
    lock.write_text("a==1")
    before = libraries.lock_mark("run")
    assert libraries.lock_mark("run") == before
    lock.write_text("a==2")
    assert libraries.lock_mark("run") != before


def test_a_stamp_holds_for_its_input_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stamps, "STAMPS", tmp_path / "stamps")
    assert not stamps.is_done("migrated", "a")
    stamps.note_done("migrated", "a")
    assert stamps.is_done("migrated", "a")
    assert not stamps.is_done("migrated", "b")
    stamps.forget("migrated")
    assert not stamps.is_done("migrated", "a")


def test_the_date_of_extraction_is_no_difference() -> None:
    text = 'msgid ""\n"POT-Creation-Date: 2026-11-23 07:00+0100\\n"\n"Language: nl\\n"\n'
    later = text.replace("07:00", "09:30")
    assert catalogues.without_date(text) == catalogues.without_date(later)
    assert catalogues.without_date(text) != catalogues.without_date(text.replace("nl", "fr"))


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> configparser.RawConfigParser:
    """The supervisor's file of a clone below a folder with a blank and a per cent sign in its name."""
    monkeypatch.delenv("DATABASE_URL")
    odd = tmp_path / "100% mine"
    odd.mkdir()
    monkeypatch.setattr(supervision, "PYTHON", odd / "python")
    monkeypatch.setattr(supervision, "CONFIGURATION", tmp_path / "supervisord.conf")
    monkeypatch.setattr(supervision, "LOGS", tmp_path / "log")
    parsed = configparser.RawConfigParser()
    parsed.read(supervision.write_configuration(8123))
    return parsed


def test_the_supervisor_starts_servers_first_and_leaves_out_ones_own(
    programs: configparser.RawConfigParser,
) -> None:
    names = [section.removeprefix("program:") for section in programs.sections()[1:]]
    # REDIS_URL is set while tests run, so Redis is somebody else's.
    assert names == ["postgres", "web", "worker", "beat"]
    priorities = [programs.getint(section, "priority") for section in programs.sections()[1:]]
    assert priorities == sorted(set(priorities))


def test_odd_paths_survive_the_supervisors_file(programs: configparser.RawConfigParser) -> None:
    command = shlex.split(programs.get("program:web", "command").replace("%%", "%"))
    assert command[0].endswith("100% mine/python")
    assert "127.0.0.1:8123" in command


@pytest.mark.parametrize("port", ["0", "65536", "web", "-1", "80.5"])
def test_a_wrong_port_is_named(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(LocalError, match="PORT is not a port number"):
        running.chosen_port()
