"""Which step left a defect: the belt's way back, readings and entered events held against it, and what a line remembers of it."""
