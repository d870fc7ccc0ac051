"""What the embedded servers have in common for the rest of the hub."""

from __future__ import annotations

from lineside.hub.embedded.child import Child, ChildState


class EmbeddedServer:
    """A server that runs as the hub's child; `state` is always current."""

    def __init__(self, child: Child) -> None:
        self._child = child

    @property
    def state(self) -> ChildState:
        return self._child.state

    @property
    def up(self) -> bool:
        return self.state.up
