"""What the demo makes of a folder that an older demo left."""

from pathlib import Path

import tomli_w

from lineside.demo.home import open_home
from lineside.demo.plant import choose_plant
from lineside.plants import EXAMPLE
from lineside.types.strict import read_toml


def test_a_folder_from_before_alarm_rules_gets_them(tmp_path: Path) -> None:
    with open_home(tmp_path) as here:
        old = read_toml(EXAMPLE)
        del old["rule"], old["process"][0]["belt_speed_tag"]
        here.plant.write_text(tomli_w.dumps(old), encoding="utf-8")
        chosen = choose_plant(here, steel=False)
        assert chosen.file is not None, "the hub is told of what is new"
        assert {rule.metric for rule in chosen.plant.rule} == {"quality", "tag"}
        assert chosen.plant.process[0].belt_speed_tag == "inspection.belt_speed"


def test_what_the_folder_says_itself_is_kept(tmp_path: Path) -> None:
    with open_home(tmp_path) as here:
        kept = read_toml(EXAMPLE) | {"rule": []}
        here.plant.write_text(tomli_w.dumps(kept), encoding="utf-8")
        assert choose_plant(here, steel=False).plant.rule == ()
