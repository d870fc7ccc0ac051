"""R11: the site's zone, half-open intervals, shifts across midnight, days of 23 and 25 hours."""

from datetime import UTC, datetime, timedelta

from lineside.types.plant import Line, Shift, Site


def site(*shifts: Shift, timezone: str = "Europe/Luxembourg") -> Site:
    return Site("lux", "Luxembourg", "LU", 49.6, 6.1, timezone, "line-1", shifts, (Line("line-1", "Line 1", "p"),))


def hours(spans: list[tuple[datetime, datetime]]) -> float:
    return sum((end - start) / timedelta(hours=1) for start, end in spans)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


ALL_DAY = Shift("all", "All day", "00:00", "24:00")
NIGHT = Shift("night", "Night", "22:00", "06:00")


def test_all_day_has_no_seams() -> None:
    assert site(ALL_DAY).planned(utc(2026, 5, 1, 7), utc(2026, 5, 4, 9)) == [(utc(2026, 5, 1, 7), utc(2026, 5, 4, 9))]


def test_a_shift_across_midnight() -> None:
    assert site(NIGHT, timezone="UTC").planned(utc(2026, 5, 1), utc(2026, 5, 2)) == [
        (utc(2026, 5, 1), utc(2026, 5, 1, 6)),
        (utc(2026, 5, 1, 22), utc(2026, 5, 2)),
    ]


def test_days_of_clock_change_have_23_and_25_hours() -> None:
    lux = site(ALL_DAY)
    assert hours(lux.planned(utc(2026, 3, 28, 23), utc(2026, 3, 29, 22))) == 23
    assert hours(site(NIGHT).planned(utc(2026, 3, 28, 12), utc(2026, 3, 29, 12))) == 7
    assert hours(site(NIGHT).planned(utc(2026, 10, 24, 12), utc(2026, 10, 25, 12))) == 9


def test_only_its_days() -> None:
    weekday = Shift("early", "Early", "06:00", "14:00", ("mon",))
    assert hours(site(weekday, timezone="UTC").planned(utc(2026, 11, 22), utc(2026, 11, 29))) == 8


def test_no_shift_means_nothing_planned() -> None:
    assert site().planned(utc(2026, 5, 1), utc(2026, 5, 2)) == []
