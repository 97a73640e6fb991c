"""A folder that only Arrow reaches (s3, gs, hdfs, abfs), as a file system that DuckDB can read: `tables://<file>`.

So a build is read with the same rights and libraries with which its tables were listed, and needs no extension of
DuckDB's. Nothing can be written by it.
"""

from typing import Any

import fsspec
from pyarrow.fs import FileInfo, FileSelector, FileSystem, SubTreeFileSystem

SCHEME = "tables"


class DistantFiles(fsspec.AbstractFileSystem):  # type: ignore[misc]  # fsspec is untyped
    """The files of one folder, named from there."""

    protocol = SCHEME
    cachable = False  # two builds have two folders, whatever they are called

    def __init__(self, files: FileSystem, folder: str) -> None:
        super().__init__()
        self._files = SubTreeFileSystem(folder, files)

    def glob(self, path: str, maxdepth: int | None = None, **options: Any) -> list[str]:
        """The name itself: a build names each of its files, and asking a store for its list takes long."""
        return [_name(path)]

    def ls(self, path: str, detail: bool = True, **options: Any) -> list[Any]:
        """What is in a folder."""
        found = [_told(one) for one in self._files.get_file_info(FileSelector(_name(path)))]
        return found if detail else [one["name"] for one in found]

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        """Size and kind of one file."""
        return _told(self._files.get_file_info(_name(path)))

    def modified(self, path: str) -> Any:
        """When the file was written."""
        return self._files.get_file_info(_name(path)).mtime

    def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        return self._files.open_input_file(_name(path))


def _name(path: str) -> str:
    return path.removeprefix(f"{SCHEME}://")


def _told(info: FileInfo) -> dict[str, Any]:
    return {"name": info.path, "size": info.size, "type": "file" if info.is_file else "directory"}
