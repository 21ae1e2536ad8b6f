"""Dates in file names: the forms that programs write, and what must not be taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.domains.photos import file_dates
from evoke.domains.photos.file_dates import NamedDate
from tests.photos.walls import wall

MOMENT = wall(2019, 3, 21, 16, 4, 22)
DAY = wall(2019, 3, 21)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20190321_160422.jpg",
        "IMG_20190321_160422_1.jpg",
        "IMG_20190321_160422~2.jpg",
        "IMG_20190321_160422_HDR.jpg",
        "VID_20190321_160422.mp4",
        "MVIMG_20190321_160422.jpg",
        "20190321_160422.jpg",
        "20190321_160422(0).jpg",
        "20190321-160422.png",
        "20190321160422.jpg",
        "WP_20190321_16_04_22_Pro.jpg",
        "Screenshot_20190321-160422.png",
        "Screenshot_20190321-160422_Some App.jpg",
        "Screenshot_2019-03-21-16-04-22.png",
        "Screenshot 2019-03-21 at 16.04.22.png",
        "Screenshot 2019-03-21 at 4.04.22 PM.png",
        "Screenshot 2019-03-21 at 4.04.22\u202fPM.png",
        "Screen Shot 2019-03-21 at 4.04.22 PM (2).png",
        "Bildschirmfoto 2019-03-21 um 16.04.22.png",
        "Capture d’écran 2019-03-21 à 16.04.22.png",
        "WhatsApp Image 2019-03-21 at 16.04.22.jpeg",
        "WhatsApp Image 2019-03-21 at 4.04.22 PM (1).jpeg",
        "signal-2019-03-21-160422.jpg",
        "signal-2019-03-21-160422_002.jpeg",
        "2019-03-21 16.04.22.jpg",
        "2019-03-21 16.04.22-1.jpg",
        "2019-03-21T16:04:22.jpg",
        "photo_2019-03-21_16-04-22.jpg",
        "photo_5_2019-03-21_16-04-22.jpg",
        "2019_03_21_16_04_22.jpg",
    ],
)
def test_day_and_time(name):
    found = file_dates.find(name)
    assert found is not None
    assert (found.clock.replace(microsecond=0), found.universal) == (MOMENT, False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PXL_20201112_204501234.jpg", NamedDate(wall(2020, 11, 12, 20, 45, 1, 234000), universal=True)),
        ("PXL_20201112_204501234.MP.jpg", NamedDate(wall(2020, 11, 12, 20, 45, 1, 234000), universal=True)),
        ("PXL_20201112_204501234.NIGHT.jpg", NamedDate(wall(2020, 11, 12, 20, 45, 1, 234000), universal=True)),
        ("FB_IMG_1553184262123.jpg", NamedDate(wall(2019, 3, 21, 16, 4, 22, 123000), universal=True)),
        ("mmexport1553184262123.jpg", NamedDate(wall(2019, 3, 21, 16, 4, 22, 123000), universal=True)),
        ("00000IMG_00000_BURST20190321160422123_COVER.jpg", NamedDate(wall(2019, 3, 21, 16, 4, 22, 123000))),
        ("signal-2019-03-21-16-04-22-123.jpg", NamedDate(wall(2019, 3, 21, 16, 4, 22, 123000))),
        ("IMG-20190321-WA0001.jpg", NamedDate(DAY)),
        ("IMG_20190321.jpg", NamedDate(DAY)),
        ("2019-03-21.jpg", NamedDate(DAY)),
        ("2019-03-21 Geburtstag.jpg", NamedDate(DAY)),
        ("Scan 2019.03.21 p1.tif", NamedDate(DAY)),
        # the time is none, the day is
        ("IMG_20190321_990422.jpg", NamedDate(DAY)),
        # the first number is no date, the second is
        ("12345678_20190321_160422.jpg", NamedDate(MOMENT)),
        ("Screenshot 2019-03-21 at 12.04.22 AM.png", NamedDate(wall(2019, 3, 21, 0, 4, 22))),
        ("Screenshot 2019-03-21 at 12.04.22 PM.png", NamedDate(wall(2019, 3, 21, 12, 4, 22))),
        ("1899-12-31.tif", NamedDate(wall(1899, 12, 31))),
    ],
)
def test_other_forms(name, expected):
    assert file_dates.find(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "DSC_0042.jpg",
        "IMG_2682.heic",
        "photo.jpg",
        "DSC_20193245.jpg",
        "12345678.jpg",
        "20191332.jpg",
        "20190230.jpg",
        "+4915112345678.jpg",
        "0049 2019 0321 55.jpg",
        "201903211.jpg",
        "1201903216.jpg",
        "550e8400-e29b-41d4-a716-446655440000.jpg",
        "2019-03-2.jpg",
        "2019-03.21.jpg",
        "21-03-2019.jpg",
        "IMG_1553184262123.jpg",
        "FB_IMG_15531842621234.jpg",
        "３０１９０３２１_160422.jpg",
        "",
        ".jpg",
    ],
)
def test_no_date(name):
    assert file_dates.find(name) is None


MOMENTS = st.datetimes(wall(1900, 1, 1), wall(2099, 12, 31)).map(lambda moment: moment.replace(microsecond=0))


@given(
    moment=MOMENTS, shape=st.sampled_from(["IMG_%Y%m%d_%H%M%S.jpg", "%Y-%m-%d %H.%M.%S.jpg", "shot_%Y%m%d%H%M%S.png"])
)
def test_any_moment_is_read_back(moment, shape):
    assert file_dates.find(moment.strftime(shape)) == NamedDate(moment)


@given(st.text(max_size=300))
def test_any_name_is_read(name):
    found = file_dates.find(name)
    assert found is None or 1800 <= found.clock.year <= 2099 or found.universal
