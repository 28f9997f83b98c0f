"""Builders of sample files, one a format, all telling the same small story; and packages made by hand for odd ones.

Each builder writes one file to a path and returns it. No test lives here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

TITLE = "Leitfaden für den Umgang mit Leerständen"
FIRST, SECOND = "Ausgangslage", "Maßnahmen der Städte"
SENTENCE = "Größere Leerstände prägen die Straßenzüge; Öl, Ärger und Übermaß kommen hinzu."
CLOSING = "Der Lenkungskreis beschließt die Förderung."
NOTE = "Vgl. die Städtebauförderungsrichtlinien des Landes."
ITEMS = ("Zwischennutzung prüfen", "Eigentümer ansprechen")
TABLE = (("Stadt", "Läden", "Quote"), ("Gladbeck", "zwölf", "8 %"), ("Hamm", "sieben", "11 %"))
ROWS = tuple(" | ".join(row) for row in TABLE)

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_WORD = (
    f"{_W} "
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {  # name of a part -> (its content type, its relationship)
    "styles": ("application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml", "styles"),
    "numbering": ("application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml", "numbering"),
    "footnotes": ("application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml", "footnotes"),
    "endnotes": ("application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml", "endnotes"),
    "comments": ("application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml", "comments"),
    "header1": ("application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml", "header"),
    "diagram1": ("application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml", "diagramData"),
    "chart1": ("application/vnd.openxmlformats-officedocument.drawingml.chart+xml", "chart"),
    "footer1": ("application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml", "footer"),
}
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def zipped(path: Path, members: Mapping[str, str | bytes], stored: tuple[str, ...] = ()) -> Path:
    """A ZIP container with these members; those in `stored` are not compressed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            container.writestr(name, content, kind)
    return path


def word_package(
    path: Path,
    body: str,
    parts: Mapping[str, str] | None = None,
    core: str = "",
    links: Mapping[str, str] | None = None,
    document_type: str = _DOCUMENT,
    declaration: str = "",
) -> Path:
    """A .docx from the inner XML of its body and parts, with the w, r, mc, wps, v and m prefixes declared.

    `parts` maps the names in `_PARTS` to the inner XML of their roots, `links` relationship ids to addresses.
    """
    parts = parts or {}
    types = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{_PARTS[name][0]}"/>' for name in parts)
    relations = "".join(
        f'<Relationship Id="p{name}" Type="{_OFFICE}/{_PARTS[name][1]}" Target="{name}.xml"/>' for name in parts
    ) + "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/hyperlink" Target="{escape(target)}" TargetMode="External"/>'
        for key, target in (links or {}).items()
    )
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes"}
    roots |= {"comments": "comments", "header1": "hdr", "footer1": "ftr", "diagram1": "diagram", "chart1": "chart"}
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{document_type}"/>'
        '<Override PartName="/docProps/core.xml" '
        f'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{types}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        '<Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f"{_HEAD}<Relationships "
        f'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>',
        "word/document.xml": f"{_HEAD}{declaration}<w:document {_WORD}><w:body>{body}</w:body></w:document>",
        "docProps/core.xml": f"{_HEAD}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{core}</cp:coreProperties>',
    }
    for name, content in parts.items():
        members[f"word/{name}.xml"] = f"{_HEAD}<w:{roots[name]} {_WORD}>{content}</w:{roots[name]}>"
    return zipped(path, members)


def word_paragraph(text: str, style: str = "", properties: str = "") -> str:
    """A Word paragraph of one run; `properties` is further inner XML of its properties."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f'<w:p><w:pPr>{style}{properties}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def word_table(rows: tuple[tuple[str, ...], ...] = TABLE) -> str:
    """A Word table."""
    cells = ("".join(f"<w:tc>{word_paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


# a German template: the ids are those of German Word, the names those that every Word stores
GERMAN_STYLES = """
<w:style w:type="paragraph" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/>
<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Kapitel Stadt"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
"""
NUMBERING = """
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/>
</w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1%2)"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
"""


def docx(path: Path) -> Path:
    """A Word document of a German template."""
    bullet = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    noted = f'<w:p><w:r><w:t>{SENTENCE}</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    body = (
        word_paragraph(TITLE, "Titel")
        + word_paragraph(FIRST, "berschrift1")
        + noted
        + "".join(word_paragraph(item, properties=bullet) for item in ITEMS)
        + word_table()
        + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        + word_paragraph(SECOND, "berschrift2")
        + word_paragraph(CLOSING)
    )
    notes = (
        '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="2">{word_paragraph(NOTE)}</w:footnote>'
    )
    core = (
        f"<dc:title>{TITLE}</dc:title><dc:creator>Jörg Schüßler</dc:creator>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2014-05-06T07:08:09Z</dcterms:created>'
    )
    parts = {"styles": GERMAN_STYLES, "numbering": NUMBERING, "footnotes": notes}
    return word_package(path, body, parts, core)


_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("meta", "meta"),
        ("presentation", "presentation"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)
_ODF += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_ODF_COMMON = """
<style:style style:name="Standard" style:family="paragraph" style:class="text"/>
<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard" style:class="chapter"/>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph"
 style:parent-style-name="Standard" style:default-outline-level="1" style:class="text"/>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
 style:parent-style-name="Standard" style:default-outline-level="2" style:class="text"/>
"""
_ODF_AUTOMATIC = """
<style:style style:name="Fett" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="FetterAbsatz" style:family="paragraph"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Seite" style:family="paragraph" style:parent-style-name="Heading_20_2">
<style:paragraph-properties fo:break-before="page"/></style:style>
<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>
<text:list-style style:name="L2"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
"""


def odf_package(path: Path, kind: str, body: str, meta: str = "", declaration: str = "", manifest: str = "") -> Path:
    """An OpenDocument file of a kind ("text", "presentation", "spreadsheet") from the inner XML of its body."""
    content = (
        f"{declaration}<office:document-content {_ODF}><office:automatic-styles>{_ODF_AUTOMATIC}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    master = (
        f"<office:document-styles {_ODF}><office:styles>{_ODF_COMMON}</office:styles><office:master-styles>"
        "<style:master-page style:name='Standard'><style:footer><text:p>Stadt Hamm</text:p></style:footer>"
        "</style:master-page></office:master-styles></office:document-styles>"
    )
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    parts = (("/", media_type), *((f"{part}.xml", "text/xml") for part in ("content", "styles", "meta")))
    entries = "".join(entry.format(*part) for part in parts)
    members: dict[str, str | bytes] = {
        "mimetype": media_type,
        "content.xml": '<?xml version="1.0" encoding="UTF-8"?>\n' + content,
        "styles.xml": '<?xml version="1.0" encoding="UTF-8"?>\n' + master,
        "meta.xml": f"<office:document-meta {_ODF}><office:meta>{meta}</office:meta></office:document-meta>",
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.2">{entries}{manifest}</manifest:manifest>',
    }
    return zipped(path, members, stored=("mimetype",))


def odf_table(rows: tuple[tuple[str, ...], ...] = TABLE, name: str = "Tabelle1") -> str:
    """A table of OpenDocument."""
    cells = ("".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row) for row in rows)
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f'<table:table table:name="{name}">{columns}{lines}</table:table>'


def odf_note(text: str) -> str:
    """A footnote of OpenDocument."""
    return (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        f"<text:note-body><text:p>{text}</text:p></text:note-body></text:note>"
    )


_ODF_META = f"<dc:title>{TITLE}</dc:title><meta:initial-creator>Jörg Schüßler</meta:initial-creator>"


def odt(path: Path) -> Path:
    """OpenDocument text."""
    items = "".join(f"<text:list-item><text:p>{item}</text:p></text:list-item>" for item in ITEMS)
    body = (
        f'<text:p text:style-name="Title">{TITLE}</text:p><text:h text:outline-level="1">{FIRST}</text:h>'
        f"<text:p>{SENTENCE}{odf_note(NOTE)}</text:p>"
        f'<text:list text:style-name="L1">{items}</text:list>{odf_table()}'
        f'<text:h text:outline-level="2" text:style-name="Seite">{SECOND}</text:h><text:p>{CLOSING}</text:p>'
    )
    return odf_package(path, "text", body, _ODF_META)


def odp(path: Path) -> Path:
    """An OpenDocument presentation of two slides."""

    def slide(title: str, content: str, notes: str = "") -> str:
        return (
            f'<draw:page draw:name="{title}"><draw:frame><draw:text-box>{content}</draw:text-box></draw:frame>'
            f'<draw:frame presentation:class="title"><draw:text-box><text:p>{title}</text:p></draw:text-box></draw:frame>'
            f"<presentation:notes><draw:frame><draw:text-box><text:p>{notes}</text:p></draw:text-box></draw:frame>"
            "</presentation:notes></draw:page>"
        )

    first = f"<text:p>{SENTENCE}</text:p></draw:text-box></draw:frame><draw:frame>{odf_table()}</draw:frame>"
    first += "<draw:frame><draw:text-box>"
    body = slide(FIRST, first, NOTE) + slide(SECOND, f"<text:p>{CLOSING}</text:p>")
    return odf_package(path, "presentation", body, _ODF_META)


def ods(path: Path) -> Path:
    """An OpenDocument spreadsheet of two sheets."""
    body = odf_table(TABLE, FIRST) + odf_table(((SENTENCE,), (CLOSING,)), SECOND)
    return odf_package(path, "spreadsheet", body, _ODF_META)


def pptx(path: Path) -> Path:
    """A PowerPoint presentation of two slides."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.core_properties.title, deck.core_properties.author = TITLE, "Jörg Schüßler"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = FIRST, f"{SENTENCE}\n" + "\n".join(ITEMS)
    table = slide.shapes.add_table(len(TABLE), len(TABLE[0]), 0, Inches(4), Inches(6), Inches(2)).table
    for row, cells in enumerate(TABLE):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    slide.notes_slide.notes_text_frame.text = NOTE
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = SECOND
    slide.shapes.add_group_shape().shapes.add_textbox(0, Inches(3), Inches(3), Inches(1)).text_frame.text = CLOSING
    deck.save(str(path))
    return path


def xlsx(path: Path) -> Path:
    """An Excel workbook of two sheets."""
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.properties.title, workbook.properties.creator = TITLE, "Jörg Schüßler"
    sheet = workbook.active
    assert sheet is not None
    sheet.title = FIRST
    for row in TABLE:
        sheet.append(row)
    second = workbook.create_sheet(SECOND)
    second.append([SENTENCE])
    second["B3"] = CLOSING
    workbook.save(path)
    return path


def page(note: str = NOTE) -> str:
    """A web page."""
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    items = "".join(f"<li>{item}" for item in ITEMS)
    return (
        f'<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{TITLE}</title>'
        '<meta name="author" content="Jörg Schüßler"><meta name="date" content="2014-05-06">'
        "<style>p { color: red }</style></head><body><h1>" + FIRST + f'</h1><p>{SENTENCE}<a href="#n1">[1]</a></p>'
        f"<ul>{items}</ul><table>{rows}</table><h2>{SECOND}</h2><p>{CLOSING}</p>"
        f'<p id="n1">[1] {note}</p><script>alert("nie")</script></body></html>'
    )


def html(path: Path) -> Path:
    """A web page in UTF-8."""
    path.write_text(page(), encoding="utf-8")
    return path


def _rtf(text: str) -> str:
    return "".join(c if c.isascii() else f"\\'{c.encode('cp1252').hex()}" for c in text)


def rtf(path: Path) -> Path:
    """RTF as German Word writes it."""
    table = "".join(
        r"\trowd\cellx100\cellx200\cellx300\pard\intbl " + "".join(f"{_rtf(cell)}\\cell " for cell in row) + r"\row "
        for row in TABLE
    )
    items = "".join(r"\pard{\listtext\f1\'b7\tab}" + _rtf(item) + r"\par " for item in ITEMS)
    content = (
        r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset2 Symbol;}}"
        r"{\stylesheet{\s0 Standard;}{\s1\outlinelevel0 heading 1;}{\s2 \'dcberschrift 2;}{\s3 Title;}}"
        rf"{{\info{{\title {_rtf(TITLE)}}}{{\author J\'f6rg Sch\'fc\'dfler}}{{\creatim\yr2014\mo5\dy6\hr7\min8}}}}"
        r"{\footer\pard Stadt Hamm\par}"
        rf"\pard\s3 {_rtf(TITLE)}\par\pard\s1 {_rtf(FIRST)}\par"
        rf"\pard\s0 {_rtf(SENTENCE)}{{\super\chftn}}{{\footnote\pard {{\super\chftn}}{_rtf(NOTE)}}}\par "
        rf"{items}{table}\pard\page\pard\s2 {_rtf(SECOND)}\par\pard\s0 {_rtf(CLOSING)}\par}}"
    )
    path.write_bytes(content.encode("ascii"))
    return path


def mail() -> EmailMessage:
    """A mail with a plain and an HTML body and no attachment."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = TITLE, "Jörg Schüßler <js@example.org>", "netz@example.org"
    message["Date"] = "Tue, 06 May 2014 07:08:09 +0200"
    message["Message-ID"] = "<1@example.org>"
    message.set_content("\n\n".join((SENTENCE, *ROWS, NOTE, CLOSING)))
    message.add_alternative(page(), subtype="html")
    return message


def eml(path: Path) -> Path:
    """A mail with a text file attached."""
    message = mail()
    message.add_attachment(SENTENCE.encode(), maintype="text", subtype="plain", filename="Übersicht.txt")
    path.write_bytes(bytes(message))
    return path


def text(path: Path) -> Path:
    """Plain text of two pages in UTF-8."""
    first = "\n\n".join((TITLE, FIRST, SENTENCE, "\n".join(ROWS), NOTE))
    path.write_text(f"{first}\f{SECOND}\n\n{CLOSING}\n", encoding="utf-8")
    return path


def markdown(path: Path) -> Path:
    """Markdown with front matter."""
    items = "\n".join(f"- {item}" for item in ITEMS)
    lines = (
        *("---", f"title: {TITLE}", "author: Jörg Schüßler", "---", f"# {FIRST}", "", f"{SENTENCE}[^1]", "", items, ""),
        *(f"| {row} |" for row in ROWS),
        *("", SECOND, "---", "", CLOSING, "", f"[^1]: {NOTE}", ""),
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def epub(path: Path) -> Path:
    """A book of two chapters."""
    chapter = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{}</body></html>'
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    return zipped(
        path,
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/buch.opf"/></rootfiles></container>',
            "OEBPS/buch.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<metadata><dc:title>{TITLE}</dc:title><dc:creator>Jörg Schüßler</dc:creator></metadata><manifest>"
            '<item id="zwei" href="b.xhtml"/><item id="eins" href="%C3%A4%20a.xhtml"/></manifest>'
            '<spine><itemref idref="eins"/><itemref idref="zwei"/></spine></package>',
            "OEBPS/b.xhtml": chapter.format(f"<h2>{SECOND}</h2><p>{CLOSING}</p>"),
            "OEBPS/ä a.xhtml": '<?xml version="1.0" encoding="utf-8"?>'
            + chapter.format(f"<h1>{FIRST}</h1><p>{SENTENCE}</p><table>{rows}</table><aside>{NOTE}</aside>"),
        },
        stored=("mimetype",),
    )


def archive(path: Path) -> Path:
    """A ZIP archive with a document, a text in a folder, and an archive inside."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as container:
        container.writestr("Innen.txt", CLOSING)
    document = docx(path.with_name(f"{path.name}.part.docx"))
    members = {"Leitfaden.docx": document.read_bytes(), "Ordner/Übersicht.txt": SENTENCE, "innen.zip": inner.getvalue()}
    document.unlink()
    return zipped(path, members)


# format -> (extension, builder); legacy formats need LibreOffice and are made where they are tested
BUILDERS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "docx": (".docx", docx),
    "odt": (".odt", odt),
    "odp": (".odp", odp),
    "ods": (".ods", ods),
    "pptx": (".pptx", pptx),
    "xlsx": (".xlsx", xlsx),
    "html": (".html", html),
    "rtf": (".rtf", rtf),
    "eml": (".eml", eml),
    "text": (".txt", text),
    "markdown": (".md", markdown),
    "epub": (".epub", epub),
    "zip": (".zip", archive),
}


def build(format_name: str, folder: Path, name: str = "Datei", extension: str | None = None) -> Path:
    """A sample of a format in a folder, under its own extension or a wrong one."""
    own, builder = BUILDERS[format_name]
    return builder(folder / f"{name}{own if extension is None else extension}")
