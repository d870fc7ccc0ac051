"""Self-hosted quality control for manufacturing: one honest record per product."""

__version__ = "0.1.0"
