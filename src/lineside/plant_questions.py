"""The questions about a plant, in the order in which a person thinks of it: where it is, what it makes, how, and what is watched.

Each function asks about one thing and returns it as a plant file has it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from typing import Any

from lineside import plant_answers as answer
from lineside.talk import Talk
from lineside.types.plant import DAYS

Table = dict[str, Any]

ID_MEANT = "Programs, addresses and files use the id; people read the name. It should not change later: records carry it."
NO_MORE = "no more"
QUALITY_RULE, TAG_RULE = "quality-low", "tag-out-of-range"
"""As in the example plant."""


def ask_enterprise(talk: Talk) -> Table:
    return _named(talk, "Name of the enterprise", "Whose plants these are. It stands above the world map.", "My company")


def ask_region(talk: Talk) -> Table:
    return _named(talk, "Region of the world", "A group of countries; their figures are rolled up.", "Europe")


def ask_country(talk: Talk, region: str) -> Table:
    code = talk.ask("Country, two letters", answer.country_code, "The country of the site after ISO 3166: LU, DE, US …")
    return {"id": code, "name": talk.ask("Its name", answer.name, "As people read it, such as Luxembourg."), "region": region}


def ask_site(talk: Talk, country: str) -> Table:
    """Without its lines."""
    site = _named(talk, "Name of the site", "The factory: usually its town.")
    lat = talk.ask(
        "Latitude", answer.number(-90, 90, unit="degrees"), "Where it stands on the map; north of the equator is positive: 49.61."
    )
    lon = talk.ask("Longitude", answer.number(-180, 180, unit="degrees"), "East of Greenwich is positive: 6.13.")
    zone = talk.ask("Time zone", answer.zone, "The IANA name, such as Europe/Luxembourg. Shifts and days are counted in it.")
    place = {**site, "country": country, "lat": lat, "lon": lon, "timezone": zone}
    return {**place, "shift": _several(talk, ask_shift, "Another shift?", "Time outside every shift is not planned.")}


def ask_shift(talk: Talk, before: list[Table]) -> Table:
    meant = "Planned time: OEE is counted in shifts. All day, every day is a good start."
    first = not before
    shift = _named(talk, "Name of the shift", meant, "All day" if first else None, taken=_ids(before))
    start = talk.ask(
        "  It starts at", answer.day_start, "By the clock of the site.", "00:00" if first else before[-1]["end"].replace("24:00", "00:00")
    )
    end = talk.ask(
        "  It ends at", answer.clock, "24:00 is the end of the day; an end before the start is on the next day.", "24:00" if first else None
    )
    days = talk.ask("  On these days", answer.days, "Such as mon-fri or sat sun.", "mon-sun")
    return {**shift, "start": start, "end": end, **({} if days == list(DAYS) else {"days": days})}


def ask_line(talk: Talk) -> Table:
    return _named(talk, "Name of the line", "One production line with its inspection station.", "Line 1")


def ask_process(talk: Talk) -> Table:
    """What the line does: product, pace, steps with their lags, cameras, defect types."""
    product = talk.ask("What it makes", answer.name, "One piece of the product, in the singular: Can, Strip section.", "Product")
    head = _named(talk, "Name of the process", "Lines that work alike share one process.", f"{product} line"[: answer.MAX_NAME])
    cycle = talk.ask(
        "Ideal cycle in seconds", answer.number(above=0, unit="s"), "The planned time of one piece: performance is counted by it.", "3"
    )
    speed = talk.ask(
        "Belt speed by design in m/s", answer.number(above=0, unit="m/s"), "The lags between the steps are at this speed.", "0.5"
    )
    steps = ask_steps(talk)
    inspection = talk.choose("Which step is the inspection", _ids(steps), "Where the cameras look.", _looks_like_inspection(steps))
    process = {**head, "product_name": product, "ideal_cycle_s": cycle, "belt_speed_mps": speed, "inspection_step": inspection}
    process |= _belt_speed_tag(talk, steps)
    process |= {"step": steps, "edge": ask_lags(talk, steps), "camera": ask_cameras(talk)}
    return {**process, "defect": ask_defects(talk)}


def ask_steps(talk: Talk) -> list[Table]:
    talk.say("The steps in the order in which a product passes them; Enter ends the list.")
    steps: list[Table] = []
    while (step := ask_step(talk, steps)) is not None:
        steps.append(step)
    return steps


def ask_step(talk: Talk, before: list[Table]) -> Table | None:
    """None: there are no more. The first one must be given."""
    meant = "What is done to the product there: Rolling, Filling, Inspection …"
    step = _named_or_end(talk, f"Step {len(before) + 1}", meant, before)
    if step is None:
        return None
    near = step["id"] if step["id"] in answer.ICONS else "step"
    icon = talk.choose("  Its picture", answer.ICONS, "The drawing on its card.", near)
    meant = "Values of the machines there, which arrive as tags: temperature, force, speed. They can be added to the file later."
    measured = talk.confirm("  Are values measured there?", meant, default=False)
    tags: list[str] = []
    equipment = _several(
        talk, lambda t, found: ask_equipment(t, step, found, tags), "  More equipment at this step?", meant, first=measured
    )
    return {**step, "icon": icon, **({"equipment": equipment} if equipment else {})}


def ask_equipment(talk: Talk, step: Table, before: list[Table], taken: list[str]) -> Table:
    """`taken`: ids of the step's tags so far; the new ones are added."""
    suggested = None if before else step["name"]
    equipment = _named(talk, "  Equipment", "The machine that the values come from.", suggested, taken=_ids(before))
    tags = _several(talk, lambda t, _: ask_tag(t, taken), "    Another value of it?", "One tag is one measured value.")
    return {**equipment, "tag": tags}


def ask_tag(talk: Talk, taken: list[str]) -> Table:
    """A number."""
    tag = _named(talk, "    Value", "What is measured: Oven temperature, Rolling force.", taken=taken)
    taken.append(tag["id"])
    unit = talk.ask("      Unit", str, "As it is written behind the number: °C, bar, m/s. Nothing for a bare number.", "")
    low = talk.ask("      Normal from", answer.optional(answer.number()), "Below it the value is marked; nothing: no limit.", "")
    high = talk.ask("      Normal to", answer.optional(_at_least(low)), "Above it the value is marked; nothing: no limit.", "")
    above = high if high is not None else low
    most = talk.ask("      Designed maximum", answer.optional(_at_least(above)), "What the machine is made for; nothing: unknown.", "")
    interval = talk.ask(
        "      Seconds between values at most", answer.number(above=0, unit="s"), "Later than three of them it counts as no data.", "5"
    )
    limits = {"normal_low": low, "normal_high": high, "design_max": most}
    return {**tag, "unit": unit, **{key: value for key, value in limits.items() if value is not None}, "expected_interval_s": interval}


def ask_lags(talk: Talk, steps: list[Table]) -> list[Table]:
    """The way from step to step: a line without branches."""
    meant = "How long a product travels between the two at the design speed: so the readings of its own time are found."
    return [
        {
            "from": one["id"],
            "to": other["id"],
            "lag_s": talk.ask(f"Seconds from {one['name']} to {other['name']}", answer.number(0, unit="s"), meant, "10"),
        }
        for one, other in itertools.pairwise(steps)
    ]


def ask_cameras(talk: Talk) -> list[Table]:
    meant = "Cameras at the inspection; each sends one picture of every product."
    number = talk.ask("How many cameras look", answer.count(1, 16), meant, "1")
    cameras: list[Table] = []
    for n in range(1, number + 1):
        cameras.append(_named(talk, f"Camera {n}", "Where it looks from: Top, Left side.", f"Camera {n}", taken=_ids(cameras)))
    return cameras


def ask_defects(talk: Talk) -> list[Table]:
    talk.say("The defect types, with the labels that your detector says (the category names of its COCO file); Enter ends the list.")
    defects: list[Table] = []
    while True:
        free = answer.free_name([defect["label"] for defect in defects])
        label = talk.ask(f"Label {len(defects) + 1}", answer.optional(free), "Exactly as the detector says it.", "", NO_MORE)
        if label is None:
            return defects
        shown = label.replace("_", " ").strip().capitalize() or label
        defects.append({"label": label, "name": talk.ask("  Its name", answer.name, "What people read.", shown)})


def ask_rules(talk: Talk, process: Table) -> list[Table]:
    """The two alarm rules, each with its time."""
    return [*_quality_rule(talk), *(_tag_rule(talk) if _has_range(process) else [])]


def _quality_rule(talk: Talk) -> list[Table]:
    meant = "Quality: good products of all that were judged. One alarm a line, which ends by itself."
    if not talk.confirm("Alarm when the quality is too low?", meant, default=True):
        return []
    threshold = talk.ask("  Below how many percent", answer.percent, "Exactly at it is well.", "80")
    rule = {"id": QUALITY_RULE, "name": "Quality low", "metric": "quality", "threshold": threshold}
    return [{**rule, "for_s": _minutes(talk)}]


def _tag_rule(talk: Talk) -> list[Table]:
    meant = "Every value that has a normal range. One alarm a value, which ends by itself."
    if not talk.confirm("Alarm when a value leaves its normal range?", meant, default=True):
        return []
    return [{"id": TAG_RULE, "name": "Out of normal range", "metric": "tag", "severity": "minor", "for_s": _minutes(talk)}]


def _minutes(talk: Talk) -> float:
    return 60 * talk.ask("  For how many minutes", answer.number(0, 1440, unit="min"), "It must last so long to be an alarm.", "5")


def _belt_speed_tag(talk: Talk, steps: list[Table]) -> Table:
    """Only where a value in m/s is measured."""
    tags = [f"{s['id']}.{t['id']}" for s in steps for e in s.get("equipment", []) for t in e["tag"] if t["unit"] == "m/s"]
    meant = "With it the lags follow the real speed of the belt; nothing: the design speed is taken."
    chosen = talk.choose("Which value tells the belt's speed", [*tags, ""], meant, tags[0]) if tags else ""
    return {"belt_speed_tag": chosen} if chosen else {}


def _named(talk: Talk, question: str, meant: str, default: str | None = None, *, taken: Collection[str] = ()) -> Table:
    """A name and the id made of it, which may be changed."""
    name = talk.ask(question, answer.name, meant, default)
    return {"id": _ask_id(talk, question, name, taken), "name": name}


def _named_or_end(talk: Talk, question: str, meant: str, before: list[Table]) -> Table | None:
    """As `_named`; None for an empty answer once there is one."""
    name = talk.ask(question, answer.optional(answer.name), meant, "" if before else None, NO_MORE)
    return {"id": _ask_id(talk, question, name, _ids(before)), "name": name} if name else None


def _ask_id(talk: Talk, question: str, name: str, taken: Collection[str]) -> str:
    indent = " " * (len(question) - len(question.lstrip()) + 2)
    return talk.ask(f"{indent}Its id", answer.free_id(taken), ID_MEANT, answer.to_id(name) or None)


def _several(talk: Talk, ask_one: Callable[[Talk, list[Table]], Table], more: str, meant: str, *, first: bool = True) -> list[Table]:
    """One and then more while the answer is yes; none without `first`."""
    found: list[Table] = []
    while first if not found else talk.confirm(more, meant, default=False):
        found.append(ask_one(talk, found))
    return found


def _at_least(low: float | None) -> Callable[[str], float]:
    return answer.number() if low is None else answer.number(low)


def _has_range(process: Table) -> bool:
    tags = [tag for step in process["step"] for equipment in step.get("equipment", []) for tag in equipment["tag"]]
    return any("normal_low" in tag or "normal_high" in tag for tag in tags)


def _looks_like_inspection(steps: list[Table]) -> str:
    """The step that is called so, else the last one."""
    called: list[str] = [step["id"] for step in steps if "inspect" in step["id"].lower()]
    return called[0] if called else str(steps[-1]["id"])


def _ids(tables: list[Table]) -> list[str]:
    return [str(table["id"]) for table in tables]
