"""SELECTs on Apache Spark, or on whatever speaks its Connect protocol: every table is Parquet in a folder of the build.

Each SELECT's answer is written, and whoever names the table reads it from there: what a lost machine had is made again
from files, and no plan grows over a hundred SELECTs. pyspark is imported here alone, and only once it is needed.
"""

import contextlib
import logging
import socket
import sys
import urllib.parse
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import StoreError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

CONNECT_PORT, PATIENCE_S = 15_002, 10
MONTH_OF = "of_month"  # the folders of a table that is kept by month; `month` itself stays in the rows
NO_MONTH = "none"
OF_MONTHS = frozenset(f"{of}_fact" for of in ("line", "claim", "cohort", "remit", "payment", "lag", "appeal"))
ORDER = {  # rows lie in this order where readers ask for few of them: a claim's are then in few row groups
    **dict.fromkeys(
        [
            "claim_event",
            "line_event",
            "line_reason",
            "denial",
            "submission_family",
            "family_event",
            "family_member",
            "family_turn",
            "family_submission",
            "log_match",
        ],
        ("family_id",),
    ),
    "submission_event": ("file_id", "transaction_no", "claim_no"),
    "log_entry": ("file_id", "row_no"),
}
IN_ORDER = {"parquet.block.size": str(16 * 1024 * 1024)}  # a row group's bytes: who reads one claim reads that much
SPARK_TYPES = {"VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ", "INTEGER": "INT"}  # others are called alike
SHORT_PLANS = {  # whoever plans a SELECT writes its plan down at each step: half of the time that planning takes
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.ui.explainMode": "simple",
}
FUNCTIONS = (  # to Java a `$` is also before a last line feed, so it is said as RE2 means it
    "days_between(a date, b date) returns bigint return datediff(b, a)",
    "days_after(day date, n bigint) returns date return date_add(day, cast(n as int))",
    "text_matches(given string, pattern string) returns boolean return given rlike replace(pattern, '$', '\\\\z')",
)


def connect(master: str) -> "SparkSession":
    """A session of the cluster at this `sc://` address; StoreError where there is none, or no client here."""
    try:
        with warnings.catch_warnings(), _named_program():
            warnings.simplefilter("ignore", FutureWarning)  # of pandas 3, which pyspark calls without need
            from pyspark.errors import PySparkException
            from pyspark.sql.connect.session import SparkSession
    except ImportError as problem:
        raise StoreError(f"the Spark client is missing ({problem}); `pip install 'denialboard[spark]'`") from problem
    _knock(master)
    with said(master), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        session = SparkSession.builder.remote(master).create()
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # what it says, the error says
        session.conf.set("spark.sql.session.timeZone", "UTC")
        for key, value in SHORT_PLANS.items():
            with contextlib.suppress(PySparkException):  # a managed cluster may keep these to itself
                session.conf.set(key, value)
        return session


@contextlib.contextmanager
def _named_program() -> Iterator[None]:
    """Inside, the program has a file: one that has none (`python -c`) pyspark takes for its own tests, and ends it."""
    program = sys.modules["__main__"]
    is_nameless = not hasattr(program, "__file__")
    if is_nameless:
        program.__file__ = ""
    try:
        yield
    finally:
        if is_nameless:
            del program.__file__


@contextlib.contextmanager
def connected(master: str) -> Iterator["SparkSession"]:
    """The same, closed afterwards: a client that is not goes on trying to say goodbye."""
    session = connect(master)
    try:
        yield session
    finally:
        session.stop()


def _knock(master: str) -> None:
    """Somebody listens at the address; the client itself would go on trying for minutes."""
    wanted = f"got {_bare(master)} as the cluster's address, wanted sc://HOST:PORT"
    address = urllib.parse.urlsplit(master)
    try:
        place = (address.hostname or "", address.port or CONNECT_PORT)
    except ValueError:  # the port is no number: what stands there may be a token, and is not told
        raise StoreError(wanted) from None
    if address.scheme != "sc" or not address.hostname:
        raise StoreError(wanted)
    try:
        socket.create_connection(place, timeout=PATIENCE_S).close()
    except OSError as problem:
        where = f"{place[0]}:{place[1]}"
        raise StoreError(f"no Spark Connect server answers at {where} ({problem}); is it started?") from problem


def _bare(master: str) -> str:
    """The address without what may be a password."""
    return master.partition("/;")[0].partition("token=")[0]


@contextlib.contextmanager
def said(what: str) -> Iterator[None]:
    """What Spark refuses inside is a StoreError of one line."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as problem:
        words = " ".join(str(problem).split("\n\nJVM stacktrace")[0].split())
        raise StoreError(f"{_bare(what)}: Spark: {words[:500]}") from problem


class SparkEngine:
    """Tables are folders of Parquet files under `folder`, which the cluster and this machine both reach."""

    def __init__(self, session: "SparkSession", folder: str) -> None:
        self.session, self.folder = session, folder
        self._columns: dict[str, list[str]] = {}
        with said("functions"):
            _create_functions(session)

    def show(self, table: str, columns: Mapping[str, str], urls: list[str]) -> None:
        """SELECTs see these Parquet files as the table; empty where there are none. Types as DuckDB calls them."""
        schema = ", ".join(f"{name} {SPARK_TYPES.get(kind, kind)}" for name, kind in columns.items())
        with said(table):
            reader = self.session.read.schema(schema)
            frame = reader.parquet(*map(for_spark, urls)) if urls else self.session.createDataFrame([], schema)
            self._keep(table, frame, list(columns))

    def make(self, table: str, select: str, is_view: bool = False) -> None:
        """The table's files are written. A view as well: on a cluster it would be asked anew by each who names it."""
        with said(table):
            frame = self.session.sql(select)
            schema, url = frame.schema, self.url(table)  # asked once: each time the SELECT is analysed anew
            _write(table, frame, schema.names, url)
            self._keep(table, self.session.read.schema(schema).parquet(url), schema.names)

    def url(self, table: str) -> str:
        """Where the files of a table are."""
        return f"{for_spark(self.folder)}/{table}"

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Every row of the answer."""
        with said("rows"):
            return [tuple(row) for row in self.session.sql(select).collect()]

    def columns(self, table: str) -> list[str]:
        """The columns, in order; none where there is no such table."""
        return self._columns.get(table, [])

    def _keep(self, table: str, frame: "DataFrame", columns: list[str]) -> None:
        """The frame is called like the table; what its files hold beside these columns is not seen."""
        frame.select(*columns).createOrReplaceTempView(table)
        self._columns[table] = columns


def for_spark(url: str) -> str:
    """The URL as Spark understands it wherever it runs: a plain path is of this machine, not of the cluster's store."""
    return url if "://" in url else f"file://{Path(url).absolute()}"


def _write(table: str, frame: "DataFrame", columns: list[str], url: str) -> None:
    """The frame's rows are Parquet files at the URL, in the order in which readers ask for them."""
    from pyspark.sql import functions as f

    if table in OF_MONTHS:
        month = f.coalesce(f.col("month").cast("string"), f.lit(NO_MONTH))
        order = [name for name in (MONTH_OF, "family_id") if name in (MONTH_OF, *columns)]
        frame.withColumn(MONTH_OF, month).orderBy(*order).write.options(**IN_ORDER).partitionBy(MONTH_OF).parquet(url)
    elif table in ORDER:
        frame.orderBy(*ORDER[table]).write.options(**IN_ORDER).parquet(url)
    else:
        frame.write.parquet(url)


def _create_functions(session: "SparkSession") -> None:
    """SELECTs can call the functions of functions.py: in Spark's own words, or where a server knows none, on Arrow."""
    from pyspark.errors import PySparkException

    try:
        for function in FUNCTIONS:
            session.sql(f"create or replace temporary function {function}").collect()
    except PySparkException:
        _register_functions(session)


def _register_functions(session: "SparkSession") -> None:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyspark.sql.functions import arrow_udf

    from pipelines.functions import text_matches as matches

    def days_between(first: pa.Array, last: pa.Array) -> pa.Array:
        return pc.cast(pc.days_between(first, last), pa.int64())

    def days_after(day: pa.Array, count: pa.Array) -> pa.Array:
        return pc.cast(pc.add(pc.cast(day, pa.int32()), pc.cast(count, pa.int32())), pa.date32())

    def text_matches(given: pa.Array, patterns: pa.Array) -> pa.Array:
        known = pc.and_(pc.is_valid(given), pc.is_valid(patterns))
        texts = [pa.chunked_array([pc.fill_null(one, "")]) for one in (given, patterns)]
        return pc.if_else(known, matches(*texts), pa.scalar(None, pa.bool_()))

    kinds = {days_between: "bigint", days_after: "date", text_matches: "boolean"}
    for function, kind in kinds.items():
        session.udf.register(function.__name__, arrow_udf(function, kind))
