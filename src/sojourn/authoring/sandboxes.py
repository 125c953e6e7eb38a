"""Sandboxes, and the inlets by which records come into them."""

from __future__ import annotations

from sojourn.authoring.reading import Reading, in_turn
from sojourn.errors import ConflictError
from sojourn.store.journal import Job


class Sandboxes(Reading):
    """Makes sandboxes and inlets."""

    @in_turn
    def add_sandbox(self, name: str) -> None:
        """Makes a sandbox and its inlet of the same id. Raises ConflictError."""
        if name in self.sandboxes():
            raise ConflictError("ERR_SANDBOX_EXISTS", field="name", name=name)

        def work(job: Job) -> None:
            job.rows("add_sandbox", name)
            job.rows("add_inlet", name, name, "default inlet")
            job.record("sandbox.create", name, name, None, {"name": name})

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
