"""What python-docx cannot write: footnotes, text boxes, content controls, fields."""

from __future__ import annotations

from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
EMU_PER_CM = 360000

_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)
_FOOTNOTE = (
    '<w:footnote w:id="{id}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
    '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
    '<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:footnote>'
)
# as Word writes a text box: once for itself and once, the same text again, for older readers
_TEXT_BOX = """<w:r {ns}><mc:AlternateContent>
<mc:Choice Requires="wps"><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">
<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{id}" name="Textfeld {id}"/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="EEF3F4"/></a:solidFill>
<a:ln w="9525"><a:solidFill><a:srgbClr val="24405C"/></a:solidFill></a:ln></wps:spPr>
<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>
<wps:bodyPr wrap="square" lIns="108000" tIns="72000" rIns="108000" bIns="72000"><a:spAutoFit/></wps:bodyPr>
</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>
<mc:Fallback><w:pict><v:shape id="Textfeld{id}" type="#_x0000_t202" style="width:{points:.0f}pt;height:{tall:.0f}pt">
<v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>
</mc:AlternateContent></w:r>"""
_NAMESPACES = (
    nsdecls("w", "wp", "a")
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def add_footnotes(document: Document, texts: list[str]) -> None:
    """Add the part with the footnotes; the first has the id 1."""
    notes = "".join(_FOOTNOTE.format(id=index, text=escape(text)) for index, text in enumerate(texts, 1))
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<w:footnotes xmlns:w="{W}">{_SEPARATORS}{notes}</w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, xml.encode("utf-8"), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def refer_to_footnote(paragraph: Paragraph, index: int) -> None:
    """Add the raised number that refers to a footnote."""
    run = paragraph.add_run()
    run.font.superscript = True
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(index))
    run._r.append(reference)


def add_text_box(paragraph: Paragraph, index: int, title: str, lines: list[str], width: float) -> None:
    """Put a text box of `width` cm into the paragraph; its height is estimated from the text."""
    bold = f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{escape(title)}</w:t></w:r></w:p>" if title else ""
    content = bold + "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines)
    rows = sum(1 + len(line) // int(width * 5.4) for line in [title, *lines])
    height = 0.62 * rows + 0.18 * len(lines) + 0.6
    xml = _TEXT_BOX.format(
        ns=_NAMESPACES,
        width=int(width * EMU_PER_CM),
        height=int(height * EMU_PER_CM),
        points=width * 28.35,
        tall=height * 28.35,
        id=index,
        content=content,
    )
    paragraph._p.append(parse_xml(xml))


def wrap_in_content_control(paragraph: Paragraph, tag: str) -> None:
    """Put the paragraph into a content control, as forms of town halls have them."""
    element = paragraph._p
    control = OxmlElement("w:sdt")
    properties, content, name = OxmlElement("w:sdtPr"), OxmlElement("w:sdtContent"), OxmlElement("w:tag")
    name.set(qn("w:val"), tag)
    properties.append(name)
    element.addprevious(control)
    content.append(element)
    control.append(properties)
    control.append(content)


def add_field(paragraph: Paragraph, code: str) -> None:
    """Add a field such as PAGE."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)
