"""What the demo makes of a folder that an older demo left."""

from pathlib import Path

import tomli_w

from lineside.demo.home import open_home
from lineside.demo.plant import choose_plant
from lineside.plants import EXAMPLE
from lineside.types.strict import read_toml


def test_a_folder_from_before_alarm_rules_gets_them_with_the_strip_line(tmp_path: Path) -> None:
    with open_home(tmp_path) as here:
        old = read_toml(EXAMPLE)
        del old["rule"]
        here.plant.write_text(tomli_w.dumps(old), encoding="utf-8")
        assert choose_plant(here, steel=False).plant.rule == (), "what the hub has is kept"
        assert {rule.metric for rule in choose_plant(here, steel=True).plant.rule} == {"quality", "tag"}
