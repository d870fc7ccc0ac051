"""The servers that the hub brings along and keeps alive as its children: PostgreSQL and the broker."""

from lineside.hub.embedded.child import ChildState
from lineside.hub.embedded.nats import EmbeddedNats, embedded_nats
from lineside.hub.embedded.ports import kept_port
from lineside.hub.embedded.postgres import EmbeddedPostgres, embedded_postgres

__all__ = ["ChildState", "EmbeddedNats", "EmbeddedPostgres", "embedded_nats", "embedded_postgres", "kept_port"]
