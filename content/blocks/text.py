"""The blocks editors write with. Each says what it is for and shows a preview."""

from __future__ import annotations

from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from content.blocks.tables import table_segments, translate_table
from theme import labels

PREVIEW = "content/block_preview.html"
PARAGRAPH_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "code", "blockquote"]
CELL_FEATURES = ["bold", "italic", "link", "code"]


class ParagraphBlock(blocks.RichTextBlock):
    """Running text with lists, links and small headings."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": PARAGRAPH_FEATURES, **kwargs})

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        description = _("Paragraphs, lists, links and sub-headings.")
        preview_value = RichText("<p>Die Umstellung dauerte <b>elf Wochen</b>, geplant waren sechs.</p>")
        preview_template = PREVIEW


class PictureBlock(blocks.StructBlock):
    """A picture with its alternative text and a caption."""

    image = ImageChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(
        label=_("alternative text"),
        max_length=400,
        help_text=_("What somebody who cannot see the picture needs to know, figures of a chart included."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=300)

    class Meta:
        label = _("Picture")
        icon = "image"
        description = _("A photo, drawing or chart. The alternative text is required.")
        preview_template = PREVIEW


class TableBlock(TypedTableBlock):
    """A table with headed columns; cells are plain or formatted text."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        cells = [
            ("text", blocks.CharBlock(label=_("plain text"), required=False)),
            ("rich", blocks.RichTextBlock(label=_("formatted text"), required=False, features=CELL_FEATURES)),
        ]
        super().__init__(local_blocks or cells, **kwargs)

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Markup with a caption and scoped headings."""
        heads = format_html_join(
            "", '<th scope="col">{}</th>', ((column["heading"],) for column in value.columns)
        )
        rows = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in value.rows))
        caption = format_html("<caption>{}</caption>", value.caption) if value.caption else ""
        return format_html(
            "<table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>", caption, heads, rows
        )

    def get_translatable_segments(self, value: Any) -> list[Any]:
        """What wagtail-localize offers for translation: each wording of the table once, figures not."""
        return table_segments(value)

    def restore_translated_segments(self, value: Any, segments: list[Any]) -> Any:
        """The table with these translations in place."""
        return translate_table(value, segments)

    class Meta:
        label = _("Table")
        icon = "table"
        description = _("A small table, for comparisons and figures.")
        preview_value = {
            "columns": [{"type": "text", "heading": "Jahr"}, {"type": "text", "heading": "Anträge"}],
            "rows": [{"values": ["2025", "1.120"]}, {"values": ["2026", "1.480"]}],
            "caption": "Online gestellte Anträge",
        }
        preview_template = PREVIEW


def _cells(row: Any) -> SafeString:
    # A formatted cell keeps its links as references; they are resolved with those of the text.
    values = (
        SafeString(cell.value.source) if isinstance(cell.value, RichText) else cell.value or ""
        for cell in row
    )
    return format_html_join("", "<td>{}</td>", ((value,) for value in values))


class QuoteBlock(blocks.StructBlock):
    """Words of somebody else, with their source."""

    text = blocks.TextBlock(label=_("quotation"), rows=3)
    source = blocks.CharBlock(
        label=_("source"), help_text=_("A role or a publication, never a private person.")
    )
    address = blocks.URLBlock(label=_("web address of the source"), required=False)

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Markup with the source in ``cite``."""
        source = value["source"]
        if value["address"]:
            source = format_html('<a href="{}">{}</a>', value["address"], source)
        return format_html("<blockquote><p>{}</p><p><cite>{}</cite></p></blockquote>", value["text"], source)

    class Meta:
        label = _("Quotation")
        icon = "openquote"
        description = _("A quotation, always with its source.")
        preview_value = {
            "text": "Der Rat begrüßt die Nachnutzung bestehender Lösungen.",
            "source": "Beschluss des Digitalausschusses",
            "address": "",
        }
        preview_template = PREVIEW


class CodeBlock(blocks.TextBlock):
    """Text shown as typed: commands, configuration, templates."""

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Preformatted markup."""
        return format_html("<pre><code>{}</code></pre>", value)

    class Meta:
        label = _("Code")
        icon = "code"
        description = _("Commands, configuration or a template, shown exactly as typed.")
        preview_value = "intervall: 15m\nschwelle: 0.8"
        preview_template = PREVIEW


class AnswerBlock(blocks.StreamBlock):
    """What an answer or section is made of."""

    paragraph = ParagraphBlock()
    picture = PictureBlock()
    table = TableBlock()
    quote = QuoteBlock()
    code = CodeBlock()

    def clean(self, value: Any) -> Any:
        """What is published holds no text block that was left empty; a draft keeps the room to write."""
        kept = [n for n, child in enumerate(value) if child.block_type != "paragraph" or is_filled([child])]
        if self.is_deferred_validation or len(kept) == len(value):
            return super().clean(value)
        parts = [(value[n].block_type, value[n].value, value[n].id) for n in kept]
        try:
            return super().clean(blocks.StreamValue(self, parts))
        except blocks.StreamBlockValidationError as error:  # each where the form shows its block
            placed = {kept[n]: fault for n, fault in error.block_errors.items()}
            raise blocks.StreamBlockValidationError(placed, error.non_block_errors) from error


class SectionBlock(blocks.StructBlock):
    """A heading with its content."""

    heading = blocks.CharBlock(label=_("heading"), max_length=200)
    content = AnswerBlock(label=_("content"))

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Markup for the preview."""
        return format_html("<h2>{}</h2>{}", value["heading"], value["content"].render_as_block())

    class Meta:
        label = _("Section")
        icon = "title"
        description = _("A heading with text, pictures, tables and quotations.")
        preview_value = {
            "heading": "So setzen Sie es ein",
            "content": [
                {
                    "type": "paragraph",
                    "value": "<p>Zuerst die Vorlage kopieren, dann die Fristen anpassen.</p>",
                }
            ],
        }
        preview_template = PREVIEW


class FileBlock(blocks.StructBlock):
    """A file to download, with a title."""

    document = DocumentChooserBlock(label=_("file"))
    title = blocks.CharBlock(
        label=_("title"), required=False, max_length=200, help_text=_("Empty: the title of the file.")
    )

    class Meta:
        label = _("File")
        icon = "doc-full"
        description = _("A file others can download and take over.")


class RelationBlock(blocks.StructBlock):
    """A link to another document: a page of this hub, or the permanent address of one elsewhere."""

    type = blocks.ChoiceBlock(label=_("relation"), choices=list(labels.RELATIONS.items()))
    page = blocks.PageChooserBlock(label=_("page on this hub"), required=False)
    address = blocks.URLBlock(
        label=_("permanent address on another hub"),
        required=False,
        help_text=_("For example https://wissen.example.de/id/…, shown at the end of each document."),
    )

    def clean(self, value: Any) -> Any:
        """Exactly one of page and address is given, unless a draft is saved."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation and bool(cleaned["page"]) == bool(cleaned["address"]):
            message = gettext("Give either a page or an address.")
            raise StructBlockValidationError(block_errors={"page": ValidationError(message)})
        return cleaned

    class Meta:
        label = _("Relation")
        icon = "link"
        description = _("Which other report, module or event belongs to this one, and how.")


class FilesBlock(blocks.StreamBlock):
    """The files of a document."""

    file = FileBlock()


class RelationsBlock(blocks.StreamBlock):
    """The relations of a document."""

    relation = RelationBlock()

    class Meta:
        max_num = 500


class SectionsBlock(blocks.StreamBlock):
    """Freely headed sections."""

    section = SectionBlock()


def is_filled(stream: Any) -> bool:
    """Whether an answer holds at least one block that says something."""
    return any(_says_something(child.value) for child in stream or ())


def _says_something(value: Any) -> bool:
    if isinstance(value, RichText):
        return bool(unescape(strip_tags(value.source)).strip())
    if isinstance(value, str):
        return bool(value.strip())
    if hasattr(value, "row_data"):
        return bool(value.row_data)
    return any(bool(part) for part in value.values())
