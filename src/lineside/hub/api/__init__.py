"""HTTP and the live socket: one file a noun. No SQL here; the store answers, these files check the question and shape the answer."""
