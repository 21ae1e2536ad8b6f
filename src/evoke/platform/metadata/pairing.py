"""Which sidecar in a folder belongs to which photo, by name alone.

XMP stands as `IMG.jpg.xmp` (darktable, digiKam, Immich) or `IMG.xmp` (Lightroom). Google Takeout:

- `IMG.jpg.json` until 2024, since then `IMG.jpg.supplemental-metadata.json`, and sometimes just `IMG.json`;
- everything before `.json` is cut to 46 characters, so `….supplemental-me.json`, `….su.json`, or even a cut name;
- the counter of a second `IMG.jpg` moves: the photo is `IMG(1).jpg`, its JSON `IMG.jpg(1).json`;
- `IMG-edited.jpg` (the word depends on the account's language) has no JSON of its own, it shares that of `IMG.jpg`.

The rules are those found in exports; see https://github.com/ente/ente/pull/4956 for the cutting.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePath

_SIDECARS = frozenset({".xmp", ".json"})
_SUPPLEMENT = ".supplemental-metadata"
# Before `.json`: 46 characters by most reports, 47 by some (older exports).
_CUTS = (46, 47)
_COUNTER = re.compile(r"\((\d{1,4})\)$")
_EDITED = re.compile(
    r"-(edited|effects|bearbeitet|modifié|modifie|editado|editada|modificato|bewerkt|edytowane|redigerad|redigert|"
    r"redigeret|muokattu|upraveno|düzenlendi|編集済み|수정됨|已编辑|已編輯|изменено|editat|szerkesztve|animation|collage)$",
    re.IGNORECASE,
)


def is_sidecar(file_name: str) -> bool:
    """Whether this name can only be a sidecar's."""
    return PurePath(file_name).suffix.lower() in _SIDECARS


def sidecar_candidates(file_name: str) -> list[str]:
    """The names that a sidecar of this photo may have, the likeliest first.

    XMP comes before Takeout, for it is what people edit afterwards.
    """
    path = PurePath(file_name)
    stem, suffix = path.stem, path.suffix
    found = [f"{file_name}.xmp", f"{stem}.xmp", *_takeout_names(stem, suffix)]
    counter = _COUNTER.search(stem)
    bare = stem[: counter.start()] if counter else stem
    edited = _EDITED.search(bare)
    if edited:
        original = bare[: edited.start()] + (counter.group() if counter else "")
        found += _takeout_names(original, suffix)
    return list(dict.fromkeys(found))


def pair(file_names: Iterable[str]) -> dict[str, str]:
    """Each photo of one folder that has a sidecar there, with the sidecar's name.

    Names are compared without regard to case and Unicode form. A cut name that fits several photos is given to
    none of them: it would put one photo's date and place on another.
    """
    names = list(file_names)
    sidecars: dict[str, str] = {}
    for name in names:
        if is_sidecar(name):
            sidecars.setdefault(_key(name), name)
    found: dict[str, str] = {}
    claims: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if is_sidecar(name):
            continue
        for candidate in sidecar_candidates(name):
            sidecar = sidecars.get(_key(candidate))
            if sidecar is not None:
                found[name] = sidecar
                claims[sidecar].append(name)
                break
    for sidecar, photos in claims.items():
        cut = [photo for photo in photos if not _key(sidecar).startswith(_key(_original_stem(photo)))]
        if len({_original_stem(photo) for photo in photos}) > 1:
            for photo in cut:
                del found[photo]
    return found


def _takeout_names(stem: str, suffix: str) -> list[str]:
    """The JSON names for a photo `stem + suffix`, with the counter moved behind the suffix and without."""
    found: list[str] = []
    counter = _COUNTER.search(stem)
    if counter:
        name = stem[: counter.start()] + suffix
        for cut in (*_CUTS, *(cut - len(counter.group()) for cut in _CUTS)):
            found += [f"{text[:cut]}{counter.group()}.json" for text in (f"{name}{_SUPPLEMENT}", name)]
    name = stem + suffix
    for cut in _CUTS:
        found += [f"{text[:cut]}.json" for text in (f"{name}{_SUPPLEMENT}", name)]
    # A full name that is longer than the cut happens too: other tools copy Takeout's scheme and do not cut.
    return [*found, f"{name}{_SUPPLEMENT}.json", f"{name}.json", f"{stem}.json"]


def _original_stem(file_name: str) -> str:
    """The stem without Takeout's counter and word for an edited copy."""
    return _EDITED.sub("", _COUNTER.sub("", PurePath(file_name).stem))


def _key(file_name: str) -> str:
    return unicodedata.normalize("NFC", file_name).casefold()
