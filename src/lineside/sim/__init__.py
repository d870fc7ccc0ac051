"""The simulated plant: physics, faults, rendered pictures."""
