"""Looking through files and folders: what is to be imported, and what belongs together. Reads names and sizes, and the
first bytes of what has an unknown name."""

import os
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from evoke.cli.importing import kinds, reading
from evoke.cli.importing.findings import Failure, File, Part, Plan, Unit
from evoke.domains.photos.errors import UnsupportedMedia
from evoke.platform.metadata import pairing


class Scan:
    """One look. `never` are folders to leave alone (our own data); `progress(files)` is told how far it is, and may
    raise to end it."""

    def __init__(self, *, never: Iterable[Path] = (), progress: Callable[[int], None] = lambda _: None) -> None:
        self.plan = Plan()
        self._never = {folder.resolve() for folder in never}
        self._progress = progress
        self._seen_folders: set[tuple[int, int]] = set()
        self._seen_files: set[str] = set()
        self._looked_at = 0

    def run(self, paths: Sequence[str]) -> Plan:
        """`paths` as the person gave them: files and folders, which are searched with all that is below them."""
        named: dict[str, list[File]] = defaultdict(list)
        for given in paths:
            path = _absolute(given)
            try:
                status = path.stat()
            except (OSError, ValueError) as error:
                self._fail(str(path), error)
                continue
            if stat.S_ISDIR(status.st_mode):
                self._search(str(path))
            elif stat.S_ISREG(status.st_mode):
                named[str(path.parent)].append(File.of(str(path), status))
            else:
                self._fail(str(path), ValueError("it is neither a file nor a folder"))
        for folder, files in named.items():
            self._add_named(folder, files)
        return self.plan

    def _search(self, top: str) -> None:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            try:
                if not self._is_new(folder):
                    continue
                with os.scandir(folder) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                self._fail(folder, error)
                continue
            files: list[File] = []
            below: list[str] = []
            for entry in entries:
                self._look_at(entry, files, below)
            waiting.extend(reversed(below))
            self._add_found(files)

    def _is_new(self, folder: str) -> bool:
        """Whether the folder was not looked through yet, under whatever name: links may lead in a circle."""
        status = Path(folder).stat()
        identity = (status.st_dev, status.st_ino)
        if identity in self._seen_folders or Path(folder).resolve() in self._never:
            return False
        self._seen_folders.add(identity)
        return True

    def _look_at(self, entry: "os.DirEntry[str]", files: list[File], below: list[str]) -> None:
        self._looked_at += 1
        self._progress(self._looked_at)
        try:
            if entry.is_dir():
                if not kinds.is_hidden(entry.name):
                    below.append(entry.path)
            elif kinds.is_hidden(entry.name) or not entry.is_file():
                # A link that leads nowhere is a file that is missing; a socket or a FIFO is none at all.
                if entry.is_symlink() and kinds.looks_like_media(entry.name) and not Path(entry.path).exists():
                    raise OSError(None, "the link leads nowhere", entry.path)
                self.plan.ignored += 1
            else:
                files.append(File.of(entry.path, entry.stat()))
        except OSError as error:
            self._fail(entry.path, error)

    def _add_found(self, files: list[File]) -> None:
        """The files of a folder that is searched: what is no picture and no video does not matter."""
        sidecars, media = [], []
        for file in files:
            if pairing.is_sidecar(file.name):
                sidecars.append(file)
            elif kinds.looks_like_media(file.name) or kinds.is_media(file.path):
                media.append(file)
            else:
                self.plan.ignored += 1
        used = self._add(media, sidecars)
        self.plan.ignored += len(sidecars) - len(used)

    def _add_named(self, folder: str, files: list[File]) -> None:
        """Files that somebody asked for by name: each is imported or told why not. Sidecars are found beside them."""
        media = [file for file in files if not pairing.is_sidecar(file.name)]
        sidecars = {file.path: file for file in files if pairing.is_sidecar(file.name)}
        beside = {**self._sidecars_in(folder), **sidecars}
        used = self._add(media, list(beside.values()))
        for path in sidecars.keys() - used:
            message = "There is no picture or video beside it that this could belong to."
            self.plan.failures.append(Failure.of(path, UnsupportedMedia.code, message))

    def _sidecars_in(self, folder: str) -> dict[str, File]:
        found: dict[str, File] = {}
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if pairing.is_sidecar(entry.name) and entry.is_file():
                        found[entry.path] = File.of(entry.path, entry.stat())
        except OSError:
            # The files themselves may still be readable.
            return found
        return found

    def _add(self, media: list[File], sidecars: list[File]) -> set[str]:
        """Put the files of one folder into the plan, with what belongs to them. Paths of the sidecars used."""
        media = [file for file in media if file.path not in self._seen_files]
        self._seen_files.update(file.path for file in media)
        by_name = {file.name: file for file in sidecars}
        pairs = pairing.pair([*(file.name for file in media), *by_name])
        parts = {file.path: Part(file, by_name.get(pairs.get(file.name, ""))) for file in media}
        videos = _live_videos(media)
        taken = set(videos.values())
        for path, part in parts.items():
            if path not in taken:
                video = videos.get(path)
                self.plan.units.append(Unit(part, parts[video] if video else None))
        return {by_name[name].path for name in pairs.values()}

    def _fail(self, path: str, error: OSError | ValueError) -> None:
        unreadable = reading.Unreadable.of(error)
        self.plan.failures.append(Failure.of(path, unreadable.code, unreadable.message))


def _absolute(given: str) -> Path:
    """Without `..`, so that one file has one path; links keep the names that somebody chose."""
    path = Path(given).absolute()
    tidy = Path(os.path.normpath(path))
    with suppress(OSError, ValueError):
        # Behind a link `..` leads elsewhere.
        return tidy if tidy.samefile(path) else path
    return path


def _live_videos(media: list[File]) -> dict[str, str]:
    """Paths of pictures with that of the video of their live photo: the same name but for its ending, and short."""
    groups: dict[str, list[File]] = defaultdict(list)
    for file in media:
        groups[unicodedata.normalize("NFC", PurePath(file.name).stem).casefold()].append(file)
    found: dict[str, str] = {}
    for group in groups.values():
        picture, video = _first(group, kinds.LIVE_PICTURES), _first(group, kinds.LIVE_VIDEOS)
        if picture and video and kinds.is_short_video(video.path):
            found[picture.path] = video.path
    return found


def _first(files: list[File], extensions: Sequence[str]) -> File | None:
    """The one whose extension comes first in the list."""
    ranked = [file for file in files if kinds.extension(file.name) in extensions]
    return min(ranked, key=lambda file: extensions.index(kinds.extension(file.name)), default=None)
