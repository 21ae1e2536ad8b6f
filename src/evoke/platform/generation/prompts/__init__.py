"""What is said to a model: the instructions, and how a person's words are handed over as data.

`VERSION` is raised with every change of a word that a model reads, so that what was made can be told apart by it.
"""

from typing import Final

VERSION: Final = "1"
