"""The rendered bottle: surface, light, four cameras, defects and the boxes of what can be seen of them."""

from lineside.sim.bottle.defects import DEFECT_KINDS, Bottle, Defect, make_bottle
from lineside.sim.bottle.renderer import BottleRenderer, Frame, VisibleBox

__all__ = ["DEFECT_KINDS", "Bottle", "BottleRenderer", "Defect", "Frame", "VisibleBox", "make_bottle"]
