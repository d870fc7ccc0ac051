"""The vocabulary: frozen structs and pure functions, no I/O."""
