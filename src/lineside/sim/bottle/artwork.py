"""What is printed on the bottle and how its surface was worked, as textures over (azimuth, arc length).

Ink is kept as the square root of its linear colour plus the opacity of its base coat: under thin ink the metal
still mirrors. The relief is a tilt of the normal round and along the bottle, and a factor on the gloss.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np

from lineside.sim.bottle.pixels import TEXELS_PER_MM, TURN_TEXELS, Picture, Plane, Reals, plane, step_between
from lineside.sim.bottle.profile import CAP_BOTTOM_MM, Profile

PRINT_LOW_MM, PRINT_HIGH_MM = 31.0, 99.0  # arc lengths between the red lines
BARE = (238, 238, 238, 0)
Colour = tuple[int, int, int]
_DEEP, _TEAL, _SKY, _WHITE, _RED = (112, 52, 10), (150, 110, 18), (205, 160, 60), (246, 246, 244), (48, 38, 190)
_BLACK, _GREEN, _NIGHT, _LACQUER = (40, 30, 20), (60, 120, 40), (90, 40, 8), (120, 60, 16)
_SUPERSAMPLE = 2


@dataclass
class Sheet:
    """The print laid flat, front in the middle; drawing calls take degrees round the bottle and mm along its arc."""

    length_mm: float
    colour: Picture = field(init=False)
    opacity: Picture = field(init=False)

    def __post_init__(self) -> None:
        rows, columns = int(self.length_mm * TEXELS_PER_MM) * _SUPERSAMPLE, TURN_TEXELS * _SUPERSAMPLE
        self.colour = np.full((rows, columns, 3), BARE[:3], np.uint8)
        self.opacity = np.zeros((rows, columns), np.uint8)

    def x(self, degrees: float) -> int:
        return int((degrees / 360 + 0.5) * TURN_TEXELS * _SUPERSAMPLE)

    def y(self, s: float) -> int:
        return int((self.length_mm - s) * TEXELS_PER_MM * _SUPERSAMPLE)

    def mm(self, length: float) -> int:
        return max(1, int(length * TEXELS_PER_MM * _SUPERSAMPLE))

    def ribbon(self, upper: Reals, lower: Reals, ink: Colour, opacity: int) -> None:
        """Fill between two curves of arc length, each given evenly round the bottle."""
        columns = np.linspace(0, self.colour.shape[1] - 1, len(upper))
        top = np.stack([columns, (self.length_mm - upper) * TEXELS_PER_MM * _SUPERSAMPLE], 1)
        bottom = np.stack([columns, (self.length_mm - lower) * TEXELS_PER_MM * _SUPERSAMPLE], 1)
        outline = np.concatenate([top, bottom[::-1]]).astype(np.int32)
        cv2.fillPoly(self.colour, [outline], ink, cv2.LINE_AA)
        cv2.fillPoly(self.opacity, [outline], opacity, cv2.LINE_AA)

    def disc(self, degrees: float, s: float, radius_mm: float, ink: Colour, opacity: int, line_mm: float = 0) -> None:
        """A filled circle, or its rim where a line width is given."""
        width = self.mm(line_mm) if line_mm else -1
        centre = (self.x(degrees), self.y(s))
        cv2.circle(self.colour, centre, self.mm(radius_mm), ink, width, cv2.LINE_AA)
        cv2.circle(self.opacity, centre, self.mm(radius_mm), opacity, width, cv2.LINE_AA)

    def box(self, left: float, right: float, low: float, high: float, ink: Colour, opacity: int) -> None:
        corners = (self.x(left), self.y(high)), (self.x(right), self.y(low))
        cv2.rectangle(self.colour, *corners, ink, -1)
        cv2.rectangle(self.opacity, *corners, opacity, -1)

    def arc(self, degrees: float, s: float, radius_mm: float, start: float, ink: Colour) -> None:
        centre, radii, width = (self.x(degrees), self.y(s)), (self.mm(radius_mm),) * 2, self.mm(2.2)
        cv2.ellipse(self.colour, centre, radii, 0, start, start + 88, ink, width, cv2.LINE_AA)
        cv2.ellipse(self.opacity, centre, radii, 0, start, start + 88, 240, width, cv2.LINE_AA)

    def text(self, words: str, degrees: float, s: float, height_mm: float, ink: Colour, weight: int = 400, opacity: int = 240) -> None:
        """One centred line."""
        stencil = _words(words, self.mm(height_mm), weight)
        self._stamp(stencil, self.x(degrees), self.y(s), ink, opacity)

    def upright(self, words: str, degrees: float, s: float, height_mm: float, ink: Colour) -> None:
        """One line that reads from below to above."""
        stencil = np.ascontiguousarray(np.rot90(_words(words, self.mm(height_mm), 800)))
        self._stamp(stencil, self.x(degrees) + self.mm(height_mm) // 3, self.y(s), ink, 240)

    def turned(self) -> None:
        """Half a turn, so that the back can be drawn where it does not cross the seam."""
        half = self.colour.shape[1] // 2
        self.colour, self.opacity = np.roll(self.colour, half, 1), np.roll(self.opacity, half, 1)

    def texture(self) -> Picture:
        """(rows, 1024, 4): colour and opacity at the texture's own resolution."""
        sheet = cv2.GaussianBlur(np.dstack([self.colour, self.opacity]), (0, 0), _SUPERSAMPLE * 0.6)
        size = (TURN_TEXELS, sheet.shape[0] // _SUPERSAMPLE)
        return np.asarray(cv2.resize(sheet, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _stamp(self, stencil: Picture, centre_x: int, centre_y: int, ink: Colour, opacity: int) -> None:
        height, width = stencil.shape
        top, left = centre_y - height // 2, centre_x - width // 2
        place = (slice(top, top + height), slice(left, left + width))
        share = (stencil / 255.0)[..., None]
        self.colour[place] = (self.colour[place] * (1 - share) + np.array(ink) * share).astype(np.uint8)
        inked = (self.opacity[place] * (1 - share[..., 0]) + opacity * share[..., 0]).astype(np.uint8)
        self.opacity[place] = inked


def label(profile: Profile) -> Picture:
    """The printed bottle and its blue cap: square-root colour and base-coat opacity, (rows, 1024, 4)."""
    sheet = Sheet(profile.length_mm)
    _landscape(sheet)
    _front(sheet)
    _sides(sheet)
    sheet.turned()
    _back(sheet)
    sheet.turned()
    texture = sheet.texture()
    above = _arc_rows(profile, texture.shape[0]) > profile.arc_at(CAP_BOTTOM_MM) - 0.3
    texture[above] = (*_LACQUER, 55)
    return texture


def relief(profile: Profile) -> Plane:
    """Normal tilt round (rad), tilt along (rad) and gloss factor, (rows, 1024, 3), of metal and cap."""
    rows = int(profile.length_mm * TEXELS_PER_MM)
    brushed, fine, broad = _noise(rows, 70, 0.5, 1), _noise(rows, 25, 0.45, 2), _noise(rows, 300, 3, 4)
    grain, waves = _noise(rows, 1.2, 1.2, 5), _noise(rows, 60, 40, 6)
    across = 0.004 * grain + 0.004 * waves
    along = 0.007 * brushed + 0.005 * fine + 0.006 * waves
    gloss = 1 + 0.024 * brushed + 0.018 * fine + 0.02 * broad + 0.012 * grain
    return _cap_relief(profile, across, along, gloss * _scuffs(rows))


def _landscape(sheet: Sheet) -> None:
    turn = np.arange(2048) / 2048 * 2 * np.pi
    flat = np.zeros_like(turn)
    far = 62 + 7 * np.abs(np.sin(2 * turn + 0.3)) + 5 * np.abs(np.sin(5 * turn)) + 1.2 * np.abs(np.sin(17 * turn))
    near = 54 + 6 * np.abs(np.sin(3 * turn + 1.0)) + 3 * np.abs(np.sin(8 * turn + 0.4))
    sheet.ribbon(flat + 96, flat + 34, _DEEP, 40)
    sheet.ribbon(far, flat + 34, _TEAL, 70)
    sheet.ribbon(far, far - 2.2 - 2 * np.abs(np.sin(23 * turn)), _WHITE, 235)
    sheet.ribbon(near, flat + 34, _NIGHT, 110)
    sheet.ribbon(flat + 34, flat + 31.2, _WHITE, 240)
    sheet.ribbon(flat + 31.2, flat + 30.2, _RED, 220)
    sheet.ribbon(flat + 98.6, flat + 96, _WHITE, 240)
    sheet.ribbon(flat + 100.2, flat + 99.4, _RED, 220)


def _front(sheet: Sheet) -> None:
    sheet.disc(0, 78, 14.5, _WHITE, 240)
    sheet.disc(0, 78, 13.4, _DEEP, 60)
    sheet.disc(0, 78, 12.4, _WHITE, 240, 0.5)
    peaks = np.array([(-8, 81.5), (-3.5, 87.5), (-1.2, 85), (2.5, 89.5), (8, 81.5)])
    ridge = np.array([(sheet.x(0) + x * TEXELS_PER_MM * _SUPERSAMPLE, sheet.y(s)) for x, s in peaks], np.int32)
    cv2.fillPoly(sheet.colour, [ridge], _SKY, cv2.LINE_AA)
    cv2.fillPoly(sheet.opacity, [ridge], 90, cv2.LINE_AA)
    sheet.text("FIRN", 0, 75.6, 8.5, _WHITE, 800)
    sheet.text("EST. 1911", 0, 70.2, 2.6, _WHITE, 500)
    sheet.text("ALPINE SPRING WATER", 0, 43.5, 3.9, _WHITE, 600)
    sheet.text("still  -  330 ml e", 0, 37.6, 3.0, _WHITE)
    sheet.text("FIRN", 0, 105.5, 6, _DEEP, 800, 60)


def _sides(sheet: Sheet) -> None:
    sheet.upright("FIRN", 90, 66, 20, _WHITE)
    for words, s, height in (("100 %", 88, 6.0), ("recyclable", 83, 3.4), ("aluminium", 79, 3.4)):
        sheet.text(words, -90, s, height, _WHITE, 700)
    for start in (0, 120, 240):
        sheet.arc(-90, 66, 7, start, _WHITE)
    sheet.text("keep cold", -90, 46, 4, _WHITE, 500)
    sheet.text("L2417  08:41", 135, 25, 2.2, _BLACK, 500)


def _back(sheet: Sheet) -> None:
    sheet.box(-32, 32, 38, 93, _WHITE, 245)
    sheet.text("Nutrition  per 100 ml", 0, 87.5, 3.2, _BLACK, 700)
    facts = (("Energy", "0 kJ"), ("Fat", "0 g"), ("Carbohydrate", "0 g"), ("Protein", "0 g"), ("Salt", "< 0.01 g"))
    for i, (name, amount) in enumerate(facts):
        s = 82.5 - 3.6 * i
        sheet.box(-28, 28, s + 2.6, s + 2.8, _BLACK, 245)
        sheet.text(name, -17, s, 2.5, _BLACK)
        sheet.text(amount, 20, s, 2.5, _BLACK)
    for i, words in enumerate(("Natural mineral water.", "Store cool and dry.", "Please recycle.")):
        sheet.text(words, 0, 62 - 2.9 * i, 2.0, _BLACK)
    widths = np.random.default_rng(1).integers(1, 5, 80) * 0.42
    edges = -24 + np.cumsum(widths)
    for left, right in zip(edges[:-1:2], edges[1::2], strict=False):
        if right < 12:
            sheet.box(float(left), float(right), 43, 53, _BLACK, 245)
    sheet.text("7 610000 123457", -6, 40.4, 2.2, _BLACK)
    sheet.disc(22, 48, 4, _GREEN, 240, 0.8)
    sheet.text("alu", 22, 47.4, 2.6, _GREEN, 700)


def _words(words: str, height: int, weight: int) -> Picture:
    face = cv2.FontFace("sans")
    room = np.zeros((height * 3, height * (len(words) + 2), 3), np.uint8)
    cv2.putText(room, words, (height // 2, height * 2), (255, 255, 255), face, height, weight)
    left, _, width, _ = cv2.boundingRect(room[..., 0])
    return np.ascontiguousarray(room[height:, left : left + width, 0])


def _arc_rows(profile: Profile, rows: int) -> Reals:
    return np.asarray(profile.length_mm - (np.arange(rows) + 0.5) / TEXELS_PER_MM)


def _noise(rows: int, sigma_x: float, sigma_y: float, seed: int) -> Plane:
    """Unit-variance noise that closes round the bottle."""
    coarse_x, coarse_y = max(1, 2 ** int(np.log2(sigma_x / 2 + 1))), max(1, 2 ** int(np.log2(sigma_y / 2 + 1)))
    columns = TURN_TEXELS // coarse_x
    white = np.random.default_rng(seed).standard_normal((rows // coarse_y + 1, columns), np.float32)
    around = np.concatenate([white, white, white], 1)
    smooth = cv2.GaussianBlur(around, (0, 0), sigmaX=sigma_x / coarse_x, sigmaY=sigma_y / coarse_y)
    full = cv2.resize(smooth, (3 * TURN_TEXELS, rows), interpolation=cv2.INTER_LINEAR)
    one_turn = full[:, TURN_TEXELS : 2 * TURN_TEXELS]
    return plane(one_turn / one_turn.std())


def _scuffs(rows: int) -> Plane:
    """Gloss factor of handling marks: hairlines and rubbed spots far weaker than a defect."""
    rng = np.random.default_rng(7)
    marks = np.zeros((rows, TURN_TEXELS), np.float32)
    for x, y, length, angle, strength in zip(
        rng.uniform(60, TURN_TEXELS - 60, 90), rng.uniform(rows * 0.25, rows, 90), rng.uniform(10, 50, 90),
        rng.uniform(0, np.pi, 90), rng.uniform(-0.08, 0.08, 90), strict=True,
    ):  # fmt: skip
        end = (int(x + length * np.cos(angle)), int(y + length * np.sin(angle)))
        cv2.line(marks, (int(x), int(y)), end, float(strength), 1, cv2.LINE_AA)
    rubbed = 0.03 * np.clip(_noise(rows, 18, 12, 9) - 1.2, 0, 2)
    return plane(1 + cv2.GaussianBlur(marks, (0, 0), 0.7) - rubbed)


def _cap_relief(profile: Profile, across: Plane, along: Plane, gloss: Plane) -> Plane:
    """Knurl, rolled thread and tamper-band slits above the cap's lower edge."""
    rows = across.shape[0]
    s = _arc_rows(profile, rows)[:, None]
    turn = np.arange(TURN_TEXELS)[None] / TURN_TEXELS * 2 * np.pi
    low, top = profile.arc_at(CAP_BOTTOM_MM) - 0.3, profile.arc_at(184.4)
    cap = s > low
    knurl = 0.33 * step_between(s, top - 4.6, top - 0.6, 0.25) * np.sin(72 * turn)
    phase = (s - low - 4.4) / 3.2 - turn / (2 * np.pi)
    distance = (phase - np.round(phase)) * 3.2
    thread = np.exp(-((distance / 0.8) ** 2)) * distance / 0.64 * step_between(s, low + 5.0, top - 5.4, 0.35)
    slits = step_between(s, low + 4.05, low + 4.75, 0.05) * (np.mod(turn * 14 / (2 * np.pi), 1) > 0.16)
    across = plane(np.where(cap, across * 0.3 + knurl, across))
    along = plane(np.where(cap, along * 0.5 + 0.6 * thread, along))
    gloss = plane(gloss * np.where(cap, 1 - 0.75 * slits, 1))
    return plane(np.dstack([across, along, gloss]))
