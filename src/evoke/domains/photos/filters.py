"""Filters of lists and searches: what may be asked, and the SQL that answers it.

All given conditions must hold. `any`, `all` and `not` nest; within `not`, what a photo does not have counts
as false, so that "not in Lisbon" also finds photos without a place.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from sqlalchemy import ColumnElement, Date, and_, cast, exists, false, func, not_, or_, true
from sqlalchemy import Text as Text_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from evoke.domains.photos.models import DayFeelings, Photo
from evoke.kit import texts

MAX_DEPTH = 5
MAX_PARTS = 200
"""Filters within a filter: twenty in each of four levels would be more SQL than PostgreSQL plans in a minute."""
EARTH_RADIUS_KM = 6371.0088
"""Mean radius, IUGG 1980."""
KM_PER_DEGREE = 110.574
"""The shortest degree of latitude (WGS 84, at the equator): a box made with it never cuts into the circle."""


def _utc(value: datetime) -> datetime:
    try:
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this moment is outside of the calendar") from error


def _numbers(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(texts.without_nul)]
Moment = Annotated[datetime, AfterValidator(_utc), Field(description="RFC 3339; without a zone it is read as UTC.")]
Feeling = Annotated[str, AfterValidator(texts.without_nul), Field(min_length=1, max_length=100)]
BBox = Annotated[
    tuple[float, float, float, float],
    BeforeValidator(_numbers),
    Field(description="west, south, east, north in degrees"),
]


class Near(BaseModel):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    radius_km: float = Field(gt=0, le=20_038)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"latitude": 38.7167, "longitude": -9.1333, "radius_km": 5}]},
    )


def _near(value: Any) -> Any:
    """Also `latitude,longitude,radius_km` in one text, for query strings."""
    if isinstance(value, str):
        parts = value.split(",")
        if len(parts) == 3:
            return dict(zip(("latitude", "longitude", "radius_km"), parts, strict=True))
    return value


class Tags(BaseModel):
    all: list[Text] = Field(default_factory=list, max_length=50)
    any: list[Text] = Field(default_factory=list, max_length=50)

    model_config = ConfigDict(extra="forbid")


class Feelings(BaseModel):
    all: list[Feeling] = Field(default_factory=list, max_length=50)
    any: list[Feeling] = Field(default_factory=list, max_length=50)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"any": ["joy", "excitement"]}]})


def _tags(value: Any) -> Any:
    """A plain list means all of them."""
    if isinstance(value, str):
        return {"all": [value]}
    return {"all": value} if isinstance(value, list | tuple) else value


class PlainFilter(BaseModel):
    """The conditions that are one value each, the same in JSON and in a query string."""

    taken_after: Moment | None = None
    taken_before: Moment | None = None
    type: Literal["image", "video"] | None = None
    mime_type: Text | None = Field(None, max_length=100)
    favorite: bool | None = None
    archived: bool | None = None
    trashed: bool | None = None
    rating_min: int | None = Field(None, ge=0, le=5)
    city: Text | None = Field(None, max_length=200)
    country: Text | None = Field(None, max_length=200, description="A name or an ISO 3166 code.")
    camera: Text | None = Field(None, max_length=200, description="Make, model, or both.")
    lens: Text | None = Field(None, max_length=200)
    iso_min: int | None = Field(None, ge=0, le=2**31 - 1)
    iso_max: int | None = Field(None, ge=0, le=2**31 - 1)
    f_number_min: float | None = Field(None, ge=0)
    f_number_max: float | None = Field(None, ge=0)
    focal_length_min: float | None = Field(None, ge=0)
    focal_length_max: float | None = Field(None, ge=0)
    orientation: Literal["portrait", "landscape", "square"] | None = None
    has_location: bool | None = None
    processing_state: Literal["queued", "running", "done", "partial", "failed"] | None = None

    model_config = ConfigDict(extra="forbid")


class PhotoFilter(PlainFilter):
    """What a photo must be. Left out: anything goes, but neither the trash nor the archive."""

    tags: Annotated[Tags | None, BeforeValidator(_tags)] = None
    feelings: Annotated[
        Feelings | None,
        BeforeValidator(_tags),
        Field(description="Emotions of the journal: of what a photo is tied to, or of the day it was taken."),
    ] = None
    bbox: BBox | None = None
    near: Annotated[Near | None, BeforeValidator(_near)] = None
    any: list["PhotoFilter"] | None = Field(None, max_length=20)
    all: list["PhotoFilter"] | None = Field(None, max_length=20)
    not_: list["PhotoFilter"] | None = Field(None, alias="not", max_length=20)

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "taken_after": "2019-03-01T00:00:00Z",
                    "rating_min": 3,
                    "tags": {"any": ["sea", "beach"]},
                    "not": [{"country": "PT"}],
                }
            ]
        },
    )

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("not"), dict):
            return {**value, "not": [value["not"]]}
        return value

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.bbox and not (
            -90 <= self.bbox[1] <= self.bbox[3] <= 90 and max(abs(self.bbox[0]), abs(self.bbox[2])) <= 180
        ):
            raise ValueError("bbox is west,south,east,north in degrees, south not above north")
        if _depth(self) > MAX_DEPTH:
            raise ValueError(f"filters nest at most {MAX_DEPTH} deep")
        if _parts(self) > MAX_PARTS:
            raise ValueError(f"a filter holds at most {MAX_PARTS} others")
        return self


class FilterQuery(PlainFilter):
    """The same filters as query parameters; `photo_filter` is what they mean."""

    tags: list[str] = Field(default_factory=list, max_length=50)
    tags_match: Literal["all", "any"] = "all"
    feelings: list[str] = Field(default_factory=list, max_length=50)
    feelings_match: Literal["all", "any"] = "all"
    bbox: str | None = Field(None, max_length=200, description="west,south,east,north in degrees")
    near: str | None = Field(None, max_length=200, description="latitude,longitude,radius_km")

    _filter: PhotoFilter = PrivateAttr()

    @model_validator(mode="after")
    def _as_filter(self) -> Self:
        values: dict[str, Any] = {name: getattr(self, name) for name in PlainFilter.model_fields}
        values |= {"bbox": self.bbox, "near": self.near}
        if self.tags:
            values["tags"] = {self.tags_match: self.tags}
        if self.feelings:
            values["feelings"] = {self.feelings_match: self.feelings}
        try:
            self._filter = PhotoFilter.model_validate(values)
        except ValidationError as error:
            problem = error.errors()[0]
            raise ValueError(f"{'.'.join(map(str, problem['loc'])) or 'filter'}: {problem['msg']}") from error
        return self

    @property
    def photo_filter(self) -> PhotoFilter:
        return self._filter


def _nested(given: PhotoFilter) -> list[PhotoFilter]:
    return [*(given.any or []), *(given.all or []), *(given.not_ or [])]


def _depth(given: PhotoFilter) -> int:
    return 1 + max((_depth(one) for one in _nested(given)), default=0)


def _parts(given: PhotoFilter) -> int:
    return sum(1 + _parts(one) for one in _nested(given))


def conditions(given: PhotoFilter) -> list[ColumnElement[bool]]:
    """The conditions of a list, the defaults about trash, archive and hidden parts included."""
    where = [
        Photo.trashed_at.is_not(None) if given.trashed else Photo.trashed_at.is_(None),
        not_(Photo.hidden),
        *_leaves(given),
    ]
    if given.archived is None and not given.trashed:
        where.append(not_(Photo.archived))
    return where


def _leaves(given: PhotoFilter) -> list[ColumnElement[bool]]:
    where = [*_plain(given), *_felt(given), *_place(given), *_exposure(given)]
    if given.any is not None:
        where.append(or_(false(), *(_whole(one) for one in given.any)))
    if given.all is not None:
        where.extend(_whole(one) for one in given.all)
    if given.not_ is not None:
        where.extend(not_(func.coalesce(_whole(one), false())) for one in given.not_)
    return where


def _whole(given: PhotoFilter) -> ColumnElement[bool]:
    where = _leaves(given)
    if given.trashed is not None:
        where.append(Photo.trashed_at.is_not(None) if given.trashed else Photo.trashed_at.is_(None))
    return and_(true(), *where)


def _plain(given: PhotoFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if given.taken_after is not None:
        where.append(Photo.taken_at >= given.taken_after)
    if given.taken_before is not None:
        where.append(Photo.taken_at < given.taken_before)
    for column, value in (
        (Photo.type, given.type),
        (Photo.mime_type, given.mime_type),
        (Photo.processing_state, given.processing_state),
    ):
        if value is not None:
            where.append(column == value)
    if given.favorite is not None:
        where.append(_is(Photo.favorite, given.favorite))
    if given.archived is not None:
        where.append(_is(Photo.archived, given.archived))
    if given.rating_min:
        where.append(and_(Photo.rating > 0, Photo.rating >= given.rating_min))
    if given.tags and given.tags.all:
        where.append(Photo.tags.contains(given.tags.all))
    if given.tags and given.tags.any:
        where.append(Photo.tags.overlap(given.tags.any))
    return where


def _felt(given: PhotoFilter) -> list[ColumnElement[bool]]:
    """What a photo is tied to counts as well as what its day felt like, and the two together."""
    if given.feelings is None:
        return []
    day = and_(DayFeelings.owner_id == Photo.owner_id, DayFeelings.day == cast(Photo.taken_at_local, Date))
    where: list[ColumnElement[bool]] = []
    if wanted := given.feelings.all:
        both = DayFeelings.feelings.op("||", return_type=ARRAY(Text_))(Photo.feelings)
        where.append(or_(Photo.feelings.contains(wanted), exists().where(day, both.contains(wanted))))
    if wanted := given.feelings.any:
        where.append(or_(Photo.feelings.overlap(wanted), exists().where(day, DayFeelings.feelings.overlap(wanted))))
    return where


def _is(column: InstrumentedAttribute[bool], wanted: bool) -> ColumnElement[bool]:
    """The bare column, which is how the predicates of the partial indexes are written."""
    return column.expression if wanted else not_(column)


def _place(given: PhotoFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if given.city is not None:
        where.append(func.lower(Photo.city) == given.city.lower())
    if given.country is not None:
        is_code = len(given.country) == 2
        where.append(
            Photo.country_code == given.country.upper()
            if is_code
            else func.lower(Photo.country) == given.country.lower()
        )
    if given.has_location is not None:
        where.append(Photo.latitude.is_not(None) if given.has_location else Photo.latitude.is_(None))
    if given.bbox is not None:
        where.extend(_within(*given.bbox))
    if given.near is not None:
        where.extend(_around(given.near))
    return where


def _within(west: float, south: float, east: float, north: float) -> list[ColumnElement[bool]]:
    if west <= east:
        meridians: ColumnElement[bool] = Photo.longitude.between(west, east)
    else:  # the box crosses the antimeridian
        meridians = or_(Photo.longitude >= west, Photo.longitude <= east)
    return [Photo.latitude.between(south, north), meridians]


def _around(near: Near) -> list[ColumnElement[bool]]:
    """A band of latitudes that an index can use, and the great-circle distance by the haversine formula."""
    band = near.radius_km / KM_PER_DEGREE
    half_chord = func.power(func.sin(func.radians(Photo.latitude - near.latitude) / 2), 2) + func.cos(
        func.radians(near.latitude)
    ) * func.cos(func.radians(Photo.latitude)) * func.power(
        func.sin(func.radians(Photo.longitude - near.longitude) / 2), 2
    )
    distance = 2 * EARTH_RADIUS_KM * func.asin(func.sqrt(func.least(1.0, half_chord)))
    return [Photo.latitude.between(near.latitude - band, near.latitude + band), distance <= near.radius_km]


def _exposure(given: PhotoFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if given.camera is not None:
        wanted = given.camera.lower()
        where.append(
            or_(
                func.lower(Photo.camera_model) == wanted,
                func.lower(Photo.camera_make) == wanted,
                func.lower(Photo.camera_make + " " + Photo.camera_model) == wanted,
            )
        )
    if given.lens is not None:
        where.append(func.lower(Photo.lens) == given.lens.lower())
    for column, low, high in (
        (Photo.iso, given.iso_min, given.iso_max),
        (Photo.f_number, given.f_number_min, given.f_number_max),
        (Photo.focal_length_mm, given.focal_length_min, given.focal_length_max),
    ):
        if low is not None:
            where.append(column >= low)
        if high is not None:
            where.append(column <= high)
    if given.orientation == "portrait":
        where.append(Photo.height > Photo.width)
    elif given.orientation == "landscape":
        where.append(Photo.width > Photo.height)
    elif given.orientation == "square":
        where.append(Photo.width == Photo.height)
    return where
