"""Secrets: kept as salted hashes, never in the ledger, ended with the classroom."""

from __future__ import annotations

import json
import os
import stat

import pytest

from comity.cli import main
from comity.errors import InputError
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.secrets import CODE_LETTERS, Secrets


@pytest.fixture
def secrets(tmp_path):
    return Secrets(tmp_path / "secrets.json")


def test_a_secret_opens_and_no_other_does(secrets):
    teacher, join = secrets.new_teacher(), secrets.new_join_code()
    assert secrets.is_teacher(teacher)
    assert secrets.is_join_code(join)
    assert secrets.is_join_code(f" {join[:3].lower()}-{join[3:]} ")
    for wrong in ("", teacher[:-1], teacher.swapcase(), join):
        assert not secrets.is_teacher(wrong)
    for wrong in ("", join[:-1], join[::-1] + "2", teacher):
        assert not secrets.is_join_code(wrong)
    assert len(join) == 8
    assert set(join) <= set(CODE_LETTERS)


def test_a_token_belongs_to_its_person(secrets):
    one, two = secrets.new_seat_token("p1"), secrets.new_seat_token("p2")
    assert (secrets.person_of(one), secrets.person_of(two)) == ("p1", "p2")
    assert secrets.person_of("p2." + one.partition(".")[2]) is None
    assert secrets.person_of("p3.") is None
    assert secrets.person_of("") is None


def test_nothing_is_kept_in_plain_words_and_only_the_owner_may_read(secrets):
    told = [secrets.new_teacher(), secrets.new_join_code(), secrets.new_seat_token("p1"), secrets.new_rejoin_code("p1")]
    kept = secrets.path.read_text()
    for secret in told:
        assert secret.partition(".")[2] or secret not in kept
        assert secret.rpartition(".")[2].rpartition("-")[2] not in kept
    assert stat.S_IMODE(os.stat(secrets.path).st_mode) == 0o600


def test_secrets_outlive_the_server_and_new_ones_come_beside(secrets):
    teacher, join, token = secrets.new_teacher(), secrets.new_join_code(), secrets.new_seat_token("p1")
    again = Secrets(secrets.path)
    new = again.new_join_code()
    assert again.is_teacher(teacher)
    assert again.is_join_code(join)
    assert again.is_join_code(new)
    assert again.person_of(token) == "p1"


def test_a_rejoin_code_works_until_the_next(secrets):
    first = secrets.new_rejoin_code("p1")
    assert secrets.person_of_rejoin(first) == "p1"
    assert secrets.person_of_rejoin(first.lower()) == "p1"
    second = secrets.new_rejoin_code("p1")
    assert secrets.person_of_rejoin(first) is None
    assert secrets.person_of_rejoin(second) == "p1"
    assert secrets.person_of_rejoin("p2-" + second.partition("-")[2]) is None


def test_closing_ends_what_lets_students_in(secrets):
    join, token, back = secrets.new_join_code(), secrets.new_seat_token("p1"), secrets.new_rejoin_code("p1")
    secrets.expire()
    assert not secrets.is_join_code(join)
    assert secrets.person_of(token) is None
    assert secrets.person_of_rejoin(back) is None


def test_all_kept_hashes_are_compared_whichever_fits(secrets, monkeypatch):
    import hmac

    codes = [secrets.new_join_code() for _ in range(3)]
    counted = []
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: counted.append(a) or a == b)
    for code in (codes[0], codes[2], "WRONG2"):
        counted.clear()
        secrets.is_join_code(code)
        assert len(counted) == 3


SOUND = {"salt": "0" * 32, "rounds": 1, "hash": "0" * 64}
WHOLE = {"teacher": [SOUND], "join": [SOUND], "seats": {"p1": [SOUND]}, "rejoin": {"p1": SOUND}, "last": 1}
DAMAGED = {
    "empty": b"", "cut": b"{", "binary": bytes(range(256)), "a byte order mark": b"\xff\xfe{}", "a list": b"[]", "null": b"null",
    "a number": b"1", "nothing in it": b"{}", "deep": b"[" * 100_000, "deep in it": b'{"teacher":' * 50_000, "long": b" " * (5 << 20),
    "zeros": bytes(4096), "NaN": b"NaN", "a huge number": b"9" * 10_000,
} | {
    f"{key} is {value!r}": json.dumps(WHOLE | {key: value}).encode()
    for key in ("teacher", "join", "seats", "rejoin", "last")
    for value in (None, 5, "x", [5], [[]], [{}], {"p1": 5}, {"x": []}, [SOUND | {"salt": "zz"}], [SOUND | {"rounds": 10**12}],
                  [SOUND | {"rounds": True}], [SOUND | {"hash": None}], [{"salt": "00"}], -1, 1.5, True)
    if (key, value) not in (("last", 5), ("last", True))
}  # fmt: skip


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_named(tmp_path, damaged):
    path = tmp_path / "secrets.json"
    path.write_bytes(damaged)
    with pytest.raises(
        InputError, match=r"secrets\.json: must hold the secrets of this classroom, but is damaged\. Remove it: "
    ):
        Secrets(path)


def test_a_room_with_damaged_secrets_is_told_in_one_line_and_goes_on_without_them(classroom, capsys, monkeypatch):
    classroom.join("Ana")
    classroom.close_files()
    classroom.secrets.path.write_bytes(b"")
    assert main(["classroom", str(classroom.folder)]) == 2
    told = capsys.readouterr().err.strip()
    assert "Remove it: the teacher gets a new address" in told
    assert "Traceback" not in told
    classroom.secrets.path.unlink()
    again = Classroom(classroom.folder)
    assert again.join("Bo")[0] == "p2", "an id that is in the ledger is not given again"
    again.close_files()


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    path = tmp_path / "secrets.json"
    path.mkdir()
    with pytest.raises(
        InputError, match=r"secrets\.json: must be readable by whoever serves the classroom, but: Is a directory"
    ):
        Secrets(path)


def test_whole_secrets_are_taken(tmp_path):
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({key: value for key, value in WHOLE.items() if key != "last"}))
    assert Secrets(path).new_person([])[0] == "p2"


def test_a_file_left_aside_that_others_may_read_is_not_used(secrets):
    aside = secrets.path.with_name(".secrets.json.new")
    aside.write_text("")
    aside.chmod(0o666)
    secrets.new_teacher()
    assert stat.S_IMODE(os.stat(secrets.path).st_mode) == 0o600


def test_no_secret_in_the_ledger(classroom):
    teacher, join = classroom.secrets.new_teacher(), classroom.secrets.new_join_code()
    person, token = classroom.join("Ana")
    back = classroom.rejoin_code(person)
    classroom.take(person, None)
    kept = classroom.ledger.path.read_text()
    for secret in (teacher, join, token.partition(".")[2], back.partition("-")[2]):
        assert secret not in kept


def test_a_join_code_costs_one_digest_however_often_the_server_started(tmp_path, monkeypatch):
    import hashlib

    path = tmp_path / "secrets.json"
    codes = [Secrets(path).new_join_code() for _ in range(21)]
    kept = Secrets(path)
    slow = []
    plain = hashlib.pbkdf2_hmac
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", lambda *given: slow.append(given[3]) or plain(*given))
    assert kept.is_join_code(codes[-1])
    assert kept.is_join_code(codes[1])
    assert not kept.is_join_code(codes[0]), "the oldest of 21 has ended"
    assert len(slow) == 3
