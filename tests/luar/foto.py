"""Letters on bad paper: makes pictures of printed letters and lets zxing-cpp and zbar read their QR.

    python foto.py OUTDIR PDF PDF PDF PDF PDF PDF...

Takes at least six letters. The first three are spoilt in all twelve ways of `WAYS`; these 36 pictures stand with the
text of their QR in `OUTDIR/harap.txt` (`file<TAB>text`). Of six letters both readers must read every page after two
photocopies, turned by 3 degrees, as JPEG of quality 30 and in black and white (`MUST_READ`), and must read nothing
from a QR that was stamped over or of which half is torn off (`rusak-*.png`).

The spoiling is synthetic, not paper. Every random number comes from a fixed seed: same letters, same pictures.
"""

import io
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter
from pyzbar import pyzbar

LISTED_LETTERS = 3
CHECKED_LETTERS = 6
WHITE = 255
TABLE = 105  # the desk under a letter that is photographed


@dataclass(frozen=True)
class Letter:
    """A page as rendered, and what its QR says."""

    name: str
    page: Image.Image  # 150 dpi, as an office scanner gives it
    fine: Image.Image  # 300 dpi, for the phone
    text: str
    corners: tuple[tuple[int, int], ...]  # of the QR on `page`: top left, top right, bottom right, bottom left


# --- the ways of spoiling a page: Letter and random numbers in, picture out ---


def clean(letter, _random):
    return letter.page


def black_and_white(letter, _random):
    return letter.page.point(lambda value: WHITE if value >= 128 else 0).convert("1")


def turned_3(letter, _random):
    return turn(letter.page, 3)


def blur_1(letter, _random):
    return letter.page.filter(ImageFilter.GaussianBlur(1))


def blur_2(letter, _random):
    return letter.page.filter(ImageFilter.GaussianBlur(2))


def copied_once(letter, random):
    return photocopy(letter.page, random)


def copied_twice(letter, random):
    return photocopy(photocopy(letter.page, random), random)


def slanted(letter, random):
    return view(letter.page, letter.page.size, random, 0.06, WHITE)


def upside_down(letter, random):
    return noise(turn(letter.page.transpose(Image.Transpose.ROTATE_180), -2), random, 8)


def shaded(letter, random):
    """Scanned with the lid open, lying on its side: one end in the dark."""
    return noise(shadow(letter.page.transpose(Image.Transpose.ROTATE_90), random, 0.3), random, 5)


def phone(letter, random):
    """12 megapixels, held at an angle over a desk, a little out of focus."""
    seen = view(letter.fine, (3000, 4000), random, 0.09, TABLE)
    seen = seen.rotate(random.uniform(-6, 6), Image.Resampling.BICUBIC, fillcolor=TABLE)
    seen = shadow(seen, random, 0.45).filter(ImageFilter.GaussianBlur(1.6))
    return noise(seen, random, 6).transpose(Image.Transpose.ROTATE_90)


WAYS = {
    "bersih.png": clean,
    "hitam-putih.png": black_and_white,
    "putar-3.png": turned_3,
    "jpeg-30.jpg": clean,  # the quality is in QUALITY
    "kabur-1.png": blur_1,
    "kabur-2.png": blur_2,
    "salinan-satu.png": copied_once,
    "salinan-dua.png": copied_twice,
    "serong.png": slanted,
    "terbalik.png": upside_down,
    "bayangan.png": shaded,
    "telepon.jpg": phone,
}
MUST_READ = ["salinan-dua.png", "putar-3.png", "jpeg-30.jpg", "hitam-putih.png"]
QUALITY = {"jpeg-30.jpg": 30, "telepon.jpg": 80}


# --- what paper, machines and hands do ---


def photocopy(page, random):
    """One generation: fed in askew and not quite at 100 %, blurred by the optics, hardened by the toner; the toner is
    uneven, misses spots, and leaves dust."""
    width, height = page.size
    scale = 1 + random.uniform(-0.015, 0.015)
    page = page.resize((round(width * scale), round(height * scale)), Image.Resampling.BICUBIC)
    page = turn(page, random.uniform(-0.8, 0.8)).filter(ImageFilter.GaussianBlur(0.9))

    density = np.asarray(page, dtype=np.float64) / WHITE
    threshold = 0.5 + 0.08 * waves(density.shape, random) + 0.06 * grain(density.shape, random, 0.7)
    density = 1 / (1 + np.exp((threshold - density) * 14))

    gaps = grain(density.shape, random, 0.8) > 3.4
    density[gaps] = np.maximum(density[gaps], 0.85)
    dust = grain(density.shape, random, 1.0) > 3.9
    density[dust] = 0.1
    return noise(picture(density * WHITE), random, 4)


def view(page, size, random, slant, ground):
    """The page seen from the side, as large as fits: each corner moves in by up to `slant`."""
    fit = min(size[0] / page.width, size[1] / page.height)
    width, height = page.width * fit, page.height * fit
    left, top = (size[0] - width) / 2, (size[1] - height) / 2
    moved = []
    for x, y in [(0, 0), (width, 0), (width, height), (0, height)]:
        x, y = abs(x - random.uniform(0.1, 1) * slant * width), abs(y - random.uniform(0.1, 1) * slant * height)
        moved.append((left + x, top + y))
    source = [(0, 0), (page.width, 0), page.size, (0, page.height)]
    rows, values = [], []
    for (x, y), (u, v) in zip(moved, source):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    plane = np.linalg.solve(np.array(rows), np.array(values))
    return page.transform(size, Image.Transform.PERSPECTIVE, plane, Image.Resampling.BICUBIC, fillcolor=ground)


def turn(page, degrees, ground=WHITE):
    return page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)


def shadow(page, random, depth):
    """Light that falls off to the left, where the QR stands, and a soft blotch or two."""
    fall = np.linspace(1 - depth, 1, page.width)[None, :] + 0.08 * waves((page.height, page.width), random)
    return picture(np.asarray(page, dtype=np.float64) * fall)


def noise(page, random, sigma):
    return picture(np.asarray(page, dtype=np.float64) + random.normal(0, sigma, (page.height, page.width)))


def grain(shape, random, sigma):
    """Noise with grains of about `sigma` pixels, of mean 0 and deviation 1."""
    field = blur(random.normal(0, 1, shape), sigma)
    return (field - field.mean()) / field.std()


def waves(shape, random):
    """A slow change over the page, about -1 to 1."""
    coarse = Image.fromarray(random.uniform(-1, 1, (5, 4)).astype(np.float32))
    return np.asarray(coarse.resize((shape[1], shape[0]), Image.Resampling.BICUBIC), dtype=np.float64)


def blur(values, sigma):
    """Gaussian blur of floats, which Pillow's own filter does not take."""
    radius = int(3 * sigma + 1)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        values = sum(weight * np.roll(values, k - radius, axis) for k, weight in enumerate(weights))
    return values


def picture(values):
    return Image.fromarray(np.clip(np.round(values), 0, WHITE).astype(np.uint8))


# --- a QR that nobody must read ---


def stamped(letter):
    """The office's round stamp right over the code."""
    page = letter.page.copy()
    (left, top), (right, bottom) = letter.corners[0], letter.corners[2]
    x, y, radius = (left + right) / 2, (top + bottom) / 2, (right - left) * 0.42
    draw = ImageDraw.Draw(page)
    for ring in (1.0, 0.72, 0.3):
        box = (x - radius * ring, y - radius * ring, x + radius * ring, y + radius * ring)
        draw.ellipse(box, outline=40, width=round(radius * 0.14))
    draw.rectangle((x - radius, y - radius * 0.2, x + radius, y + radius * 0.2), fill=50)
    return page


def torn(letter):
    """The right half is gone."""
    page = letter.page.copy()
    (left, top), (right, bottom) = letter.corners[0], letter.corners[2]
    ImageDraw.Draw(page).rectangle(((left + right) / 2, top - 10, right + 10, bottom + 10), fill=WHITE)
    return page


DAMAGE = {"rusak-cap.png": stamped, "rusak-sobek.png": torn}


# --- the readers ---


def read_zxing(page):
    return {code.text for code in zxingcpp.read_barcodes(page.convert("L"), zxingcpp.BarcodeFormat.QRCode)}


def read_zbar(page):
    return {code.data.decode() for code in pyzbar.decode(page.convert("L"), [pyzbar.ZBarSymbol.QRCODE])}


READERS = {"zxing-cpp": read_zxing, "zbar": read_zbar}


def load(pdf):
    page, fine = render(pdf, 150), render(pdf, 300)
    codes = zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormat.QRCode)
    if len(codes) != 1:
        sys.exit(f"{pdf}: {len(codes)} QR symbols on the page, not one")
    at = codes[0].position
    corners = tuple((p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left))
    return Letter(str(pdf), page, fine, codes[0].text, corners)


def render(pdf, dpi):
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-singlefile", str(pdf)]
    page = Image.open(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout))
    return page.convert("L")


def write(path, page, way):
    """Writes the picture and reads it back: the readers get the file, not the picture before JPEG."""
    if way in QUALITY:
        page.save(path, quality=QUALITY[way])
    else:
        page.save(path)
    return Image.open(path)


def main() -> int:
    if len(sys.argv) < 2 + CHECKED_LETTERS:
        sys.exit(__doc__)
    folder, pdfs = Path(sys.argv[1]), sys.argv[2 : 2 + CHECKED_LETTERS]
    folder.mkdir(parents=True, exist_ok=True)

    count, expected = 0, []
    score = {way: dict.fromkeys(READERS, 0) for way in WAYS}
    pages = dict.fromkeys(WAYS, 0)
    refused = {way: dict.fromkeys(READERS, 0) for way in DAMAGE}
    for number, pdf in enumerate(pdfs):
        letter = load(pdf)
        listed = number < LISTED_LETTERS
        for kind, (way, spoil) in enumerate(WAYS.items()):
            if not listed and way not in MUST_READ:
                continue
            count += 1
            file = f"{count:02}-{way}"
            page = write(folder / file, spoil(letter, np.random.default_rng([number, kind])), way)
            pages[way] += 1
            for reader, read in READERS.items():
                score[way][reader] += read(page) == {letter.text}
            if listed:
                expected.append(f"{file}\t{letter.text}\n")
        if number == 0:
            for way, damage in DAMAGE.items():
                page = write(folder / way, damage(letter), way)
                for reader, read in READERS.items():
                    refused[way][reader] += not read(page)
    (folder / "harap.txt").write_text("".join(expected))

    passed = True
    print(f"{'':20}{'pages':>10}" + "".join(f"{reader:>12}" for reader in READERS))
    for way, read in score.items():
        good = way not in MUST_READ or all(n == CHECKED_LETTERS for n in read.values())
        passed &= good
        print(f"{way:20}{pages[way]:10}" + "".join(f"{n:12}" for n in read.values()) + ("" if good else "  FAILED"))
    for way, no in refused.items():
        good = all(no.values())
        passed &= good
        words = "".join(f"{'no' if n else 'READ':>12}" for n in no.values())
        print(f"{way:20}{1:10}{words}" + ("" if good else "  FAILED"))
    print(f"{len(expected)} pictures for suket in {folder / 'harap.txt'}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
