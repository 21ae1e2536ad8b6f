"""What clients ask and get."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from evoke.domains.photos.filters import FilterQuery, PhotoFilter
from evoke.domains.photos.schemas import PhotoOut

Mode = Literal["auto", "words"]
Sort = Literal["relevance", "newest", "oldest"]
MAX_QUERY = 1000
_EXAMPLE: dict[str, Any] = {
    "q": "sunflower march 2019",
    "filters": {"rating_min": 3, "not": [{"country": "PT"}]},
    "sort": "relevance",
    "limit": 50,
}


class Asked(BaseModel):
    """A search, its filters aside."""

    q: str = Field(
        "",
        max_length=MAX_QUERY,
        description='Words, dates ("march 2019", "yesterday"), "a phrase", -without. Up to 32 of them.',
    )
    mode: Mode = Field("auto", description="`words` looks at words alone; `auto` at all there is, today the same.")
    sort: Sort | None = Field(None, description="Without words always by time. Default: relevance, or newest.")
    limit: int = Field(50, ge=1, le=1000)
    cursor: str | None = Field(None, max_length=16_000)
    explain: bool = Field(False, description="Tell in `understood` how each word was looked for.")
    time_zone: str = Field("UTC", max_length=64, description="Where the person is: what `yesterday` means.")


class SearchRequest(Asked):
    filters: PhotoFilter = Field(default_factory=PhotoFilter)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})


class SearchQuery(FilterQuery, Asked):
    """The same as query parameters; the filters also one by one, as in a list of photos."""

    filters: str | None = Field(
        None,
        max_length=16_000,
        description="The filters of the POST as JSON, for those that nest. One that is also given alone counts alone.",
    )

    _request: SearchRequest = PrivateAttr()

    @model_validator(mode="after")
    def _as_request(self) -> Self:
        asked = {name: getattr(self, name) for name in Asked.model_fields}
        try:
            nested = PhotoFilter.model_validate_json(self.filters or "{}")
            both = {**_given(nested), **_given(self.photo_filter)}
            self._request = SearchRequest(**asked, filters=PhotoFilter.model_validate(both))
        except ValidationError as error:
            problem = error.errors()[0]
            raise ValueError(f"{'.'.join(['filters', *map(str, problem['loc'])])}: {problem['msg']}") from error
        return self

    @property
    def request(self) -> SearchRequest:
        return self._request


def _given(filters: PhotoFilter) -> dict[str, Any]:
    return filters.model_dump(by_alias=True, exclude_none=True)


class Why(BaseModel):
    signal: Literal["words", "date"]
    score: float = Field(description="0 to 1.")
    field: str | None = Field(
        None, description="What matched: tags, description, caption, place, file_name, camera, type."
    )
    snippet: str | None = Field(None, description="The text that matched, or the part of it around the match.")

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"signal": "words", "score": 0.9, "field": "tags", "snippet": "sunflower"}]}
    )


class Result(BaseModel):
    photo: PhotoOut
    score: float = Field(examples=[0.9], description="0 to 1; 1 where nothing but filters and dates was asked.")
    why: list[Why]


class Total(BaseModel):
    value: int
    relation: Literal["eq", "gte"] = Field(description="gte: there are more, they were not counted.")


class UnderstoodDate(BaseModel):
    words: str
    after: str | None = Field(description="Wall clock, included.")
    before: str | None = Field(description="Wall clock, not included.")


class UnderstoodTerm(BaseModel):
    text: str
    variants: list[str] = Field(description="Words of the library that were looked for as well.")
    ways: list[Literal["exact", "prefix", "fuzzy", "date"]]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "sunflwer", "variants": ["sunflower"], "ways": ["fuzzy"]}]}
    )


class Understood(BaseModel):
    text: str = Field(description="The words that were looked for.")
    filters: dict[str, Any] = Field(
        description="The filters in force. Dates from words are in taken_after and taken_before, as wall-clock "
        "times without a zone, [after, before), unless these were given."
    )
    dates: list[UnderstoodDate]
    excluded: list[str]
    relaxed: Literal["dates_as_words", "any_word"] | None = Field(
        description="Nothing matched all of it, so dates were read as words, or one of the words was enough."
    )
    terms: list[UnderstoodTerm] | None = Field(None, description="With `explain`.")
    timing_ms: dict[str, float] | None = Field(None, description="With `explain`.")


class SearchAnswer(BaseModel):
    results: list[Result]
    next_cursor: str | None
    total: Total
    understood: Understood
    took_ms: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "results": [],
                    "next_cursor": None,
                    "total": {"value": 0, "relation": "eq"},
                    "understood": {
                        "text": "sunflower",
                        "filters": {"taken_after": "2019-03-01T00:00:00", "taken_before": "2019-04-01T00:00:00"},
                        "dates": [
                            {"words": "march 2019", "after": "2019-03-01T00:00:00", "before": "2019-04-01T00:00:00"}
                        ],
                        "excluded": [],
                        "relaxed": None,
                    },
                    "took_ms": 4,
                }
            ]
        }
    )
