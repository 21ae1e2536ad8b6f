"""What may be wished for: the rules of the journal contract for feelings and stories, with their own codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args

from evoke.domains.visualizations import drawing_schemas, errors
from evoke.kit import texts
from evoke.platform.generation.ports import FEELINGS, Category

CATEGORIES: tuple[str, ...] = get_args(Category)
MIN_STORY, MAX_STORY = 50, 5000
"""Characters, without blanks around them."""
MAX_SHOWN = 20
"""Of what was wrong with a list, in an error."""


@dataclass(frozen=True)
class Wish:
    """A picture of feelings. `seed` is None for one by chance; `text` is only looked at for signs of distress."""

    category: Category
    feelings: tuple[str, ...]
    seed: int | None = None
    text: str = ""


def valid_feelings(category: str) -> tuple[str, ...]:
    """The feelings of a category; `not_sure` has all of them."""
    return FEELINGS.get(category) or tuple(feeling for group in FEELINGS.values() for feeling in group)


def feeling(form: drawing_schemas.FeelingWish) -> Wish:
    """Raises InvalidCategory, EmptyInput, InvalidEmotion."""
    category = _category(form.feeling_category)
    if not form.selected_emotions:
        raise errors.EmptyInput(field="selected_emotions", reason="empty")
    return Wish(category, _feelings(category, form.selected_emotions), form.seed)


def story(form: drawing_schemas.StoryWish) -> Wish:
    """Raises what `feeling` does, and TextTooShort, TextTooLong; the text comes first."""
    if form.story_text is None:
        raise errors.EmptyInput("Tell your story in story_text.", field="story_text", reason="missing")
    text = texts.storable(form.story_text).strip()
    if len(text) < MIN_STORY:
        raise errors.TextTooShort(
            f"A story has at least {MIN_STORY} characters.",
            field="story_text",
            reason="too short",
            min_length=MIN_STORY,
            actual_length=len(text),
        )
    _not_too_long("story_text", text)
    wish = feeling(form)
    return Wish(wish.category, wish.feelings, wish.seed, text)


def first_version(form: drawing_schemas.FirstWish) -> Wish:
    """Feelings, a text, or both. Raises EmptyInput for neither, and what `feeling` does."""
    text = texts.storable(form.free_text or "").strip()
    _not_too_long("free_text", text)
    if not text and not form.selected_emotions:
        raise errors.EmptyInput("Choose a feeling, or write a few words.", field="free_text", reason="empty")
    category = _category(form.feeling_category or "not_sure")
    feelings = _feelings(category, form.selected_emotions) if form.selected_emotions else ()
    return Wish(category, feelings, form.seed, text)


def _not_too_long(field: str, text: str) -> None:
    if len(text) > MAX_STORY:
        raise errors.TextTooLong(
            f"{field} has {MAX_STORY} characters at most.",
            field=field,
            reason="too long",
            max_length=MAX_STORY,
            actual_length=len(text),
        )


def _category(given: str | None) -> Category:
    if given not in CATEGORIES:
        raise errors.InvalidCategory(field="feeling_category", reason="unknown category", valid_values=list(CATEGORIES))
    return cast(Category, given)


def _feelings(category: str, given: Sequence[str]) -> tuple[str, ...]:
    """Each once, in the order given."""
    valid = valid_feelings(category)
    if unknown := [name[:100] for name in dict.fromkeys(given) if name not in valid]:
        raise errors.InvalidEmotion(
            f"These are no feelings of the category {category}: {', '.join(unknown[:MAX_SHOWN])}.",
            field="selected_emotions",
            reason="unknown feelings",
            invalid_values=unknown[:MAX_SHOWN],
            valid_values=list(valid),
        )
    return tuple(dict.fromkeys(given))
