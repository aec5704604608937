"""Results as tables: for pandas, and for SQL."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gyges.faults import Exit, Fault, unknown
from gyges.store.cells import COLUMNS, Store
from gyges.store.runs import Manifest, Runs

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_DESIGN = (
    "reward_name VARCHAR, environment_parameters VARCHAR, reward_parameters VARCHAR, "
    "agent_parameters VARCHAR, warm DOUBLE, updates BIGINT"
)
VIEWS = {
    "results": f"run, key, {', '.join(COLUMNS)}, " + ", ".join(column.split()[0] for column in _DESIGN.split(", ")),
    "cells": "run, claim, key, environment, reward, agent, "
    + ", ".join(column.split()[0] for column in _DESIGN.split(", "))
    + ", seeds, episodes, stored, seconds, env_steps",
    "verdicts": "run, claim, part, verdict, reason, statement, metric, value, low, high, sentence",
}
"""The views that SQL sees, each with its columns."""


def load(run: str = "latest", out: str | Path = "runs") -> "pd.DataFrame":
    """The metrics of a run, one row per measurement, with the design of the cell that it comes from.

    **Arguments:**

    - `run`: a name that `gyges show --all` lists, or `latest`.
    - `out`: the folder that was given to `gyges run --out`.

    **Returns:** the columns of the view `results`, see `gyges sql --help`.
    """
    return query("SELECT * FROM results", run=run, out=out)


def query(sql: str, *, run: str = "latest", out: str | Path = "runs") -> "pd.DataFrame":
    """What `sql` finds in a run, or in `all` of them; see `VIEWS` for what it can select from."""
    import duckdb

    runs, store = Runs(Path(out)), Store(Path(out))
    manifests = [runs.read(name) for name in (runs.names() or ["latest"])] if run == "all" else [runs.read(run)]
    with duckdb.connect(config={"threads": 1}) as connection:
        _define(connection, store, manifests)
        try:
            answer = connection.execute(sql)
            if answer.description is None:
                raise Fault("the query returned no table. Give a SELECT over results, cells or verdicts.")
            frame: pd.DataFrame = answer.df()
        except duckdb.Error as error:
            raise _mended(error) from error
    return frame


def _define(connection: "duckdb.DuckDBPyConnection", store: Store, manifests: list[Manifest]) -> None:
    connection.execute(
        "CREATE TABLE cells (run VARCHAR, claim VARCHAR, key VARCHAR, environment VARCHAR, reward VARCHAR, "
        f"agent VARCHAR, {_DESIGN}, seeds BIGINT, episodes BIGINT, stored BOOLEAN, seconds DOUBLE, "
        "env_steps BIGINT)"
    )
    connection.execute(
        "CREATE TABLE verdicts (run VARCHAR, claim VARCHAR, part VARCHAR, verdict VARCHAR, reason VARCHAR, "
        "statement VARCHAR, metric VARCHAR, value DOUBLE, low DOUBLE, high DOUBLE, sentence VARCHAR)"
    )
    paths: dict[str, Path] = {}
    facts: dict[str, dict[str, Any]] = {}
    for manifest in manifests:
        for entry in manifest.cells:
            if entry.key not in paths and store.has(entry.key):
                paths[entry.key] = store.parquet(entry.key)
                facts[entry.key] = store.facts(entry.key)
    cells = [_cell_row(manifest, index, facts) for manifest in manifests for index in range(len(manifest.cells))]
    verdicts = [_verdict_row(manifest, verdict) for manifest in manifests for verdict in manifest.verdicts]
    for table, rows in (("cells", cells), ("verdicts", verdicts)):
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    _define_results(connection, paths)


def _define_results(connection: "duckdb.DuckDBPyConnection", paths: dict[str, Path]) -> None:
    if paths:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths.values())
        # The folder is the key. A label belongs to the run that asks, not to the stored cell.
        measured = (
            "(SELECT *, parse_path(filename)[-2] AS key FROM "
            f"read_parquet([{listed}], filename = true, union_by_name = true))"
        )
    else:
        types = dict.fromkeys(COLUMNS, "VARCHAR") | {"seed": "BIGINT", "update": "BIGINT", "value": "DOUBLE"}
        nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in types.items())
        measured = f"(SELECT {nothing}, NULL::VARCHAR AS key WHERE false)"
    chosen = ", ".join(f"asked.{name}" if name == "reward" else f"measured.{name}" for name in COLUMNS)
    design = [column.split()[0] for column in _DESIGN.split(", ")]
    connection.execute(
        f"CREATE VIEW results AS SELECT asked.run, asked.key, {chosen}, "
        f"{', '.join(f'asked.{name}' for name in design)} FROM {measured} measured "
        f"JOIN (SELECT DISTINCT run, key, reward, {', '.join(design)} FROM cells) asked USING (key)"
    )


def _cell_row(manifest: Manifest, index: int, facts: dict[str, dict[str, Any]]) -> list[Any]:
    entry = manifest.cells[index]
    design, known = entry.design, facts.get(entry.key, {})
    parameters = [json.dumps(design[f"{part}_parameters"]) for part in ("environment", "reward", "agent")]
    return [
        *(manifest.name, entry.claim, entry.key, design["environment"], entry.label, design["agent"]),
        *(design["reward"], *parameters, design["warm"], design["updates"]),
        *(len(design["seeds"]), design["episodes"]),
        *(entry.key in facts, known.get("seconds"), known.get("env_steps")),
    ]


def _verdict_row(manifest: Manifest, verdict: dict[str, Any]) -> list[Any]:
    names = ("claim", "part", "verdict", "reason", "statement", "metric", "value", "low", "high", "sentence")
    return [manifest.name, *(verdict.get(name) for name in names)]


def _mended(error: Exception) -> Fault:
    first = str(error).splitlines()[0]
    columns = sorted({column.strip() for view in VIEWS.values() for column in view.split(",")})
    if found := re.search(r'column "?([^" ]+)"? not found', first, re.IGNORECASE):
        return unknown("column", found[1], columns, see="gyges sql --help")
    if found := re.search(r"Table with name (\S+) does not exist", first):
        return unknown("view", found[1], VIEWS, see="gyges sql --help")
    return Fault(f"the query does not run: {first}\nThe views and their columns: gyges sql --help", Exit.USAGE)
