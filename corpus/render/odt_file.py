"""Writes ODT: headings, lists, tables, footnotes, boxes as frames, header and footer."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from odfdo import Document, Element, StyleMasterPage
from package import noon, settle
from source import (
    Block,
    Box,
    Chart,
    Heading,
    Inline,
    Listing,
    PageBreak,
    Paragraph,
    Source,
    Table,
    as_table,
    german_date,
    plain,
    shares,
)

STYLES = """
<style:style style:name="Fett" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Kursiv" style:family="text"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="Titel" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:margin-bottom="0.2cm"/>
<style:text-properties style:font-name="Liberation Sans"
 fo:font-size="20pt" fo:font-weight="bold" fo:color="#24405c"/></style:style>
<style:style style:name="Zeile" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:margin-bottom="0.5cm"/>
<style:text-properties fo:font-size="10pt" fo:color="#555555"/></style:style>
<style:style style:name="Klein" style:family="paragraph" style:parent-style-name="Standard">
<style:text-properties fo:font-size="9pt"/></style:style>
<style:style style:name="Absatz" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:margin-bottom="0.25cm" fo:text-align="justify"/>
<style:text-properties fo:language="de" fo:country="DE" fo:hyphenate="true"/></style:style>
<style:style style:name="Eintrag" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:margin-bottom="0.12cm"/></style:style>
<style:style style:name="Letzter_20_Eintrag" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:margin-bottom="0.3cm"/></style:style>
<style:style style:name="Zitat" style:family="paragraph" style:parent-style-name="Absatz">
<style:paragraph-properties fo:margin-left="1cm" fo:margin-right="1cm" fo:margin-bottom="0.25cm"/>
<style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="Neue_20_Seite" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:break-before="page"/></style:style>
<style:style style:name="Tabelle" style:family="table">
<style:table-properties style:width="17cm" table:align="left" fo:margin-top="0.1cm" fo:margin-bottom="0.35cm"/></style:style>
<style:style style:name="Zelle" style:family="table-cell">
<style:table-cell-properties fo:border="0.5pt solid #8899aa" fo:padding="0.1cm"/></style:style>
<style:style style:name="Kopfzelle" style:family="table-cell">
<style:table-cell-properties fo:border="0.5pt solid #8899aa" fo:padding="0.1cm" fo:background-color="#dce6ee"/></style:style>
<style:style style:name="Kasten" style:family="graphic">
<style:graphic-properties fo:border="0.5pt solid #24405c"
 fo:padding-top="0.2cm" fo:padding-bottom="0.2cm" fo:padding-left="0.3cm" fo:padding-right="0.3cm" fo:margin-top="0.2cm"
 fo:margin-bottom="0.3cm" fo:background-color="#eef3f4"
 draw:fill="solid" draw:fill-color="#eef3f4" style:wrap="none" style:vertical-pos="top" style:vertical-rel="paragraph"
 style:horizontal-pos="left" style:horizontal-rel="paragraph"/></style:style>
"""
MARGIN = """<style:style style:name="Rand" style:family="paragraph" style:parent-style-name="Standard">
<style:text-properties style:font-name="Liberation Sans" fo:font-size="8pt" fo:color="#555555"/></style:style>"""
LISTS = {
    "Punkte": '<text:list-level-style-bullet text:level="{level}" text:bullet-char="{mark}">{place}'
    "</text:list-level-style-bullet>",
    "Nummern": '<text:list-level-style-number text:level="{level}" style:num-format="1" style:num-suffix=".">{place}'
    "</text:list-level-style-number>",
}
PLACE = (
    '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment'
    ' text:label-followed-by="listtab" fo:text-indent="-0.6cm" fo:margin-left="{left:.1f}cm"/></style:list-level-properties>'
)
WIDTH_CM = 17.0
OUTLINE = ("Heading_20_1", "Heading_20_2", "Heading_20_3", "Heading_20_4")


class Writer:
    """Adds blocks to one document."""

    def __init__(self, source: Source, document: Document) -> None:
        self.source, self.document, self.notes = source, document, 0
        self.tables = 0

    def add(self, blocks: Iterable[Block]) -> None:
        """Add the blocks at the end of the text."""
        for block in blocks:
            self._append(self.xml(block))

    def title(self) -> None:
        """Title, subtitle and the line with author and date."""
        source = self.source
        self._append(f'<text:p text:style-name="Titel">{escape(source.title)}</text:p>')
        line = f"{source.author}, {german_date(source.date)}"
        for text in filter(None, (source.subtitle, line)):
            self._append(f'<text:p text:style-name="Zeile">{escape(text)}</text:p>')

    def _append(self, xml: str) -> None:
        self.document.body.append(Element.from_tag(xml))

    def xml(self, block: Block) -> str:
        """The block as XML of the text body."""
        if isinstance(block, Heading):
            name = OUTLINE[min(block.level, 4) - 1]
            level = f'text:outline-level="{block.level}"'
            return f'<text:h text:style-name="{name}" {level}>{self._spans(block.text)}</text:h>'
        if isinstance(block, Paragraph):
            style = "Zitat" if block.quote else "Absatz"
            return f'<text:p text:style-name="{style}">{self._spans(block.text)}</text:p>'
        if isinstance(block, Listing):
            return self._listing(block)
        if isinstance(block, Box):
            return self._box(block)
        if isinstance(block, Table | Chart):
            return self._table(block if isinstance(block, Table) else as_table(block))
        return f'<text:p text:style-name="{"Neue_20_Seite" if isinstance(block, PageBreak) else "Absatz"}"/>'

    def _spans(self, text: Inline) -> str:
        parts = []
        for span in text:
            if span.note:
                parts.append(self._note(span.note))
                continue
            part = escape(span.text)
            part = f'<text:span text:style-name="Fett">{part}</text:span>' if span.bold else part
            part = f'<text:span text:style-name="Kursiv">{part}</text:span>' if span.italic else part
            part = (
                f'<text:a xlink:type="simple" xlink:href={quoteattr(span.href)}>{part}</text:a>' if span.href else part
            )
            parts.append(part)
        return "".join(parts)

    def _note(self, label: str) -> str:
        self.notes += 1
        return (
            f'<text:note text:id="ftn{self.notes}" text:note-class="footnote">'
            f"<text:note-citation>{self.notes}</text:note-citation>"
            f'<text:note-body><text:p text:style-name="Klein"> {escape(plain(self.source.notes[label]))}</text:p>'
            "</text:note-body></text:note>"
        )

    def _listing(self, block: Listing) -> str:
        style = "Nummern" if block.items[0].number else "Punkte"
        items: list[str] = []
        for nested, group in groupby(block.items, key=lambda item: item.depth > 0):
            texts = "</text:list-item><text:list-item>".join(
                f'<text:p text:style-name="Eintrag">{self._spans(item.text)}</text:p>' for item in group
            )
            inner = f"<text:list-item>{texts}</text:list-item>"
            if nested and items:
                opened = items[-1].removesuffix("</text:list-item>")
                inner = f"{opened}<text:list>{inner}</text:list></text:list-item>"
                items.pop()
            items.append(inner)
        items[-1] = _last(items[-1])
        return f'<text:list text:style-name="{style}">{"".join(items)}</text:list>'

    def _table(self, table: Table) -> str:
        self.tables += 1
        rows = "".join(self._row(row, "Zelle") for row in table.rows)
        columns = "".join(self._column(index, share) for index, share in enumerate(shares(table), 1))
        return (
            f'<table:table table:name="Tabelle{self.tables}" table:style-name="Tabelle">'
            f"{columns}"
            f"<table:table-header-rows>{self._row(table.header, 'Kopfzelle')}</table:table-header-rows>{rows}</table:table>"
        )

    def _column(self, index: int, share: float) -> str:
        name = f"Tabelle{self.tables}.{index}"
        width = f'<style:table-column-properties style:column-width="{WIDTH_CM * share:.2f}cm"/>'
        style = f'<style:style style:name="{name}" style:family="table-column">{width}</style:style>'
        self.document.insert_style(style, automatic=True)
        return f'<table:table-column table:style-name="{name}"/>'

    def _row(self, texts: Iterable[Inline], style: str) -> str:
        cells = (
            f'<table:table-cell table:style-name="{style}" office:value-type="string">'
            f'<text:p text:style-name="Klein">{self._spans(text)}</text:p></table:table-cell>'
            for text in texts
        )
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    def _box(self, box: Box) -> str:
        title = (
            f'<text:p><text:span text:style-name="Fett">{escape(box.title)}</text:span></text:p>' if box.title else ""
        )
        inner = title + "".join(self.xml(block) for block in box.blocks)
        frame = '<draw:frame draw:style-name="Kasten" text:anchor-type="paragraph" svg:width="16.5cm">'
        text = f'<draw:text-box fo:min-height="1cm">{inner}</draw:text-box>'
        return f'<text:p text:style-name="Absatz">{frame}{text}</draw:frame></text:p>'


def _last(item: str) -> str:
    """The list entry with the space that follows a list."""
    before, _, after = item.rpartition('text:style-name="Eintrag"')
    return f'{before}text:style-name="Letzter_20_Eintrag"{after}'


def _styles(document: Document, source: Source) -> None:
    for style in STYLES.split("</style:style>"):
        if style.strip():
            document.insert_style(f"{style.strip()}</style:style>", automatic=True)
    document.insert_style(MARGIN)
    for name, level in LISTS.items():
        levels = "".join(
            level.format(level=depth, mark="•–"[depth - 1], place=PLACE.format(left=0.7 * depth)) for depth in (1, 2)
        )
        style = f'<text:list-style style:name="{name}">{levels}</text:list-style>'
        document.insert_style(style, automatic=True)
    for numbering in document.styles.get_elements("//text:outline-style"):  # the template numbers headings
        numbering.delete()
    for element in ("header", "footer"):
        margin = "bottom" if element == "header" else "top"
        space = f'<style:header-footer-properties fo:min-height="1cm" fo:margin-{margin}="0.5cm"/>'
        for place in document.styles.get_elements(f"//style:{element}-style"):
            place.append(Element.from_tag(space))
    page = document.get_style("master-page", "Standard")
    if not isinstance(page, StyleMasterPage):
        raise TypeError("odfdo's text template has no master page")
    page.set_page_header(_line(source.head or source.title))
    page.set_page_footer(_line(f"{source.author} · Fiktives Beispiel"))


def _line(text: str) -> Element:
    return Element.from_tag(f'<text:p text:style-name="Rand">{escape(text)}</text:p>')


def _properties(document: Document, source: Source) -> None:
    moment, meta = noon(source.date).replace(tzinfo=None), document.meta
    meta.title, meta.creator, meta.initial_creator = source.title, source.author, source.author
    meta.subject, meta.language = source.subtitle, "de-DE"
    meta.creation_date = meta.date = moment
    meta.editing_cycles = 1


def write(source: Source, target: Path) -> None:
    """Write the document."""
    document = Document("text")
    document.body.clear()
    _styles(document, source)
    writer = Writer(source, document)
    writer.title()
    writer.add(source.blocks)
    _properties(document, source)
    document.save(target)
    settle(target)
