import msgspec
import pytest

from lineside.stream import subjects
from lineside.stream.envelope import Envelope, digest, pack, read_headers, unpack
from lineside.types.identity import SeqRange, StationKey

KEY = StationKey("beijing", "line-1", "station-1")
ENVELOPE = Envelope("0190a5a0-0000-7000-8000-000000000000", "inspection", SeqRange(3, 7))


def test_headers_alone_name_the_numbers() -> None:
    headers = ENVELOPE.headers()
    assert headers["Nats-Msg-Id"] == "0190a5a0-0000-7000-8000-000000000000.inspection.3-7"
    assert read_headers(headers) == ENVELOPE


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("ls-seq", "7-3", "7-3"), ("ls-series", "gossip", "gossip"), ("ls-epoch", "", "ls-epoch"), ("ls-seq", "", "ls-seq")],
)
def test_a_bad_header_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_headers(ENVELOPE.headers() | {name: value})


def test_no_headers_at_all() -> None:
    with pytest.raises(ValueError, match="missing"):
        read_headers(None)


def test_records_keep_their_bytes_so_that_digests_agree() -> None:
    records = [b'{"seq":1, "at" : 5}', b'{"seq":2,"x":"\xc3\xa9]["}']
    assert unpack(pack(records)) == records
    assert [digest(r) for r in unpack(pack(records))] == [digest(r) for r in records]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1,", b"\xff"])
def test_a_body_that_is_no_array_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        unpack(body)


def test_a_subject_names_the_station() -> None:
    assert subjects.parse(subjects.subject(KEY, "reading")) == (KEY, "reading")
    for wrong in ("ls.v1.a.b.c", "ls.v2.a.b.c.reading", "ls.v1.a.b.c.d.e", "ls.v1.a b.c.d.reading", ""):
        with pytest.raises(ValueError, match="is not"):
            subjects.parse(wrong)


def test_a_station_speaks_only_under_its_own_name() -> None:
    assert all(name.startswith("ls.v1.beijing.line-1.station-1.") for name in (*subjects.may_publish(KEY), *subjects.may_hear(KEY)))
