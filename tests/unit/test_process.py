"""The simulated line's physics: what a person at the line would recognise."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from lineside.plants import EXAMPLE
from lineside.sim.beam import TICK_S, crossings
from lineside.sim.faults import BASE_PROBABILITY, FAULTS, PEAK_PROBABILITY, Fault, find_fault
from lineside.sim.process import LineProcess, causes_of, draw_defects
from lineside.sim.tags import TAGS
from lineside.sim.timetable import Episode, Pause, Timetable, draw_timetable, quiet_timetable
from lineside.sim.truth import Passed, PhotoEye, read_truth
from lineside.types.plant_file import load_plant

PROCESS = load_plant(EXAMPLE).process[0]
LIMITS = {key: tag for key, _, tag in PROCESS.tags()}
LAGS_S = {step.id: PROCESS.lag_to_inspection_s(step.id) or 0.0 for step in PROCESS.step}
MODELS = {tag.key: tag for tag in TAGS}
CERTAIN = 1.0
LINES = 8


def quiet(seed: int = 1, line: int = 0) -> LineProcess:
    return LineProcess(PROCESS, seed, line, quiet_timetable())


def scripted(*, fault: Fault | None = None, start_s: float = 0.0, hold_s: float = 40.0, pause: Pause | None = None) -> LineProcess:
    episodes = [Episode(fault, start_s, hold_s)] if fault else []
    never = quiet_timetable()
    pauses = [pause] if pause else []
    return LineProcess(PROCESS, 1, 0, Timetable(itertools.chain(episodes, never.episodes), itertools.chain(pauses, never.pauses)))


def history(process: LineProcess, seconds: float, step_s: float = 0.5) -> dict[str, np.ndarray]:
    rows = []
    for _ in range(round(seconds / step_s)):
        process.step(step_s)
        rows.append(process.values())
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def test_every_tag_of_the_example_plant_is_simulated_and_no_other() -> None:
    assert quiet().values().keys() == LIMITS.keys()
    assert all(2 <= len(list(step.tags())) <= 6 for step in PROCESS.step)


def test_nothing_wrong_means_within_the_normal_range() -> None:
    for key, values in history(quiet(), 1200).items():
        tag = LIMITS[key]
        assert tag.normal_low <= values.min(), key
        assert values.max() <= tag.normal_high <= tag.design_max, key


def test_values_are_noisy_and_autocorrelated() -> None:
    for key, values in history(quiet(), 600).items():
        assert values.std() > 0, key
        if key != "shipping.case_fill":  # a saw-tooth
            assert np.corrcoef(values[:-1], values[1:])[0, 1] > 0.5, key


def test_tags_share_their_disturbances() -> None:
    seen = history(quiet(), 3600)
    ambient = np.corrcoef(seen["slug.slug_temperature"], seen["inspection.cell_temperature"])[0, 1]
    hardness = np.corrcoef(seen["extrusion.ram_force"], seen["extrusion.motor_current"])[0, 1]
    assert ambient > 0.9
    assert hardness > 0.3


def test_the_same_seed_gives_the_same_line_and_another_seed_another() -> None:
    first, again, other, neighbour = quiet(), quiet(), quiet(seed=2), quiet(line=1)
    for process in (first, again, other, neighbour):
        for _ in range(20):
            process.step(0.5)
    assert first.values() == again.values()
    assert first.values() != other.values()
    assert first.values() != neighbour.values()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.id)
def test_a_fault_leaves_the_normal_range_and_comes_back(fault: Fault) -> None:
    process = scripted(fault=fault, start_s=10)
    seen = history(process, 10 + fault.onset_s + 35)[fault.cause][-20:]
    tag = LIMITS[fault.cause]
    assert ((seen < tag.normal_low) | (seen > tag.normal_high)).all()
    assert (seen <= tag.design_max).all()
    healed = history(process, fault.recovery_s + 90)[fault.cause][-20:]
    assert ((healed >= tag.normal_low) & (healed <= tag.normal_high)).all()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.id)
def test_products_suffer_what_they_met_at_the_causing_step(fault: Fault) -> None:
    lag_s = LAGS_S[fault.step]
    process = scripted(fault=fault, start_s=20, hold_s=60)
    risk = []
    for _ in range(400):
        process.step(0.5)
        risk.append((process.now_s, process.probabilities(process.travelled)))
    high = [at_s for at_s, p in risk if p[fault.id] > 0.3]
    assert high
    sluggish_s = 8 + MODELS[fault.cause].lag_s
    assert 20 + lag_s <= min(high) <= 20 + fault.onset_s + sluggish_s + lag_s
    assert max(high) <= 20 + fault.onset_s + 60 + fault.recovery_s + sluggish_s + 15 + lag_s
    assert all(p[f.id] < 0.1 for _, p in risk for f in FAULTS if f is not fault)


@pytest.mark.parametrize("pause", [Pause(40, 60, 0.0, "STOPPED", "Packer blocked"), Pause(30, 90, 0.5, "RUNNING", "Slow cycle")])
def test_a_product_is_taken_back_by_the_way_of_the_belt(pause: Pause) -> None:
    """It was at the trimmer 44 s of travel before its inspection: a stop between the two does not hide what it met there."""
    fault = replace(find_fault("blunt-trimmer"), onset_s=1, recovery_s=1)
    process = scripted(fault=fault, start_s=10, hold_s=10, pause=pause)
    way, victims = [], []
    for _ in range(480):
        process.step(TICK_S)
        way.append((process.travelled, process.now_s))
        if process.probabilities(process.travelled)[fault.id] > 0.3:
            victims.append((process.travelled, process.now_s))
    met = [next(at_s for there, at_s in way if there >= travelled - LAGS_S["shell"] - 1e-6) for travelled, _ in victims]
    assert 10 <= min(met) <= 16
    assert 20 <= max(met) <= 26
    assert min(at_s for _, at_s in victims) >= 10 + LAGS_S["shell"] + 10


def test_what_a_product_met_can_be_told_before_it_is_inspected() -> None:
    process = scripted(fault=FAULTS[0], start_s=-30)
    process.step(0.5)
    ahead = process.probabilities(process.travelled + 1.5)
    for _ in range(3):
        process.step(0.5)
    assert process.probabilities(process.travelled) == ahead


def test_dice_belong_to_the_product_and_odds_to_its_journey() -> None:
    well = [draw_defects(1, 0, count, {}) for count in range(1, 5001)]
    assert 0.015 < np.mean([bool(defects) for defects in well]) < 0.035
    assert all(causes == () for defects in well for causes in defects.values()), "by chance, not by a fault"
    clean = next(count for count, defects in enumerate(well, 1) if not defects)
    assert draw_defects(1, 0, clean, {"die-wear": CERTAIN}) == {"dent": ("die-wear",)}
    assert draw_defects(1, 0, clean, {"die-wear": CERTAIN}) == draw_defects(1, 0, clean, {"die-wear": CERTAIN})


def test_two_faults_of_one_label_give_one_defect_at_combined_odds() -> None:
    both = draw_defects(1, 0, 7, {"die-wear": CERTAIN, "oven-overheats": CERTAIN, "capping-jam": CERTAIN})
    assert both["dent"] == ("die-wear", "oven-overheats")
    assert causes_of(both, ("dent",)) == ("die-wear", "oven-overheats"), "a defect that does not show has no cause to name"
    odds = {"die-wear": 0.4, "oven-overheats": 0.3}
    share = np.mean(["dent" in draw_defects(1, 0, count, odds) for count in range(1, 5001)])
    assert share == pytest.approx(1 - (1 - BASE_PROBABILITY) * 0.6 * 0.7, abs=0.02)


def test_a_fault_at_full_harm_has_the_peak_odds_with_the_base_rate_counted_once() -> None:
    for fault in FAULTS:
        assert fault.probability(fault.harmless) == 0
        assert 1 - (1 - BASE_PROBABILITY) * (1 - fault.probability(fault.harmful)) == pytest.approx(PEAK_PROBABILITY)


def test_a_stop_is_seen_in_state_and_drives_and_a_slow_cycle_in_the_belt() -> None:
    stopped = scripted(pause=Pause(5, 25, 0.0, "STOPPED", "Packer blocked"))
    seen = history(stopped, 20)
    assert (stopped.state, stopped.reason, stopped.speed) == ("STOPPED", "Packer blocked", 0.0)
    assert seen["inspection.belt_speed"][-1] == 0.0
    assert seen["extrusion.motor_current"][-1] < 50
    assert seen["lubrication.lubricant_pressure"][-1] > 4.4
    history(stopped, 20)
    assert (stopped.state, stopped.speed) == ("RUNNING", 1.0)
    slow = scripted(pause=Pause(5, 60, 0.7, "RUNNING", "Slow cycle"))
    assert history(slow, 30)["inspection.belt_speed"][-1] == pytest.approx(0.175, abs=0.01)


def test_within_the_first_minute_some_lines_make_bad_products_and_most_do_not() -> None:
    for seed in (1, 2, 3):
        risky = []
        for line in range(LINES):
            process = LineProcess(PROCESS, seed, line, draw_timetable(seed, line, LINES, LAGS_S))
            risks = []
            for _ in range(60):
                process.step(1.0)
                risks.append(max(process.probabilities(process.travelled).values()))
            risky.append(max(risks) > 0.3)
        assert 1 <= sum(risky) <= 4, seed


def test_products_cross_the_beam_at_the_rate_and_never_while_the_belt_stands() -> None:
    travel, times = 0.5, []
    for tick in range(400):
        offsets, travel = crossings(travel, 1.0, 3.0)
        times += [tick * TICK_S + offset for offset in offsets]
    assert times[0] == pytest.approx(1.5)
    assert np.diff(times) == pytest.approx(3.0)
    assert crossings(0.99, 0.0, 3.0) == ([], 0.99)
    assert len(crossings(0.0, 1.0, 0.06)[0]) == 4


def test_the_photo_eye_goes_on_after_a_crash_and_forgets_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "truth" / "nairobi-line-1.jsonl"
    eye = PhotoEye(path)
    eye.count(10, ())
    eye.count(20, ("dent",), ("die-wear",))
    eye.close()
    with path.open("ab") as file:
        file.write(b'{"count":3,"at":30,"def')
    again = PhotoEye(path)
    assert again.last == Passed(2, 20, ("dent",), ("die-wear",))
    again.count(40, ())
    again.close()
    assert [(p.count, p.at) for p in read_truth(path)] == [(1, 10), (2, 20), (3, 40)]


def test_a_file_of_before_causes_were_written_down_is_read(tmp_path: Path) -> None:
    path = tmp_path / "nairobi-line-1.jsonl"
    path.write_bytes(b'{"count":1,"at":10,"defects":["dent"]}\n')
    assert read_truth(path) == [Passed(1, 10, ("dent",), ())]
