"""A real SMTP server in a thread, and what it was given."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """`answer` is what the server says to each mail; only mails that it takes are kept."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answer = "250 OK"
        self.tried = 0
        self.mails: list[Message] = []

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}/ops@example.com?from=lineside@example.com&format=text"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        self.tried += 1
        if self.answer.startswith("250"):
            content: Any = envelope.content
            self.mails.append(email.message_from_bytes(content))
        return self.answer


@contextmanager
def mailbox(port: int | None = None) -> Iterator[Mailbox]:
    box = Mailbox(port or _free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
