"""What the tests ask of generators."""

import uuid

from evoke.platform.generation.ports import (
    Conversation,
    EntryBrief,
    EntryDrawing,
    FeelingDrawing,
    Payer,
    StoryBrief,
    StoryDrawing,
    Turn,
)

PAYER = Payer(uuid.UUID("0199c0de-0000-7000-8000-00000000abcd"))
CONVERSATION = Conversation("My manager took my project away in front of everybody, and I said nothing.")
TURNS = (
    Turn("What was the strongest moment?", "When everybody looked at me."),
    Turn("What did you feel in your body?", "My face was hot.", "and my hands shook"),
    Turn("What was at stake?", "Two years of work."),
)
ENTRY = EntryBrief(
    situation="I was passed over for the promotion that I had been promised.",
    notes="Slept badly.",
    emotions=("anger", "sadness"),
    intensity=0.7,
    style="diagram",
)
STORY = StoryBrief(
    text="Every evening I open my laptop again after dinner, because the deadline moves closer and my team is small. "
    "I am afraid that they will find out I cannot keep up.",
    category="bad",
    feelings=("freaked_out", "down"),
)
FEELING = FeelingDrawing(category="good", feelings=("cozy", "chill"), seed=7)
MAP = StoryDrawing(
    stressor="Work Pressure",
    corners=(("High Demands",), ("Little Control",), ("Missing Rest", "Short Nights"), ()),
    language="en",
    category="bad",
    feelings=("freaked_out", "down"),
    seed=11,
)
ENTRY_PICTURE = EntryDrawing(
    style="diagram",
    emotions=("anger", "sadness"),
    intensity=0.7,
    palette=("#E8A0A0", "#A0B8D4", "#FBF1F1"),
    shapes=("overlapping rounded waves", "a ladder with a missing rung"),
    labels=("Broken Promise", "Lost Recognition"),
    language="en",
    seed=3,
)
