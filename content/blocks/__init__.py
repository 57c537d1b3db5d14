"""The blocks editors write with. Each says what it is for and shows a preview."""

from content.blocks.facts import (
    BodiesBlock,
    DecisionsBlock,
    DistributionsBlock,
    MeasurementsBlock,
    OpenQuestionsBlock,
    SeatsBlock,
    is_obtainable,
    repeated_periods,
)
from content.blocks.outline import OutlineBlock, has_wording
from content.blocks.reuse import ReleasesBlock, StepsBlock, list_repeated_versions
from content.blocks.software import SoftwareBlock, SoftwareStreamBlock
from content.blocks.text import (
    AnswerBlock,
    CodeBlock,
    FileBlock,
    FilesBlock,
    ParagraphBlock,
    PictureBlock,
    QuoteBlock,
    RelationBlock,
    RelationsBlock,
    SectionBlock,
    SectionsBlock,
    TableBlock,
    is_filled,
)

__all__ = [
    "AnswerBlock",
    "BodiesBlock",
    "CodeBlock",
    "DecisionsBlock",
    "DistributionsBlock",
    "FileBlock",
    "FilesBlock",
    "MeasurementsBlock",
    "OpenQuestionsBlock",
    "OutlineBlock",
    "ParagraphBlock",
    "PictureBlock",
    "QuoteBlock",
    "RelationBlock",
    "RelationsBlock",
    "ReleasesBlock",
    "SeatsBlock",
    "SectionBlock",
    "SectionsBlock",
    "SoftwareBlock",
    "SoftwareStreamBlock",
    "StepsBlock",
    "TableBlock",
    "has_wording",
    "is_filled",
    "is_obtainable",
    "list_repeated_versions",
    "repeated_periods",
]
