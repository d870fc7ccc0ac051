"""Messages reach a real mail server: one for each transition and address, again when it was not there, the same one after a crash."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from intake import Intake, intake_on
from smtp_box import Mailbox, mailbox
from story import engine, events, play, samples

from lineside.hub.alarms.addresses import Address
from lineside.hub.alarms.notices import Notices
from lineside.hub.alarms.send import Message

DYING = Path(__file__).with_name("notifier_that_dies.py")
FIVE_S, DAY_S = 5, 86_400


@pytest.fixture
async def hub(database: str) -> AsyncIterator[Intake]:
    """With an alarm that was raised and has cleared: two messages for the address `ops`."""
    async with intake_on(database) as intake:
        await play(intake, engine(intake, Address("ops", "json://nowhere")), list(samples(260, [(60, 160)])))
        assert await events(intake) == ["raised", "cleared"]
        yield intake


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as running:
        yield running


def notices(hub: Intake, url: str, **options: Any) -> Notices:
    return Notices(hub.pool, [Address("ops", url, "Operations")], "http://127.0.0.1:8080", **options)


def now_us(later_s: float = 0) -> int:
    return time.time_ns() // 1000 + round(later_s * 1_000_000)


async def test_mails_say_what_it_is_and_where_to_look(hub: Intake, box: Mailbox) -> None:
    await notices(hub, box.url).once(now_us())
    raised, cleared = box.mails
    alarm = await hub.value("select alarm_key from alarm")
    assert _subject(raised) == "[Minor] Lubricant pressure: Out of normal range – Beijing, Bottle line 1"
    assert _subject(cleared) == "[Cleared] Lubricant pressure: Out of normal range – Beijing, Bottle line 1"
    body = raised.get_payload(decode=True).decode()
    assert "Lubricant pressure 3.9 bar, below 4.4 bar." in body
    assert "(Asia/Shanghai)" in body
    assert f"http://127.0.0.1:8080/alarms/{alarm}" in body
    assert [mail.get_all("Message-ID") for mail in box.mails] == [[raised["Message-ID"]], [cleared["Message-ID"]]]
    assert raised["Message-ID"] != cleared["Message-ID"]
    assert (await events(hub))[2:] == ["sent", "sent"]


async def test_what_was_sent_is_not_sent_again(hub: Intake, box: Mailbox) -> None:
    await notices(hub, box.url).once(now_us())
    await notices(hub, box.url).once(now_us(3600))
    assert len(box.mails) == 2


async def test_killed_between_sending_and_marking_it_repeats_the_one_in_flight(hub: Intake, database: str, box: Mailbox) -> None:
    dies = await asyncio.create_subprocess_exec(sys.executable, str(DYING), database, box.url)
    assert await asyncio.wait_for(dies.wait(), 60) == -signal.SIGKILL
    assert len(box.mails) == 1
    await notices(hub, box.url).once(now_us())
    ids = [mail["Message-ID"] for mail in box.mails]
    assert [_subject(mail)[:7] for mail in box.mails] == ["[Minor]", "[Minor]", "[Cleare"]
    assert ids[0] == ids[1] != ids[2]
    assert [len(mail.get_all("Message-ID")) for mail in box.mails] == [1, 1, 1]


async def test_a_server_that_refuses_is_asked_again_after_growing_pauses(hub: Intake, box: Mailbox) -> None:
    box.answer = "451 not now"
    sending, at_s = notices(hub, box.url), 0.0
    for pause_s in (5, 10, 20, 40, 80, 160, 300, 300):
        tried = box.tried
        await sending.once(now_us(at_s))
        await sending.once(now_us(at_s + pause_s - 2))
        assert box.tried == tried + 1
        at_s += pause_s + 1
    box.answer = "250 OK"
    await sending.once(now_us(at_s))
    assert [_subject(mail)[:7] for mail in box.mails] == ["[Minor]", "[Cleare"]


async def test_the_end_is_not_told_before_the_beginning(hub: Intake, box: Mailbox) -> None:
    box.answer = "451 not now"
    sending = notices(hub, box.url)
    await sending.once(now_us())
    await hub.pool.execute("update notice set next_at = now() where kind = 'cleared'")
    box.answer = "250 OK"
    await sending.once(now_us(1))
    assert box.mails == []


async def test_a_server_that_is_not_there(hub: Intake) -> None:
    with mailbox() as gone:
        pass
    await notices(hub, gone.url).once(now_us())
    rows = await hub.rows("select kind, attempts, sent_at, error is not null from notice order by notice_key")
    assert rows == [("raised", 1, None, True), ("cleared", 0, None, False)]
    with mailbox(gone.port) as back:
        await notices(hub, back.url).once(now_us(FIVE_S + 1))
    assert len(back.mails) == 2


async def test_given_up_after_a_day_with_a_line_in_the_history(hub: Intake, box: Mailbox) -> None:
    box.answer = "550 no such user"
    sending = notices(hub, box.url)
    await sending.once(now_us())
    await sending.once(now_us(DAY_S + 60))
    assert (await events(hub))[2:] == ["given_up", "given_up"]
    text = await hub.value("select text from alarm_event where kind = 'given_up' limit 1")
    assert text.startswith("Operations: ")
    await sending.once(now_us(2 * DAY_S))
    assert box.tried == 3


async def test_an_address_that_the_file_no_longer_has(hub: Intake) -> None:
    await Notices(hub.pool, [], "http://hub").once(now_us())
    assert (await events(hub))[2:] == ["given_up", "given_up"]
    assert await hub.rows("select distinct attempts, error from notice") == [(0, "the notification file no longer has this address")]


async def test_one_message_that_is_refused_holds_up_no_other(hub: Intake) -> None:
    await play(hub, engine(hub, Address("ops", "json://nowhere")), list(samples(500, [(300, 400)]))[52:])
    taken: list[str] = []

    async def picky(_url: str, message: Message) -> str | None:
        first = await hub.value("select min(alarm_key) from alarm")
        if message.body.endswith(f"/alarms/{first}"):
            return "it does not like this one"
        taken.append(message.title)
        return None

    sending = notices(hub, "json://somewhere", send=picky)
    await sending.once(now_us())
    await sending.once(now_us(FIVE_S + 1))
    assert len(taken) == 2


def _subject(mail: Any) -> str:
    return str(make_header(decode_header(mail["Subject"])))
