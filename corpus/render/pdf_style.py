"""Fonts, colors and paragraph styles of the PDF documents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import reportlab
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

ACCENTS = {
    "reader": "#0b5d6b",
    "leitfaden": "#a8480f",
    "fachbeitrag": "#3a3f58",
    "flyer": "#8c1d40",
    "foerderinformation": "#1f6b3a",
    "praxisbeispiel": "#2b5aa0",
    "modellprojekt": "#5b3a86",
    "reportage": "#7a5a12",
}
LABELS = {
    "protokoll": "Protokoll",
    "reportage": "Reportage",
    "reader": "Reader",
    "leitfaden": "Arbeitshilfe",
    "praxisbeispiel": "Praxisbeispiel",
    "modellprojekt": "Modellprojekt",
    "vortrag": "Vortrag",
    "flyer": "Information",
    "newsletter": "Newsletter",
    "fachbeitrag": "Fachbeitrag",
    "foerderinformation": "Förderinformation",
    "richtlinie": "Richtlinie",
    "satzung": "Satzung",
    "ratsvorlage": "Vorlage",
    "sonstiges": "",
}
SERIF_KINDS = {"reader", "fachbeitrag", "reportage", "modellprojekt", "satzung", "richtlinie"}
# fonts as common Linux systems have them; without them the one that reportlab brings along
SYSTEM = Path("/usr/share/fonts/truetype")
FACES = {
    "serif": ("liberation/LiberationSerif-", ("Regular", "Bold", "Italic", "BoldItalic")),
    "sans": ("liberation/LiberationSans-", ("Regular", "Bold", "Italic", "BoldItalic")),
    "mono": ("liberation/LiberationMono-", ("Regular", "Bold", "Italic", "BoldItalic")),
}
SYMBOLS = SYSTEM / "dejavu/DejaVuSans.ttf"
BUNDLED = ("Vera", "VeraBd", "VeraIt", "VeraBI")


@dataclass(frozen=True, slots=True)
class Style:
    """The look of one document; sizes in points."""

    accent: Color
    text: str
    head: str
    size: float
    justified: bool

    def paragraph(self, name: str, size: float, font: str = "", **options: object) -> ParagraphStyle:
        """A paragraph style on the document's fonts."""
        values: dict[str, object] = {"leading": size * 1.36, "spaceAfter": size * 0.55, "hyphenationLang": "de_DE"}
        values |= {"embeddedHyphenation": 1, "alignment": TA_LEFT, "splitLongWords": 0} | options
        return ParagraphStyle(name, fontName=font or self.text, fontSize=size, **values)

    def body(self) -> ParagraphStyle:
        """Running text."""
        return self.paragraph("body", self.size, alignment=TA_JUSTIFY if self.justified else TA_LEFT)

    def heading(self, level: int) -> ParagraphStyle:
        """The heading of a level, from 1."""
        size = self.size * {1: 1.6, 2: 1.22}.get(level, 1.04)
        color = self.accent if level < 3 else HexColor("#222222")
        gaps = {"spaceBefore": size * 0.9, "spaceAfter": size * 0.4, "leading": size * 1.22}
        return self.paragraph(
            f"heading{level}", size, f"{self.head}-bold", textColor=color, keepWithNext=1, hyphenationLang="", **gaps
        )

    def small(self, **options: object) -> ParagraphStyle:
        """Captions, notes, cells."""
        return self.paragraph("small", self.size * 0.87, **{"spaceAfter": 2.0, **options})


@cache
def register(face: str) -> None:
    """Make a face with its four cuts known to reportlab, as `serif`, `serif-bold`, `serif-italic`, `serif-both`."""
    stem, cuts = FACES[face]
    files = [SYSTEM / f"{stem}{cut}.ttf" for cut in cuts]
    if not all(file.exists() for file in files):
        files = [Path(reportlab.__file__).parent / "fonts" / f"{name}.ttf" for name in BUNDLED]
    names = [face, f"{face}-bold", f"{face}-italic", f"{face}-both"]
    for name, file in zip(names, files, strict=True):
        pdfmetrics.registerFont(TTFont(name, str(file)))
    pdfmetrics.registerFontFamily(face, *names)


@cache
def symbols() -> bool:
    """Whether there is a font with check boxes; it is then known as `symbols`."""
    if SYMBOLS.exists():
        pdfmetrics.registerFont(TTFont("symbols", str(SYMBOLS)))
    return SYMBOLS.exists()


def style_for(kind: str, columns: int, scanned: bool) -> Style:
    """The look of a kind of document."""
    for face in FACES:
        register(face)
    if scanned:
        return Style(HexColor("#111111"), "mono", "mono", 9.4, justified=False)
    text = "serif" if kind in SERIF_KINDS else "sans"
    size = 9.3 if columns > 1 else 10.3 if text == "serif" else 9.8
    return Style(HexColor(ACCENTS.get(kind, "#24405c")), text, "sans", size, justified=kind != "flyer")
