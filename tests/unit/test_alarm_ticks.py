"""When a tick is due: event time, aligned, once the watermark has passed it."""

from __future__ import annotations

import pytest

from lineside.hub.alarms.ticks import IDLE_US, MOST_TICKS, QUIET_US, Heard, due, hear, watermark_us

S = 1_000_000
NOW = 1_700_000_000 * S


@pytest.mark.parametrize(
    ("newest_s", "silent_s", "passed_s"),
    [
        (0, 0, -10),  # newest event − lateness
        (-20, 20, -30),  # silent, but not for long enough
        (-31, 31, -10),  # idle: the clock − lateness
        (4, 31, -6),  # never back behind the newest event
    ],
)
def test_the_watermark(newest_s: int, silent_s: int, passed_s: int) -> None:
    assert watermark_us(Heard(NOW + newest_s * S, NOW - silent_s * S), 10 * S, NOW) == NOW + passed_s * S


def test_after_a_start_a_line_counts_as_just_heard() -> None:
    heard = hear({}, {1: NOW - 3600 * S}, NOW)
    assert watermark_us(heard[1], 0, NOW) == NOW - 3600 * S
    later = hear(heard, {1: NOW - 3600 * S}, NOW + IDLE_US + 1)
    assert watermark_us(later[1], 0, NOW + IDLE_US + 1) == NOW + IDLE_US + 1


def test_a_new_event_ends_the_silence() -> None:
    heard = hear({1: Heard(NOW - 60 * S, NOW - 60 * S)}, {1: NOW}, NOW)
    assert heard[1] == Heard(NOW, NOW)


def test_ticks_are_aligned_and_follow_one_another() -> None:
    start = NOW // (60 * S) * 60 * S
    assert list(due(start, start + 185 * S, 60 * S, 0)) == [start + 60 * S, start + 120 * S, start + 180 * S]
    assert list(due(start, start + 59 * S, 60 * S, 0)) == []
    assert list(due(start, start + 60 * S, 60 * S, 0)) == [start + 60 * S]


def test_a_rule_that_is_new_begins_with_the_line_or_looks_back_a_little() -> None:
    assert due(None, NOW, 10 * S, NOW - 65 * S)[0] == NOW - 60 * S
    assert due(None, NOW, 10 * S, 0)[0] == NOW - QUIET_US
    assert list(due(None, NOW, 10 * S, NOW + 5 * S)) == []


def test_missed_time_is_caught_up_in_pieces() -> None:
    piece = due(NOW, NOW + 3600 * S, 5 * S, 0)
    assert len(piece) == MOST_TICKS
    assert due(piece[-1], NOW + 3600 * S, 5 * S, 0)[0] == piece[-1] + 5 * S


def test_another_step_keeps_ticks_aligned() -> None:
    assert due(NOW + 5 * S, NOW + 60 * S, 30 * S, 0)[0] % (30 * S) == 0
