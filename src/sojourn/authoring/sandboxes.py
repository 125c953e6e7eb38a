"""Sandboxes, and the inlets by which records come into them."""

from __future__ import annotations

from dataclasses import asdict

from sojourn.authoring.reading import Colour, Reading, Sandbox, SandboxKind, in_turn
from sojourn.errors import ConflictError, NotFoundError
from sojourn.store.journal import Job

DEFAULT_SANDBOX = "prod"
"""Of requests that name none: it is always there."""


class Sandboxes(Reading):
    """Makes sandboxes and inlets."""

    @in_turn
    def add_sandbox(self, name: str, kind: SandboxKind = "development", colour: Colour = "") -> None:
        """Makes a sandbox and its inlet of the same id. Raises ConflictError."""
        if name in self.sandboxes():
            raise ConflictError("ERR_SANDBOX_EXISTS", field="name", name=name)

        def work(job: Job) -> None:
            job.rows("add_sandbox", name, kind, colour)
            job.rows("add_inlet", name, name, "default inlet")
            job.record("sandbox.create", name, name, None, {"name": name, "kind": kind, "colour": colour})

        self._journal.run(work).result()

    @in_turn
    def set_sandbox(self, name: str, kind: SandboxKind | None, colour: Colour | None) -> Sandbox:
        """Sets how a sandbox shows itself; None leaves it as it is. Raises NotFoundError."""
        before = next((each for each in self.all_sandboxes() if each.name == name), None)
        if before is None:
            raise NotFoundError("ERR_SANDBOX_UNKNOWN", field="name", name=name, known=", ".join(self.sandboxes()))
        after = Sandbox(name, kind or before.kind, before.colour if colour is None else colour)

        def work(job: Job) -> None:
            job.rows("set_sandbox", after.kind, after.colour, name)
            job.record("sandbox.update", name, name, asdict(before), asdict(after))

        self._journal.run(work).result()
        return after

    def held(self, name: str) -> tuple[int, int]:
        """How many journeys and how many other documents a sandbox holds: limits, alerts and mailings too. Raises
        NotFoundError."""
        if name not in self.sandboxes():
            raise NotFoundError("ERR_SANDBOX_UNKNOWN", field="name", name=name, known=", ".join(self.sandboxes()))
        ((journeys, documents),) = self._reader.rows("sandbox_holds", name)
        return journeys, documents

    @in_turn
    def delete_sandbox(self, name: str) -> None:
        """Deletes a sandbox that holds no documents any more, with its inlets. Raises NotFoundError, ConflictError."""
        known = {each.name: each for each in self.all_sandboxes()}
        if name not in known:
            raise NotFoundError("ERR_SANDBOX_UNKNOWN", field="name", name=name, known=", ".join(known))
        if name == DEFAULT_SANDBOX:
            raise ConflictError("ERR_SANDBOX_KEPT", field="name", name=name)

        def work(job: Job) -> None:
            ((journeys, documents),) = job.rows("sandbox_holds", name)
            if journeys or documents:
                raise ConflictError("ERR_SANDBOX_USED", field="name", name=name, journeys=journeys, documents=documents)
            job.rows("delete_inlets", name)
            job.rows("delete_sandbox", name)
            job.record("sandbox.delete", name, name, asdict(known[name]))

        self._journal.run(work).result()

    @in_turn
    def add_inlet(self, id_: str, sandbox: str, name: str, *, authenticated: bool) -> None:
        """Makes an inlet of a sandbox. Raises ConflictError."""
        if any(inlet.id == id_ for inlet in self.inlets()):
            raise ConflictError("ERR_INLET_EXISTS", field="inletId", inlet=id_)

        def work(job: Job) -> None:
            job.rows("add_inlet", id_, sandbox, name)
            job.rows("set_inlet", authenticated, id_)
            job.record("inlet.create", sandbox, id_, None, {"name": name, "authenticated": authenticated})

        self._journal.run(work).result()

    @in_turn
    def set_inlet(self, id_: str, *, authenticated: bool) -> None:
        """Sets whether an inlet asks for a token."""
        inlet = next(inlet for inlet in self.inlets() if inlet.id == id_)

        def work(job: Job) -> None:
            job.rows("set_inlet", authenticated, id_)
            before, after = {"authenticated": inlet.authenticated}, {"authenticated": authenticated}
            job.record("inlet.update", inlet.sandbox, id_, before, after)

        self._journal.run(work).result()
