"""OEE: `components` is the arithmetic, `recompute` keeps the minutes of the database equal to it."""
