"""The whole plant on one machine: a small supervisor of real processes, and the report of a run."""
