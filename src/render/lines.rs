//! Text broken into lines before it is set: the height of every row is known then, and with it every page.
//!
//! The template sets these lines without kerning and ligatures, so a line is exactly as wide as its advances say.

use typst::layout::Abs;
use typst::text::{FontInstance, FontStretch, FontStyle, FontVariant, FontVariations, FontWeight};

use super::Assets;

/// The family of the template.
const FAMILY: &str = "arimo";
/// Typst rounds; a line keeps this much from the edge (points).
const SPARE: f64 = 0.1;
/// Stands for what no font can draw, which PDF/UA forbids.
const UNKNOWN: char = '?';

/// Widths of characters in one weight.
pub(super) struct Advances {
    font: FontInstance,
    latin: Vec<f64>,
}

impl Advances {
    /// `None` when the office has taken the family away.
    pub(super) fn new(assets: &Assets, bold: bool) -> Option<Self> {
        let weight = if bold { FontWeight::BOLD } else { FontWeight::REGULAR };
        let variant = FontVariant::new(FontStyle::Normal, weight, FontStretch::NORMAL);
        let font = assets.font(assets.book().select(FAMILY, variant)?)?.clone();
        let font = font.instantiate(variant, Abs::pt(8.0), &FontVariations::default());
        let mut new = Self { font, latin: Vec::new() };
        new.latin = (' '..'\u{250}').map(|c| new.look_up(c).unwrap_or(-1.0)).collect();
        Some(new)
    }

    /// Width of a character in em; `None` when the font has none.
    fn of(&self, c: char) -> Option<f64> {
        let place = usize::try_from(u32::from(c)).ok()?.checked_sub(0x20)?;
        match self.latin.get(place) {
            Some(width) => (*width >= 0.0).then_some(*width),
            None => self.look_up(c),
        }
    }

    fn look_up(&self, c: char) -> Option<f64> {
        let glyph = self.font.ttf().glyph_index(c)?;
        Some(self.font.x_advance(glyph.0)?.get())
    }

    fn width(&self, text: &str) -> f64 {
        text.chars().filter_map(|c| self.of(c)).sum()
    }

    /// Breaks `text` into lines of at most `width` at `size` (points): at spaces; where a word is longer than a line or
    /// `strokes` are asked for, behind `/` and `-`; and where even that is too long, anywhere.
    pub(super) fn lines(&self, text: &str, width: f64, size: f64, strokes: bool) -> Vec<String> {
        let room = (width - SPARE) / size;
        let text: String = text.chars().map(|c| if self.of(c).is_some() { c } else { UNKNOWN }).collect();
        let mut lines = Lines { room, done: Vec::new(), line: String::new(), used: 0.0 };
        for (i, word) in text.split(' ').enumerate() {
            let space = if i == 0 { "" } else { " " };
            let own = self.width(word);
            if !strokes || word.len() < 2 {
                if lines.takes(self.width(space) + own) {
                    lines.put(space, self.width(space));
                    lines.put(word, own);
                    continue;
                } else if own <= room {
                    lines.end();
                    lines.put(word, own);
                    continue;
                }
            }
            self.pieces(&mut lines, space, word);
        }
        lines.end();
        lines.done
    }

    /// A word behind whose strokes a line may end.
    fn pieces(&self, lines: &mut Lines, space: &str, word: &str) {
        for (i, piece) in word.split_inclusive(['/', '-']).enumerate() {
            let space = if i == 0 { space } else { "" };
            let own = self.width(piece);
            if lines.takes(self.width(space) + own) {
                lines.put(space, self.width(space));
            } else {
                lines.end();
            }
            for c in piece.chars() {
                let wide = self.of(c).unwrap_or(0.0);
                // Marks without width stay with their letter.
                if wide > 0.0 && !lines.takes(wide) {
                    lines.end();
                }
                lines.put(c.encode_utf8(&mut [0; 4]), wide);
            }
        }
    }
}

/// Lines as they fill.
struct Lines {
    room: f64,
    done: Vec<String>,
    line: String,
    used: f64,
}

impl Lines {
    fn takes(&self, width: f64) -> bool {
        self.used + width <= self.room
    }

    fn put(&mut self, text: &str, width: f64) {
        self.line.push_str(text);
        self.used += width;
    }

    fn end(&mut self) {
        if !self.line.is_empty() {
            self.done.push(std::mem::take(&mut self.line));
        }
        self.used = 0.0;
    }
}
