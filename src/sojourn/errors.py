"""Who erred is in the type: the user (InputError), an endpoint (RemoteError), or our own store (StoreError).

Anything else that escapes is a bug of Sojourn. An error carries a message *code* and parameters; the words are in
`sojourn.messages`.
"""

from __future__ import annotations

from sojourn import messages


class SojournError(Exception):
    """Base of all errors raised on purpose; `code` and `params` find its sentence in the catalogue."""

    status = 500  # the HTTP status a face answers with
    exit_code = 1  # what the CLI exits with (rule 12.1)

    def __init__(self, code: str, /, *, field: str | None = None, **params: object) -> None:
        self.code = code
        self.field = field
        self.params = params
        super().__init__(code)

    def text(self, language: messages.Language = "en") -> str:
        """The sentence for people."""
        return messages.text(self.code, self.params, language)

    def hint(self, language: messages.Language = "en") -> str | None:
        """What to do next, where the catalogue has it."""
        return messages.hint(self.code, self.params, language)

    def __str__(self) -> str:
        hint = self.hint()
        where = f"{self.field}: " if self.field else ""
        return f"{where}{self.text()}" + (f" {hint}" if hint else "") + f" ({self.code})"


class RuleError(ValueError):
    """What a model finds wrong with a document or a request: raised where pydantic takes a ValueError for an answer."""

    def __init__(self, code: str, **params: object) -> None:
        self.said = messages.Said(code, params)
        super().__init__(str(self.said))


def rule_of(error: BaseException) -> object:
    """What an error says, in the reader's language where it has a code of ours."""
    cause = error.__cause__
    if isinstance(error, RuleError):
        return error.said
    if isinstance(error, SojournError):
        return messages.Said(error.code, error.params)
    return rule_of(cause) if isinstance(cause, SojournError | RuleError) else str(error)


class InputError(SojournError):
    """What the user sent cannot be taken: names the field and the rule, loses nothing."""

    status = 400
    exit_code = 2


class NotFoundError(InputError):
    """The thing named does not exist."""

    status = 404


class ConflictError(InputError):
    """The request is well-formed but the present state forbids it."""

    status = 409


class ChangedError(InputError):
    """What is to be changed is no longer as whoever asks has seen it."""

    status = 412


class UnauthorizedError(InputError):
    """Nobody is signed in, or what was given to show who is asking does not hold."""

    status = 401


class ForbiddenError(InputError):
    """Who is asking lacks a permission; `params` name it."""

    status = 403


class RemoteError(SojournError):
    """A system that we call for a user cannot be reached, or gives no answer that can be used."""

    status = 502


class StoreError(SojournError):
    """The data folder cannot be used or a write did not become durable; nothing accepted is lost."""

    status = 503
