"""Turns a typeset PDF into one of pictures only, as a copier would: gray, slightly turned, speckled."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from source import Source

DPI, QUALITY, PAPER = 160, 34, 242


def _worn(page: Image.Image, chance: random.Random) -> Image.Image:
    turned = page.rotate(chance.uniform(-0.9, 0.9), resample=Image.Resampling.BICUBIC, fillcolor=255)
    soft = turned.filter(ImageFilter.GaussianBlur(0.55)).point(lambda gray: min(PAPER, 26 + gray * 0.88))
    for _ in range(420):
        left, top = chance.randrange(soft.width), chance.randrange(soft.height)
        soft.putpixel((left, top), chance.randrange(60, 190))
    for top in range(0, soft.height, 3):
        soft.putpixel((5 + chance.randrange(3), top), 150)
    return soft


def photograph(source: Source, path: Path) -> None:
    """Replace the PDF by one with the same pages as pictures; the same picture whenever it is made."""
    chance = random.Random(source.title)  # noqa: S311 - specks, not secrets
    document = pypdfium2.PdfDocument(path)
    pages = [page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L") for page in document]
    document.close()
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setTitle(source.title)
    canvas.setAuthor(source.author)
    canvas.setCreator("Kopierer")
    for page in pages:
        picture = io.BytesIO()
        _worn(page, chance).save(picture, "JPEG", quality=QUALITY, optimize=True)
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
