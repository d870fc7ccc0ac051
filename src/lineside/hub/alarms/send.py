"""One message to one address, through Apprise. Blocking: it is called in a thread.

Apprise's own mail plugin makes a new Message-ID each time and adds it beside one given as a header, which would be two. `NumberedMail` is
that plugin with the one Message-ID that the message has at every attempt, so that a mailbox recognises a repetition.
"""

from __future__ import annotations

import logging
import re
import smtplib
import warnings
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

with warnings.catch_warnings():
    # Its mail plugin looks for a module that Python 3.13 no longer has, and brings its own where there is none.
    warnings.simplefilter("ignore", DeprecationWarning)
    from apprise import Apprise, NotifyFormat
    from apprise.plugins.email.base import NotifyEmail
    from apprise.plugins.email.common import AppriseEmailException
    from apprise.plugins.email.smtp import AppriseSMTPController

_HEADER = re.compile(r"^Message-ID:.*(?:\n[ \t].*)*", re.MULTILINE | re.IGNORECASE)
_MEANT_FOR_PEOPLE = 200
_SHORT = 3

# What it logs may hold parts of a URL; what matters of it is kept with the message instead.
_log = logging.getLogger("apprise")
_log.propagate = False
_log.addHandler(logging.NullHandler())


class Message(Struct, frozen=True):
    """`message_id` is RFC 5322: `<left@right>`; used by mail only."""

    title: str
    body: str
    message_id: str


class NumberedMail(NotifyEmail):
    """Mail by SMTP with a Message-ID that stays the same."""

    message_id = ""

    def send(self, body: str, title: str = "", **options: Any) -> bool:
        """False: it was not taken; why is in the log that the caller collects."""
        try:
            with AppriseSMTPController(
                host=self.smtp_host,
                port=self.port,
                secure_mode=self.secure_mode,
                user=self.user,
                password=self.password,
                verify_certificate=self.verify_certificate,
                socket_connect_timeout=self.socket_connect_timeout,
            ) as smtp:
                sent = [
                    smtp.sendmail(self.from_addr[1], mail.to_addrs, numbered(mail.body, self.message_id))
                    for mail in self._mails(body, title, options)
                ]
        except (OSError, smtplib.SMTPException, RuntimeError, AppriseEmailException) as error:
            _log.warning("The mail server did not take it (%s)", type(error).__name__)
            return False
        if not all(sent):
            _log.warning("The mail server refused a recipient")
        return all(sent)

    def _mails(self, body: str, title: str, options: dict[str, Any]) -> Any:
        return self.prepare_emails(
            subject=title,
            body=body,
            notify_format=self.resolve_format(options.get("body_format")),
            from_addr=self.from_addr,
            to=self.targets,
            cc=self.cc,
            bcc=self.bcc,
            reply_to=self.reply_to,
            smtp_host=self.smtp_host,
            headers={"X-Application": self.app_id, **self.headers},
            names=self.names,
            pgp=self.pgp,
            pgp_mode=self.pgp_mode,
            inline=self.inline,
            tzinfo=self.tzinfo,
        )


def is_address(url: str) -> bool:
    return Apprise.instantiate(url) is not None


def send(url: str, message: Message, timeout_s: float) -> str | None:
    """None: the address has taken it; else why not, without the secrets of the URL."""
    plugin = Apprise.instantiate(url)
    if plugin is None:
        return "its URL is not one that Apprise knows"
    if type(plugin) is NotifyEmail:
        plugin = NumberedMail(**NotifyEmail.parse_url(url))
        plugin.message_id = message.message_id
    said: list[str] = []
    sender = Apprise()
    sender.add(plugin)
    result = sender.notify(
        message.body,
        title=message.title,
        body_format=NotifyFormat.TEXT,
        timeout=timeout_s,
        log_callback=lambda entry, _: said.append(entry.message),
        log_level=logging.WARNING,
    )
    return None if result else scrub(said[-1] if said else "it was not taken", url)


def numbered(mail: str, message_id: str) -> str:
    """The mail's own Message-ID, the first header of this name, becomes this one."""
    return _HEADER.sub(lambda _: f"Message-ID: {message_id}", mail, count=1)


def scrub(text: str, url: str) -> str:
    """`text` without anything that stands in the URL: with some services even the host is a token."""
    written = url.partition("://")[2]
    parts = {*(unquote(part) for part in re.split(r"[/?&=@:]+", written)), *re.split(r"[^\w.+-]+", unquote(written))}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) > _SHORT:
            text = text.replace(part, "…")
    return text[:_MEANT_FOR_PEOPLE]
