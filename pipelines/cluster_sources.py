"""Files that a cluster reads where they are: listed at home, opened by whichever machine has the task.

What `archives.expand` does for folders of this computer, for every URL that Arrow can reach.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, cast
from urllib.parse import quote, unquote

from pipelines.archives import Source, files_in, is_passed_over
from pipelines.cluster_lake import filesystem
from pipelines.errors import StoreError, UsageError
from pipelines.limits import Limits

LOCAL = "file://"


class Given(NamedTuple):
    """A file as it was listed; an archive is one."""

    url: str
    name: str
    byte_count: int
    changed_at: int  # nanoseconds; what is read later must not be another file


def listed(url: str) -> Iterator[Given]:
    """Yield the file, or a folder's files in order of name; UsageError where there is nothing."""
    from pyarrow.fs import FileSelector, FileType

    files, path = filesystem(url)
    root = files.get_file_info(path)
    if root.type == FileType.NotFound:
        raise UsageError(f"{url}: there is no such file or folder")
    if root.type == FileType.File:
        yield Given(url, root.base_name, root.size, root.mtime_ns or 0)
        return
    for found in sorted(files.get_file_info(FileSelector(path, recursive=True)), key=lambda info: info.path.split("/")):
        inner = found.path.removeprefix(path).lstrip("/")
        named = quote(inner) if "://" in url else inner  # a URL says a space, a per cent and a # its own way
        if found.type == FileType.File and not is_passed_over(inner.split("/")):
            yield Given(f"{url.rstrip('/')}/{named}", inner, found.size, found.mtime_ns or 0)


def opened(given: Given) -> BinaryIO:
    """The file's bytes, to be read from any place; StoreError where it is not the file any more that was listed."""
    files, path = filesystem(given.url)
    info = files.get_file_info(path)
    if (info.size, info.mtime_ns or 0) != given[2:]:
        raise StoreError(f"{given.url}: it is not the file that it was when it was listed; ingest it again")
    return cast(BinaryIO, files.open_input_file(path))


def sources_in(given: Given, limits: Limits) -> Iterator[Source]:
    """Yield the file, or what is in it; always in the same order."""
    place = unquote(given.url.removeprefix(LOCAL)) if given.url.startswith(LOCAL) else given.url
    source = Source(given.name, lambda: opened(given), place)
    yield from files_in(source, given.byte_count, limits)
