"""A conversation of questions and answers, one line each: with a person at a terminal, or with a file of answers.

Every answer is checked at once. A person who was wrong is told the rule and the remedy and asked again; a file that is wrong ends it,
because every later line would answer another question than it was written for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TextIO, TypeVar

import click

from lineside.types.errors import ConfigError, Problem
from lineside.types.strict import show

T = TypeVar("T")

COMMENT = "#"
EXPLAIN = "?"


class AnswerError(ValueError):
    """An answer that breaks a rule."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(f"{rule}. {remedy}")
        self.rule, self.remedy = rule, remedy


class Answers(Protocol):
    """Who answers. `refuse` returns when the same question may be asked again."""

    def read(self, question: str) -> str: ...
    def refuse(self, text: str, wrong: AnswerError) -> None: ...


class Person:
    """At a terminal, or whatever stands on standard input. Raises click.Abort at Ctrl-C and at the end of the input."""

    def read(self, question: str) -> str:
        text: str = click.prompt(question, default="", show_default=False)
        return text

    def refuse(self, text: str, wrong: AnswerError) -> None:
        click.echo(f"  {show(text)} {wrong}", err=True)


class Script:
    """Lines of a file: one answer a line, an empty one takes the default, lines that begin with # are comments."""

    def __init__(self, file: TextIO) -> None:
        self._source = getattr(file, "name", "answers")
        self._lines = self._answers(file)
        self._number, self._question = 0, ""

    def read(self, question: str) -> str:
        self._question = question
        for text in self._lines:
            click.echo(f"{question}: {text}")
            return text
        wrong = AnswerError("there must be an answer to every question", "Add a line; an empty one takes the default.")
        raise self._error("(end of the file)", wrong)

    def refuse(self, text: str, wrong: AnswerError) -> None:
        raise self._error(show(text), wrong)

    def _answers(self, file: TextIO) -> Iterator[str]:
        for self._number, line in enumerate(file, 1):
            if not line.startswith(COMMENT):
                yield line.strip()

    def _error(self, value: str, wrong: AnswerError) -> ConfigError:
        return ConfigError(self._source, [Problem(f"line {self._number} ({self._question.strip()})", value, wrong.rule, wrong.remedy)])


class Talk:
    """Asks until the answer is right."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def say(self, text: str = "") -> None:
        click.echo(text)

    def ask(self, question: str, parse: Callable[[str], T], explain: str, default: str | None = None, nothing: str = "none") -> T:
        """What `parse` makes of the answer. `default` stands in brackets and is what an empty answer means; None: there is none.

        `nothing` stands in the brackets where the default is "".
        """
        shown = question if default is None else f"{question} [{default or nothing}]"
        while True:
            text = self._answers.read(shown).strip()
            if text == EXPLAIN:
                self.say(f"  {explain}")
                continue
            try:
                return parse(_filled(text, default))
            except AnswerError as wrong:
                self._answers.refuse(text, wrong)

    def choose(self, question: str, options: Sequence[str], explain: str, default: str | None = None) -> str:
        """One of `options`."""

        def parse(text: str) -> str:
            if text in options:
                return text
            raise AnswerError("must be one of the choices", f"Use one of: {', '.join(option or '(nothing)' for option in options)}.")

        return self.ask(question, parse, f"{explain} One of: {', '.join(option or '(nothing)' for option in options)}.", default)

    def confirm(self, question: str, explain: str, *, default: bool) -> bool:
        return self.ask(question, _yes, explain, "y" if default else "n")


def _filled(text: str, default: str | None) -> str:
    if text or default == "":
        return text
    if default is None:
        raise AnswerError("needs an answer", f"Type one; {EXPLAIN} explains what is meant.")
    return default


def _yes(text: str) -> bool:
    if text.lower() in ("y", "yes"):
        return True
    if text.lower() in ("n", "no"):
        return False
    raise AnswerError("must be yes or no", "Type y or n.")
