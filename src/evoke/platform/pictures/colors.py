"""The few colours that make a picture what it is, as #RRGGBB."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float64]

_SIDE = 40  # about a thousand pixels say as much about colour as all of them
_CLUSTERS = 8
_ROUNDS = 6
_SAME = 14.0  # CIE76 distance below which two clusters read as one colour
_TOO_LITTLE = 0.02  # a share of the picture that nobody would name as one of its colours

# IEC 61966-2-1 (sRGB) to CIE XYZ under D65, each row divided by the white point.
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_TO_XYZ /= _TO_XYZ.sum(axis=1, keepdims=True)
_CHANNEL = np.arange(256) / 255.0
_LINEAR = np.where(_CHANNEL <= 0.04045, _CHANNEL / 12.92, ((_CHANNEL + 0.055) / 1.055) ** 2.4)


def dominant_colors(image: Image.Image, *, count: int = 5) -> list[str]:
    """At most `count` colours of an RGB or RGBA picture, the one that covers most first; fewer when it has fewer.

    Pixels are clustered by k-means in CIELAB, where distance is close to what the eye sees. The same picture always
    gives the same colours. Transparent parts do not count; a picture with nothing else gives an empty list.
    """
    small = image.reduce(math.ceil(max(image.size) / _SIDE)) if max(image.size) > _SIDE else image
    rgba = np.asarray(small.convert("RGBA")).reshape(-1, 4)
    rgb = rgba[rgba[:, 3] >= 128, :3]
    if not len(rgb):
        return []
    lab = _lab(rgb)
    labels = _k_means(lab, _seeds(lab))
    shares = np.bincount(labels, minlength=_CLUSTERS) / len(lab)
    merged = _merge(_means(lab, labels), _means(rgb.astype(np.float64), labels), shares)
    named = [color for share, color in merged if share >= _TOO_LITTLE] or [merged[0][1]]
    return [f"#{r:02X}{g:02X}{b:02X}" for r, g, b in (np.rint(color).astype(int) for color in named[:count])]


def _lab(rgb: NDArray[np.uint8]) -> Floats:
    """CIE 1976 L*a*b*; Lindbloom's exact constants."""
    xyz = _LINEAR[rgb] @ _TO_XYZ.T
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def _seeds(lab: Floats) -> Floats:
    """The pixel nearest to the average, then again and again the one farthest from all chosen: nothing is random."""
    chosen = [int(np.argmin(((lab - lab.mean(axis=0)) ** 2).sum(axis=1)))]
    distance = ((lab - lab[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < _CLUSTERS:
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, ((lab - lab[chosen[-1]]) ** 2).sum(axis=1))
    return lab[chosen]


def _k_means(lab: Floats, centers: Floats) -> NDArray[np.intp]:
    for _ in range(_ROUNDS):
        labels = _nearest(lab, centers)
        found = np.unique(labels)
        centers = _means(lab, labels)[found]
    return _nearest(lab, centers)


def _nearest(lab: Floats, centers: Floats) -> NDArray[np.intp]:
    # |a-b|² without |a|², which is the same for every centre.
    labels: NDArray[np.intp] = np.argmin((centers**2).sum(axis=1) - 2 * (lab @ centers.T), axis=1)
    return labels


def _means(values: Floats, labels: NDArray[np.intp]) -> Floats:
    """One row for each of the _CLUSTERS; zeros where a cluster is empty."""
    counts = np.bincount(labels, minlength=_CLUSTERS)
    sums = np.stack([np.bincount(labels, weights=column, minlength=_CLUSTERS) for column in values.T], axis=1)
    return sums / np.maximum(counts, 1)[:, None]


def _merge(lab: Floats, rgb: Floats, shares: Floats) -> list[tuple[float, Floats]]:
    """(share, colour), largest first; a cluster joins the larger one that it cannot be told from."""
    kept: list[tuple[float, Floats, Floats]] = []
    for index in np.argsort(-shares, kind="stable"):
        share = float(shares[index])
        if not share:
            continue
        near = next((at for at, other in enumerate(kept) if np.linalg.norm(other[1] - lab[index]) < _SAME), None)
        if near is None:
            kept.append((share, lab[index], rgb[index]))
        else:
            kept[near] = (kept[near][0] + share, kept[near][1], kept[near][2])
    kept.sort(key=lambda entry: -entry[0])
    return [(share, color) for share, _, color in kept]
