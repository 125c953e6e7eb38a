"""What people do to a project on a server: write documents, apply a folder, publish, close and stop journeys.

Every change is one transaction of the journal that holds both the document and the log entry that tells the engine,
so there is no moment at which one is known and the other is not.
"""

from sojourn.authoring.catalogue import Row
from sojourn.authoring.reading import Colour, FindingsError, Inlet, Sandbox, SandboxKind, refuse_broken_text
from sojourn.authoring.sandboxes import DEFAULT_SANDBOX, Sandboxes
from sojourn.authoring.transfer import Transfer
from sojourn.authoring.versions import Version

__all__ = [
    "DEFAULT_SANDBOX",
    "Authoring",
    "Colour",
    "FindingsError",
    "Inlet",
    "Row",
    "Sandbox",
    "SandboxKind",
    "Version",
    "refuse_broken_text",
]


class Authoring(Transfer, Sandboxes):
    """All changes to documents, for every face. Blocking; safe to call from several threads."""
