"""What commands are given that can work on a cluster: which engine, where it is, and where its lake is."""

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from pipelines.errors import UsageError

HERE, SPARK = "duckdb", "spark"
EngineName = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="duckdb, on this computer, or spark, on a cluster.")
]
Master = Annotated[
    str | None, typer.Option("--master", metavar="URL", help="The cluster's Spark Connect address: sc://HOST:PORT.")
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
    if not (master and lake):
        raise UsageError(f"--engine {SPARK}: wanted --master sc://HOST:PORT and --lake URL too")
    return OnCluster(master, placed(lake))


def placed(url: str) -> str:
    """The URL as it is; a plain path as it is reached from anywhere on this computer."""
    return url if "://" in url else str(Path(url).absolute())
