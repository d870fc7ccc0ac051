from lineside.edge.judge import TELLING, explain, judge
from lineside.types.inspection import Box


def box(label: str) -> Box:
    return Box(label, 0.9, 1, 1, 2, 2)


def test_no_box_in_any_view_passes() -> None:
    judgement = judge([(), (), (), ()])
    assert (judgement.outcome, judgement.verdict, judgement.reasons) == ("judged", "pass", ())
    assert judgement.signal("reject") == "pass"


def test_one_box_in_one_view_rejects_and_names_each_label_once_in_order() -> None:
    judgement = judge([(), (box("scratch"), box("dent")), (box("scratch"),), ()])
    assert (judgement.verdict, judgement.reasons) == ("reject", ("dent", "scratch"))
    assert judgement.signal("pass") == "reject"


def test_an_explained_product_has_one_reason_and_gets_the_fail_safe() -> None:
    judgement = explain(["frame_late", "camera_lost", "frame_corrupt"])
    assert (judgement.outcome, judgement.verdict, judgement.reasons) == ("explained", None, ("camera_lost",))
    assert judgement.signal("reject") == "reject"
    assert judgement.signal("pass") == "pass"


def test_every_explanation_has_its_place_in_the_order() -> None:
    from typing import get_args

    from lineside.types.inspection import Explanation

    assert sorted(TELLING) == sorted(get_args(Explanation))
