"""What commands are given that can work on a cluster: which engine, where it is, and where its lake is."""

import os
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

import typer

from pipelines.errors import UsageError

HERE, SPARK = "duckdb", "spark"
MASTER = "DENIALS_SPARK_MASTER"  # an address may hold a token, which all who list processes would see in an option
ODD = "%*?[]{}\\#"  # patterns to one, to another a part of a name, or of a URL
EngineName = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="duckdb, on this computer, or spark, on a cluster.")
]
Master = Annotated[
    str | None,
    typer.Option("--master", metavar="URL", help=f"The cluster's address, sc://HOST:PORT; else ${MASTER} says it."),
]
LakeUrl = Annotated[
    str | None,
    typer.Option("--lake", metavar="URL", help="Where the cluster keeps rows: a shared folder, s3://, gs://."),
]


class OnCluster(NamedTuple):
    """A cluster's address, and the URL or absolute path of the lake that it reads and writes."""

    master: str
    lake: str


def cluster_given(engine: str, master: str | None, lake: str | None) -> OnCluster | None:
    """The cluster that is meant, None for this computer; UsageError where the options do not go together."""
    if engine not in (HERE, SPARK):
        raise UsageError(f"--engine {engine}: there are {HERE} and {SPARK}")
    if engine == HERE:
        if master or lake:
            raise UsageError(f"--master and --lake are for --engine {SPARK}")
        return None
    master = master or os.environ.get(MASTER)
    if not (master and lake):
        raise UsageError(f"--engine {SPARK}: wanted --master sc://HOST:PORT (or ${MASTER}) and --lake URL too")
    if odd := sorted(set(ODD) & set(lake)):
        raise UsageError(f"--lake {lake}: engines read {' '.join(odd)} each in a way of its own; wanted another place")
    return OnCluster(master, placed(lake))


def placed(url: str) -> str:
    """The URL as it is, UsageError where a password is in it; a plain path as reached from anywhere here."""
    if "://" in url and urlsplit(url).password:
        raise UsageError("a URL with a password in it would be kept and told: give the rights by the environment")
    return url if "://" in url else str(Path(url).absolute())
