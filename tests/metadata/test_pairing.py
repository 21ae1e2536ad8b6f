"""Which sidecar belongs to which photo. The names are of the forms found in real exports."""

import pytest

from evoke.platform.metadata import pairing


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        ("IMG_0001.jpg", "IMG_0001.jpg.xmp"),
        ("IMG_0001.jpg", "IMG_0001.xmp"),
        ("IMG_0001.CR2", "img_0001.XMP"),
        ("IMG_0001.jpg", "IMG_0001.jpg.json"),
        ("IMG_0001.jpg", "IMG_0001.json"),
        ("IMG_0001.jpg", "IMG_0001.jpg.supplemental-metadata.json"),
        ("IMG_0001(1).jpg", "IMG_0001.jpg(1).json"),
        ("IMG_0001(1).jpg", "IMG_0001.jpg.supplemental-metadata(1).json"),
        ("IMG_0001-edited.jpg", "IMG_0001.jpg.json"),
        ("IMG_0001-bearbeitet.jpg", "IMG_0001.jpg.supplemental-metadata.json"),
        ("IMG_0001-edited(2).jpg", "IMG_0001.jpg(2).json"),
        ("Screenshot_2017-07-05-10-05-26.png", "Screenshot_2017-07-05-10-05-26.png.supplementa.json"),
        ("Screenshot_20241227_105539_Edge.jpg", "Screenshot_20241227_105539_Edge.jpg.supplement.json"),
        ("D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg", "D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg.supp.json"),
        ("Screenshot_20220207_102421_com.snapchat.android.jpg", "Screenshot_20220207_102421_com.snapchat.androi.json"),
        (
            "a-name-of-well-over-forty-six-characters-as-people.jpg",
            "a-name-of-well-over-forty-six-characters-as-pe.json",
        ),
        (
            "a-name-of-well-over-forty-six-characters-as-people.jpg",
            "a-name-of-well-over-forty-six-characters-as-peo.json",
        ),
        (
            "a-name-of-well-over-forty-six-characters-as-pe(3).jpg",
            "a-name-of-well-over-forty-six-characters-as-pe(3).json",
        ),
        ("Ku\u0308ste.jpg", "K\u00fcste.jpg.json"),
    ],
)
def test_pairs(photo, sidecar):
    assert pairing.pair([sidecar, photo]) == {photo: sidecar}


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        ("IMG_0001.jpg", "IMG_0002.jpg.json"),
        ("IMG_0001.jpg", "IMG_0001.jpg(1).json"),
        ("IMG_0001(1).jpg", "IMG_0001.jpg.json"),
        ("IMG_0001.jpg", "metadata.json"),
        ("IMG_0001.jpg", "IMG_00.json"),
        ("IMG_0001.jpg", "IMG_0001.jpg.txt"),
        ("my-unedited.jpg", "my.jpg.json"),
    ],
)
def test_does_not_pair(photo, sidecar):
    assert pairing.pair([photo, sidecar]) == {}


def test_xmp_goes_before_takeout_and_the_full_name_before_the_stem():
    names = ["a.jpg", "a.jpg.json", "a.xmp", "a.jpg.xmp"]
    assert pairing.pair(names) == {"a.jpg": "a.jpg.xmp"}
    assert pairing.pair(names[:3]) == {"a.jpg": "a.xmp"}


def test_raw_and_jpeg_share_a_sidecar_by_stem():
    assert pairing.pair(["a.jpg", "a.cr2", "a.xmp"]) == {"a.jpg": "a.xmp", "a.cr2": "a.xmp"}


def test_a_photo_and_its_edited_copy_share_a_cut_name():
    name = "a-name-of-well-over-forty-six-characters-as-people"
    photos = [f"{name}.jpg", f"{name}-edited.jpg"]
    sidecar = f"{name[:46]}.json"
    assert pairing.pair([*photos, sidecar]) == dict.fromkeys(photos, sidecar)


def test_a_cut_name_that_fits_several_photos_is_given_to_none():
    name = "the-first-forty-six-characters-of-these-are-eq"
    assert pairing.pair([f"{name}ual-one.jpg", f"{name}ual-two.jpg", f"{name}.json"]) == {}


def test_what_is_a_sidecar_by_name():
    assert pairing.is_sidecar("IMG.JPG.XMP")
    assert pairing.is_sidecar("a.json")
    assert not pairing.is_sidecar("json.jpg")
    assert not pairing.is_sidecar("xmp")
