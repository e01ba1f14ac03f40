"""The QR code of a certificate: the address of its public page, as SVG without styles."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO


@lru_cache(maxsize=256)
def qr_svg(address: str) -> str:
    """An ``svg`` element that a phone reads as the address; black on white, with its quiet zone."""
    import qrcode  # type: ignore[import-untyped]
    from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=10)
    code.add_data(address)
    code.make(fit=True)
    with BytesIO() as stream:
        code.make_image(image_factory=SvgPathImage).save(stream)
        text = stream.getvalue().decode()
    svg = text[text.index("<svg") :]
    start = svg.index(">") + 1
    return svg[:start] + '<rect width="100%" height="100%" fill="#fff"/>' + svg[start:]
