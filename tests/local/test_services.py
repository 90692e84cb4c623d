"""The private servers: addresses, sockets, starting twice. They run already, for the tests need them."""

import os
import stat
import tempfile
from pathlib import Path

import pytest
from django.db import connection

from sdgpartners.local import paths, readiness, services
from sdgpartners.local.account import ServiceAccount, service_account
from sdgpartners.local.errors import LocalError
from sdgpartners.local.processes import recorded
from sdgpartners.local.servers import Postgres, Redis

OWN = ServiceAccount(uid=os.geteuid(), gid=os.getegid(), name="self")


@pytest.fixture
def private(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a shell that names no servers of its own."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")


def test_starting_twice_starts_nothing(private: None) -> None:
    first = services.ensure("test")
    before = [recorded("test-postgres"), recorded("test-redis")]
    assert services.ensure("test") == first
    assert [recorded("test-postgres"), recorded("test-redis")] == before
    assert None not in before


def test_servers_of_ones_own_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/1")
    assert services.ensure("run") == services.Urls("postgres://somewhere/else", "redis://somewhere/1")
    assert services.private_servers("run") == []


def test_each_test_suffix_has_a_redis_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DB_SUFFIX", raising=False)
    assert (services.redis_number("run"), services.redis_number("test")) == (0, 0)
    monkeypatch.setenv("TEST_DB_SUFFIX", "ana")
    assert services.redis_number("run") == 0
    assert 1 <= services.redis_number("test") <= 63


def test_sockets_are_private_and_short() -> None:
    for kind in paths.KINDS:
        assert len(str(paths.sockets(kind) / ".s.PGSQL.5432.lock")) <= 107
        assert len(str(paths.sockets(kind) / "redis.sock")) <= 107
    services.ensure("test")
    folder = paths.sockets("test")
    found = folder.stat()
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == service_account().uid


def test_a_long_runtime_folder_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_var: Path
) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert len(str(paths.sockets("run"))) < 80


def test_a_folder_that_is_open_to_others_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_var: Path
) -> None:
    short = Path(tempfile.mkdtemp(prefix="sdgp-", dir="/tmp"))
    try:
        taken = short / "s"
        taken.mkdir()
        taken.chmod(0o755)
        (empty_var / "sockets-run").write_text(f"{taken}\n")
        short.chmod(0o755)
        with pytest.raises(LocalError, match="open to others"):
            paths.prepare_sockets("run", OWN)
    finally:
        taken.rmdir()
        short.rmdir()


def test_data_moves_out_of_a_folder_that_the_account_cannot_pass(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    monkeypatch.setattr(paths, "ROOT", hidden)
    stranger = ServiceAccount(uid=64_999, gid=64_999, name="stranger")
    assert paths.data_home("run", stranger) == paths.STATE / paths.clone_mark() / "run"
    assert not stranger.reaches(hidden)


def test_a_server_that_is_not_there_does_not_answer(tmp_path: Path) -> None:
    assert not readiness.postgres_answers(tmp_path)
    assert not readiness.redis_answers(tmp_path / "redis.sock")


def test_an_unknown_database_is_no_answer(private: None) -> None:
    services.ensure("test")
    assert Postgres("test").answers()
    assert Redis("test").answers()
    assert not readiness.postgres_answers(paths.sockets("test"), "no_such_database")


@pytest.mark.django_db
def test_names_sort_as_people_expect() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM (VALUES ('Zele'), ('Äs'), ('Antwerpen'), ('Essen')) AS t(name) ORDER BY name"
        )
        assert [name for (name,) in cursor.fetchall()] == ["Antwerpen", "Äs", "Essen", "Zele"]


def test_the_secret_key_is_made_once_and_private(empty_var: Path) -> None:
    first = services.secret_key()
    assert services.secret_key() == first
    assert len(first) >= 50
    assert stat.S_IMODE((empty_var / "secret-key").stat().st_mode) == 0o600
    assert [file.name for file in empty_var.iterdir()] == ["secret-key"]


@pytest.fixture
def empty_var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A `var/` in which nothing has been recorded."""
    folder = tmp_path / "var"
    folder.mkdir()
    monkeypatch.setattr(paths, "VAR", folder)
    return folder
