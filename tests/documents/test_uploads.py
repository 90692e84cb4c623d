"""Files in pieces: cut off, continued, repeated, and never somebody else's."""

import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from sdgpartners.core import clock
from sdgpartners.core.errors import LimitExceeded
from sdgpartners.documents import tasks
from sdgpartners.documents.errors import FileRefused, UploadRefused
from sdgpartners.documents.models import Upload
from sdgpartners.documents.services import uploads
from sdgpartners.documents.services.uploads import MOST_OPEN, begin_upload, path_of, received
from sdgpartners.people.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
BODY = bytes(range(256)) * 40


@pytest.fixture
def user() -> User:
    person: User = UserFactory(language="en")
    return person


@pytest.fixture
def client(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def _begin(client: Client, size: int = len(BODY), name: str = "minutes.pdf") -> Any:
    data = {"name": name, "size": size, "purpose": "answer"}
    return client.post(reverse("documents:upload-create"), data)


def _send(client: Client, uid: str, offset: object, content: bytes, **headers: str) -> Any:
    return client.post(
        reverse("documents:upload-piece", args=[uid]),
        content,
        content_type="application/octet-stream",
        headers={"Upload-Offset": str(offset), **headers},
    )


def _kept(uid: str) -> bytes:
    return path_of(Upload.objects.get(uid=uid)).read_bytes()


def test_a_file_that_is_cut_off_twice_arrives_whole(client: Client) -> None:
    began = _begin(client)
    assert began.status_code == 201
    uid = began.json()["uid"]
    assert began.json() == {"uid": uid, "name": "minutes.pdf", "size": len(BODY), "offset": 0}
    assert _send(client, uid, 0, BODY[:4_000]).json()["offset"] == 4_000
    # First cut: the browser asks where to go on, after the page was opened anew.
    assert client.get(reverse("documents:upload-detail", args=[uid])).json()["offset"] == 4_000
    assert _send(client, uid, 4_000, BODY[4_000:8_000]).json()["offset"] == 8_000
    # Second cut: the piece arrived, its answer did not, so the piece comes again.
    again = _send(client, uid, 4_000, BODY[4_000:8_000])
    assert (again.status_code, again.json()["offset"]) == (200, 8_000)
    assert _send(client, uid, 8_000, BODY[8_000:]).json()["offset"] == len(BODY)
    assert _kept(uid) == BODY


@pytest.mark.parametrize("offset", [0, 3_999, 4_001, 8_000])
def test_a_piece_that_does_not_follow_is_told_where_to_go_on(client: Client, offset: int) -> None:
    uid = _begin(client).json()["uid"]
    _send(client, uid, 0, BODY[:4_000])
    answer = _send(client, uid, offset, b"other bytes")
    assert (answer.status_code, answer.json()["offset"]) == (409, 4_000)
    assert _kept(uid) == BODY[:4_000]


def test_bytes_that_the_disk_lost_are_asked_for_again(client: Client) -> None:
    uid = _begin(client).json()["uid"]
    _send(client, uid, 0, BODY[:4_000])
    os.truncate(path_of(Upload.objects.get(uid=uid)), 1_000)
    assert _send(client, uid, 4_000, BODY[4_000:]).json()["offset"] == 1_000
    assert _send(client, uid, 1_000, BODY[1_000:]).json()["offset"] == len(BODY)
    assert _kept(uid) == BODY


def test_more_than_was_announced_is_refused(client: Client) -> None:
    uid = _begin(client, 100).json()["uid"]
    assert _send(client, uid, 0, BODY[:101]).status_code == 422
    assert not path_of(Upload.objects.get(uid=uid)).exists()


def test_a_body_that_is_no_piece_is_not_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sdgpartners.documents.views.uploads.LARGEST_PIECE", 1_000)
    uid = _begin(client).json()["uid"]
    assert _send(client, uid, 0, BODY[:1_001]).status_code == 413
    for offset in ("", "x", "-1", "１"):
        assert _send(client, uid, offset.encode("utf-8").decode("latin-1"), BODY[:10]).status_code == 400


def test_a_file_of_50_mb_is_refused_before_a_byte_of_it_travels(client: Client) -> None:
    answer = _begin(client, 50_000_000, "IMG_2041.JPG")
    assert answer.status_code == 422
    assert (
        answer.json()["error"].replace("\xa0", " ") == "The file is too large (47.7 MB). The limit is 9.5 MB."
    )
    assert not Upload.objects.exists()


@pytest.mark.parametrize("data", [{"size": 0}, {"size": -1}, {"size": "much"}, {"name": ""}])
def test_nonsense_begins_nothing(client: Client, data: dict[str, object]) -> None:
    given = {"name": "a.pdf", "size": 10, "purpose": "answer"} | data
    assert client.post(reverse("documents:upload-create"), given).status_code == 422
    assert not Upload.objects.exists()


def test_the_upload_of_somebody_else_and_a_guessed_one_do_not_exist(client: Client) -> None:
    foreign = begin_upload(name="a.pdf", size=10, purpose="answer", actor=UserFactory())
    for uid in (foreign.uid, uuid4()):
        assert client.get(reverse("documents:upload-detail", args=[uid])).status_code == 404
        assert _send(client, str(uid), 0, b"x").status_code == 404
        assert client.post(reverse("documents:upload-cancel", args=[uid])).status_code == 404
    foreign.refresh_from_db()
    assert (foreign.offset, path_of(foreign).exists()) == (0, False)


def test_who_is_not_signed_in_sends_nothing() -> None:
    assert _begin(Client()).status_code == 302
    assert not Upload.objects.exists()


def test_stopping_forgets_the_bytes(client: Client) -> None:
    uid = _begin(client).json()["uid"]
    _send(client, uid, 0, BODY)
    path = path_of(Upload.objects.get(uid=uid))
    assert client.post(reverse("documents:upload-cancel", args=[uid])).status_code == 200
    assert (Upload.objects.count(), path.exists()) == (0, False)


def test_a_person_has_so_many_files_on_their_way_and_no_more(user: User) -> None:
    for _ in range(MOST_OPEN):
        last = begin_upload(name="a.pdf", size=10, purpose="answer", actor=user)
    with pytest.raises(LimitExceeded):
        begin_upload(name="a.pdf", size=10, purpose="answer", actor=user)
    begin_upload(name="a.pdf", size=10, purpose="answer", actor=UserFactory())
    uploads.cancel_upload(upload=last)
    begin_upload(name="a.pdf", size=10, purpose="answer", actor=user)


def test_a_person_has_so_many_bytes_on_their_way_and_no_more(user: User, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    for _ in range(5):
        begin_upload(name="a.pdf", size=100, purpose="answer", actor=user)
    with pytest.raises(LimitExceeded):
        begin_upload(name="a.pdf", size=1, purpose="answer", actor=user)


def test_a_complete_file_is_taken_once(client: Client) -> None:
    uid = _begin(client).json()["uid"]
    upload = Upload.objects.get(uid=uid)
    with pytest.raises(UploadRefused), received(upload):
        raise AssertionError("not complete")
    _send(client, uid, 0, BODY)
    upload.refresh_from_db()
    with received(upload) as content:
        assert (content.name, content.size, content.read()) == ("minutes.pdf", len(BODY), BODY)
    assert not path_of(upload).exists()
    assert _send(client, uid, 0, BODY).status_code == 404


def test_a_refused_file_takes_its_upload_along(client: Client) -> None:
    uid = _begin(client).json()["uid"]
    _send(client, uid, 0, BODY)
    upload = Upload.objects.get(uid=uid)
    with pytest.raises(FileRefused), received(upload):
        raise FileRefused
    assert (Upload.objects.count(), path_of(upload).exists()) == (0, False)


def test_what_was_never_finished_goes_after_two_days(user: User, media: Path) -> None:
    with clock.at(clock.now() - timedelta(days=3)):
        old = begin_upload(name="old.pdf", size=10, purpose="answer", actor=user)
        uploads.add_piece(upload=old, offset=0, content=b"12345")
    fresh = begin_upload(name="new.pdf", size=10, purpose="answer", actor=user)
    uploads.add_piece(upload=fresh, offset=0, content=b"12345")
    orphan = media / "incoming" / uuid4().hex
    orphan.write_bytes(b"x")
    os.utime(orphan, (0, 0))
    tasks.remove_stale_uploads()
    assert list(Upload.objects.all()) == [fresh]
    assert [path.name for path in (media / "incoming").iterdir()] == [fresh.uid.hex]
    tasks.remove_stale_uploads()
    assert Upload.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_many_at_once(user: User) -> None:
    barrier, refused = threading.Barrier(MOST_OPEN + 3), []

    def begin() -> None:
        barrier.wait()
        try:
            begin_upload(name="a.pdf", size=10, purpose="answer", actor=user)
        except LimitExceeded:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(MOST_OPEN + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Upload.objects.count(), len(refused)) == (MOST_OPEN, 3)
