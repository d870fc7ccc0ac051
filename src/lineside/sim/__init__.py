"""The simulated plant, an aluminium bottle line: physics, faults, rendered pictures."""
