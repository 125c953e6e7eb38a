"""SQL from users: read, refused unless it is one query over the datasets, and written anew for DuckDB.

The text that DuckDB gets is made from the tree, never the one that came: only what is understood is run. Functions of
Postgres and Spark that the manual's examples use are translated; `now()` is journey time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from sojourn.errors import InputError
from sojourn.lake.catalogue import ALIASES, TABLES, leaves
from sojourn.lake.reading import FLAT
from sojourn.lake.sizes import MOST, made_by

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # what it cannot read is refused, and need not be told twice
LONGEST = 100_000
"""Characters of a query."""
_UNITS = frozenset(["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"])
_PATTERN = {
    "yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "dd": "%d", "HH": "%H", "hh": "%I", "mm": "%M",
    "ss": "%S", "SSS": "%g", "a": "%p", "EEEE": "%A", "EEE": "%a", "D": "%j",
}  # fmt: skip
"""Letters of Spark's date patterns, as `strftime` has them."""
_FORBIDDEN = (
    exp.DML, exp.DDL, exp.Into, exp.Command, exp.Set, exp.Pragma, exp.Attach, exp.Detach, exp.Copy, exp.Use,
    exp.Transaction, exp.Commit, exp.Rollback, exp.Drop, exp.Alter, exp.Lock, exp.Describe, exp.Show,
)  # fmt: skip
_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)
_FORBIDDEN_FUNCTIONS = (
    "read_", "parquet_", "duckdb_", "pragma_", "sniff_", "query", "glob", "getenv", "current_setting", "which_secret",
    "getvariable", "nextval", "currval", "set_config", "pg_", "sqlite_",
)  # fmt: skip
_VERBS = frozenset((
    "insert", "update", "delete", "merge", "drop", "create", "alter", "truncate", "copy", "attach", "detach", "install",
    "load", "set", "reset", "pragma", "export", "import", "call", "checkpoint", "vacuum", "use", "begin", "commit",
    "rollback", "explain", "describe", "show", "summarize", "prepare", "execute", "deallocate", "grant", "revoke",
    "comment", "analyze", "force",
))  # fmt: skip
"""What statements that do anything begin with."""
_LEAVES = {table: {leaf.path.lower(): leaf.path for leaf in leaves(tree)} for table, tree in TABLES.items()}


def translated(text: str, now: int) -> str:
    """The query for DuckDB. `now` is epoch ms. Raises InputError for anything but one query over the datasets."""
    tree = _parsed(text)
    _check(tree)
    _name_columns(tree)
    tree = tree.transform(_function, datetime.fromtimestamp(now / 1000, UTC))
    for scope in traverse_scope(tree):
        _flatten(scope)
    return tree.sql("duckdb")


def _parsed(text: str) -> exp.Expression:
    if len(text) > LONGEST:
        raise InputError("ERR_QUERY_LONG", field="sql", limit=LONGEST)
    if (verb := text.split(maxsplit=1)[:1]) and verb[0].lower() in _VERBS:
        raise InputError("ERR_QUERY_READ_ONLY", field="sql", what=verb[0].upper())
    first: SqlglotError | None = None
    for dialect in ("postgres", "spark"):
        try:
            found = [each for each in sqlglot.parse(text, read=dialect) if each is not None]
        except (SqlglotError, RecursionError) as error:
            first = first or (error if isinstance(error, SqlglotError) else SqlglotError("nested too deeply"))
            continue
        if len(found) != 1:
            raise InputError("ERR_QUERY_ONE", field="sql", count=len(found))
        return found[0]  # type: ignore[return-value]
    problem = (getattr(first, "errors", None) or [{}])[0]
    near = f"{problem.get('highlight') or ''}{problem.get('end_context') or ''}".strip()[:30] or text.strip()[-30:]
    raise InputError(
        "ERR_QUERY_SYNTAX", field="sql", near=near, line=problem.get("line") or 1, column=problem.get("col") or 1
    )


def _check(tree: exp.Expression) -> None:
    """Refuses everything but reading the datasets."""
    if not isinstance(tree, _QUERIES):
        raise InputError("ERR_QUERY_READ_ONLY", field="sql", what=tree.key.upper())
    for node in tree.walk():
        if isinstance(node, _FORBIDDEN):
            raise InputError("ERR_QUERY_READ_ONLY", field="sql", what=node.key.upper())
        if isinstance(node, exp.Func) and (name := _name(node)).startswith(_FORBIDDEN_FUNCTIONS):
            raise InputError("ERR_QUERY_FUNCTION", field="sql", name=name)
        if isinstance(node, exp.Func) and made_by(node) > MOST:
            name = node.sql("duckdb").partition("(")[0].lower()
            raise InputError("ERR_QUERY_VALUE", field="sql", name=name, limit=MOST)
        if isinstance(node, exp.Parameter | exp.Placeholder | exp.SessionParameter):
            raise InputError("ERR_QUERY_PARAMETER", field="sql", name=node.sql())
    for table, common in _tables(tree):
        if not isinstance(table.this, exp.Identifier):
            raise InputError("ERR_QUERY_FUNCTION", field="sql", name=table.this.sql().split("(")[0])
        name = ALIASES.get(table.name.lower(), table.name.lower())
        if table.args.get("db") is None and table.name.lower() in common:
            continue
        if table.args.get("db") is not None or name not in TABLES:
            raise InputError("ERR_QUERY_TABLE", field="sql", name=table.sql(), known=", ".join(TABLES))
        if name != table.name:
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
            table.set("this", exp.to_identifier(name))


def _name_columns(tree: exp.Expression) -> None:
    """Columns that are computed are called as they were written."""
    if isinstance(tree, exp.Select):
        for each in list(tree.selects):
            if not isinstance(each, exp.Alias | exp.Column | exp.Dot | exp.Star):
                each.replace(exp.alias_(each.copy(), each.sql("postgres"), quoted=True))


def _tables(tree: exp.Expression) -> Iterator[tuple[exp.Table, set[str]]]:
    """Tables with the names that WITH gives where they stand."""
    for table in list(tree.find_all(exp.Table)):
        common: set[str] = set()
        node: exp.Expression | None = table
        while node is not None:
            if (with_ := node.args.get("with_") or node.args.get("with")) is not None:
                common |= {each.alias.lower() for each in with_.expressions}
            node = node.parent  # type: ignore[assignment]
        yield table, common


def _name(function: exp.Func) -> str:
    return (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()


def _function(node: exp.Expression, now: datetime) -> exp.Expression:
    """Functions of other dialects, one by one."""
    if isinstance(node, exp.CurrentTimestamp | exp.Localtimestamp) or _is_call(node, "now", "getdate"):
        return exp.cast(exp.Literal.string(now.strftime("%Y-%m-%d %H:%M:%S.%f")), "timestamp")
    if isinstance(node, exp.CurrentDate):
        return exp.cast(exp.Literal.string(now.strftime("%Y-%m-%d")), "date")
    if isinstance(node, exp.Count) and node.this is None:
        return exp.Count(this=exp.Star())
    if isinstance(node, exp.DateDiff) and node.this is not None and node.this.name.lower() in _UNITS:
        unit, start, end = node.this.name.lower(), node.expression, node.args.get("unit")
        return exp.Anonymous(this="date_diff", expressions=[exp.Literal.string(unit), _moment(start), _moment(end)])
    if isinstance(node, exp.DateDiff):
        unit = node.args.get("unit")
        name = unit.name.lower() if unit is not None else "day"
        return exp.Anonymous(
            this="date_diff", expressions=[exp.Literal.string(name), _moment(node.expression), _moment(node.this)]
        )
    if _is_call(node, "date_format") and len(node.expressions) == 2:
        moment, pattern = node.expressions
        if not pattern.is_string:
            raise InputError("ERR_QUERY_PATTERN", field="sql", pattern=pattern.sql())
        return exp.Anonymous(
            this="strftime", expressions=[_moment(moment), exp.Literal.string(_strftime(pattern.name))]
        )
    if isinstance(node, exp.StrToDate | exp.TsOrDsToDate) and node.args.get("format") is None:
        return exp.cast(node.this, "date")
    return node


def _moment(node: exp.Expression | None) -> exp.Expression:
    return exp.cast(node.copy() if node is not None else exp.Null(), "timestamp")


def _is_call(node: exp.Expression, *names: str) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() in names


def _strftime(pattern: str) -> str:
    """A date pattern of Spark. Raises InputError for letters that we do not know."""
    found, at = "", 0
    while at < len(pattern):
        here = pattern[at]
        if here == "'":
            end = pattern.find("'", at + 1)
            end = len(pattern) if end < 0 else end
            found += pattern[at + 1 : end].replace("%", "%%")
            at = end + 1
            continue
        run = pattern[at : at + len(pattern[at:]) - len(pattern[at:].lstrip(here))]
        if here.isalpha():
            if run not in _PATTERN:
                raise InputError("ERR_QUERY_PATTERN", field="sql", pattern=pattern)
            found += _PATTERN[run]
        else:
            found += run.replace("%", "%%")
        at += len(run)
    return found


# --- reading only what is named ---


def _flatten(scope: Scope) -> None:
    """Where a SELECT names leaves of a dataset only, it reads the view that has a column for each.

    The nested views make whole structures for every row; they mean the same, and serve whatever this does not.
    """
    select = scope.expression
    datasets = {
        alias: source
        for alias, source in scope.sources.items()
        if isinstance(source, exp.Table) and source.name in _LEAVES
    }
    if not datasets or not isinstance(select, exp.Select) or scope.subquery_scopes or any(_stars(select)):
        return
    only = next(iter(datasets)) if len(scope.sources) == 1 else None
    aliases = {each.alias.lower() for each in select.selects if isinstance(each, exp.Alias)}
    plan: list[tuple[exp.Expression, exp.Expression, str]] = []
    for column in scope.columns:
        top, parts = _chain(column)
        alias = next((each for each in datasets if each.lower() == parts[0].lower()), None) if len(parts) > 1 else None
        if alias is not None:
            parts = parts[1:]
        elif only is not None:
            alias = only
            if len(parts) == 1 and parts[0].lower() in aliases and not _in_projection(top, select):
                continue  # a name given in the SELECT
        else:
            if any(parts[0].lower() == each.lower() for each in scope.sources):
                continue  # of another source
            return
        path = _LEAVES[datasets[alias].name].get(".".join(parts).lower())
        if path is None:
            return
        plan.append(
            (top, exp.column(exp.to_identifier(path, quoted=True), exp.to_identifier(alias, quoted=True)), parts[-1])
        )
    for named, leaf, name in plan:
        bare = named.parent is select and named.arg_key == "expressions"
        named.replace(exp.alias_(leaf, name, quoted=True) if bare else leaf)
    for alias, table in datasets.items():
        flat = exp.to_identifier(FLAT + table.name, quoted=True)
        table.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
        table.set("this", flat)


def _stars(select: exp.Select) -> Iterator[exp.Expression]:
    for star in select.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            yield star


def _chain(column: exp.Column) -> tuple[exp.Expression, list[str]]:
    """The whole dotted name that a column begins, and the node that stands for all of it."""
    parts = [part.name for part in column.parts]
    top: exp.Expression = column
    while (
        isinstance(top.parent, exp.Dot) and top.arg_key == "this" and isinstance(top.parent.expression, exp.Identifier)
    ):
        top = top.parent
        parts.append(top.expression.name)
    return top, parts


def _in_projection(node: exp.Expression, select: exp.Select) -> bool:
    while node.parent is not None and node.parent is not select:
        node = node.parent  # type: ignore[assignment]
    return node.arg_key == "expressions"
