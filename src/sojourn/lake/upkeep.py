"""What keeps the lake in shape: small files of a day become one, old days go, deleted people go out of every file.

Every piece of work writes new files first and then changes the manifest, as `writing` does; replaced files are deleted
when nobody reads them any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from sojourn.lake.catalogue import quoted, text
from sojourn.lake.manifest import MOMENTS, ROLLUP, STEP, File, Manifest, Readers
from sojourn.lake.steps import COLUMNS
from sojourn.lake.writing import Writer
from sojourn.runtime.forget import TARGET, Target
from sojourn.store.shard import ShardReader

MERGED_ROWS = 2_000_000
"""Files of so many rows are left alone."""
MERGE_FROM = 8
QUIET = 64
"""A day whose latest file has so many written after it is over: what it has becomes one file."""


class Upkeep:
    """Works on the files of a `writer`, in its thread. `days` is how long steps and records are kept, 0 for ever."""

    def __init__(self, manifest: Manifest, writer: Writer, shard: ShardReader, readers: Readers, days: int) -> None:
        self._manifest = manifest
        self._writer = writer
        self._shard = shard
        self._readers = readers
        self._days = days

    def work(self, today: date) -> bool:
        """One piece of work; False when there is none. `today` is journey time's."""
        self._manifest.sweep(self._readers.oldest())
        return self._erase() or self._remove() or self._age(today) or self._merge()

    # --- privacy ---

    def _erase(self) -> bool:
        """Goes on with a delete that the shard has behind it [1.6]."""
        open_ = {token: (body, gone) for token, body, gone, *_ in self._shard.rows("forgotten")}
        erased = self._manifest.erased()
        for token in erased - open_.keys():
            self._manifest.forget_erased(token)
        for token, (body, gone) in open_.items():
            if gone and token not in erased:
                return self._without(token, TARGET.decode(body))
        return False

    def _without(self, token: str, target: Target) -> bool:
        """Rewrites the files that name somebody; the delete is through when the old ones are gone too."""
        mine = [file for file in self._manifest.files() if file.sandbox == target.sandbox and file.dataset != ROLLUP]
        self._target(target)
        dropped = [file for file in mine if self._names(file)]
        if dropped:
            self._manifest.commit([self._rewritten(file) for file in dropped], dropped)
        if self._manifest.sweep(self._readers.oldest()):
            return bool(dropped)  # somebody reads them: in the next round
        self._manifest.put_erased(token)
        return True

    def _target(self, target: Target) -> None:
        """The tables of who is meant: by the shapes of their journeys and by any id."""
        db, shapes = self._writer.db, self._shard.rows("shapes")
        ids = {id_ for _, id_ in (*target.identities, *target.stays)}
        db.execute("CREATE OR REPLACE TEMP TABLE theirs (shape UINTEGER, person VARCHAR)")
        for journey, person in target.stays:
            values = [f"({number}, {text(person)})" for number, of_journey, *_ in shapes if of_journey == journey]
            if values:
                db.execute(f"INSERT INTO theirs VALUES {', '.join(values)}")
        db.execute("CREATE OR REPLACE TEMP TABLE ids AS SELECT unnest($1::VARCHAR[]) AS id", [sorted(ids)])

    def _names(self, file: File) -> bool:
        rows = f"{self._rows(file)} s"
        found = (
            f"SELECT 1 FROM {rows} WHERE person IN (SELECT person FROM theirs) AND {_THEIRS} LIMIT 1"
            if file.dataset == STEP
            else f"SELECT 1 FROM {rows} WHERE {_THEIR_RECORD} LIMIT 1"
        )
        return bool(self._writer.db.execute(found).fetchall())

    def _rewritten(self, file: File) -> File:
        source = f"{self._rows(file)} s"
        if file.dataset != STEP:
            rows = f"(SELECT * FROM {source} WHERE NOT {_THEIR_RECORD})"
            return self._writer.write_records(file.sandbox, file.dataset, file.day, rows)
        hidden = ", ".join(f"CASE WHEN theirs THEN NULL ELSE {name} END AS {name}" for name in ("_id", "person"))
        rows = f"(SELECT * REPLACE ({hidden}) FROM (SELECT *, {_THEIRS} AS theirs FROM {source}))"
        return self._writer.write_steps(file.sandbox, file.day, self._with_versions(rows))

    # --- journeys that were deleted ---

    def _remove(self) -> bool:
        """Takes out the steps of shapes that there are no more: journeys are deleted with their reports [6.6]."""
        gone = int((self._shard.rows("get_meta", "shapes_gone") or [(0,)])[0][0])
        if gone == self._manifest.cursor("shapes_gone"):
            return False
        self._versions()
        old = [file for file in self._manifest.files() if file.dataset == STEP and self._has_unknown(file)]
        new = [self._writer.write_steps(file.sandbox, file.day, self._with_versions(self._rows(file))) for file in old]
        self._manifest.commit(new, old, {"shapes_gone": gone})
        return True

    def _has_unknown(self, file: File) -> bool:
        found = f"SELECT 1 FROM {self._rows(file)} WHERE shape NOT IN (SELECT shape FROM versions) LIMIT 1"
        return bool(self._writer.db.execute(found).fetchall())

    def _rows(self, file: File) -> str:
        return f"read_parquet({text(str(file.path(self._manifest.folder)))})"

    # --- age ---

    def _age(self, today: date) -> bool:
        if not self._days:
            return False
        first = (today - timedelta(days=self._days)).isoformat()
        old = [file for file in self._manifest.files() if file.day < first and file.dataset != ROLLUP]
        if old:
            self._manifest.commit([self._counts(file) for file in old if file.dataset == STEP], old)
        return bool(old)

    def _counts(self, file: File) -> File:
        """What is beside a file of steps, without it: how many there were stays known, and so who is inside."""
        folder = self._manifest.folder
        kept = file._replace(id=self._manifest.new_id(), dataset=ROLLUP)
        for of in (ROLLUP, MOMENTS):
            kept.path(folder, of).hardlink_to(file.path(folder, of))
        return kept

    # --- merging ---

    def _merge(self) -> bool:
        for files in self._to_merge():
            paths = ", ".join(text(str(file.path(self._manifest.folder))) for file in files)
            rows = f"(SELECT * FROM read_parquet([{paths}]))"
            of = files[0]
            if of.dataset == STEP:
                new = self._writer.write_steps(of.sandbox, of.day, self._with_versions(rows))
            else:
                new = self._writer.write_records(of.sandbox, of.dataset, of.day, rows)
            self._manifest.commit([new], files)
            return True
        return False

    def _to_merge(self) -> Iterator[list[File]]:
        files = [file for file in self._manifest.files() if file.dataset != ROLLUP]
        last = max((file.id for file in files), default=0)
        for _, day in groupby(files, key=lambda file: (file.sandbox, file.dataset, file.day)):
            small = [file for file in day if file.rows < MERGED_ROWS]
            if len(small) >= MERGE_FROM or (len(small) > 1 and small[-1].id < last - QUIET):
                yield small

    def _with_versions(self, rows: str) -> str:
        """Rows of steps with the version `v` that files are sorted by; those whose shapes are gone are left out."""
        self._versions()
        names = ", ".join(f"r.{quoted(name)}" for name in COLUMNS)
        return f"(SELECT {names}, v FROM {rows} r JOIN versions USING (shape))"

    def _versions(self) -> None:
        """Makes the table of the shapes that there are."""
        shapes = self._writer.shapes
        shapes.refresh()
        self._writer.db.execute(
            "CREATE OR REPLACE TEMP TABLE versions AS "
            "SELECT unnest($1::UINTEGER[]) AS shape, unnest($2::UINTEGER[]) AS v",
            [list(shapes.versions), [version for version, _ in shapes.versions.values()]],
        )


_THEIRS = "coalesce((s.shape, s.person) IN (SELECT shape, person FROM theirs), false)"
_THEIR_RECORD = "list_has_any(s.people, (SELECT list(id) FROM ids))"
