//! Places in a page before its heights are known. A page has rows 1 to `rows`; row 0 is the strip at its head, the one
//! after the last the strip at its foot. In each row: tracks for horizontal runs, then the symbols.

use super::Um;

/// A place from top to bottom; only the order counts.
pub(super) type Y = i32;
/// A point of a way.
pub(super) type Point = (Um, Y);

/// Horizontal tracks that a row can have above its symbols.
pub(super) const TRACKS: i32 = 8;
const ROW: Y = 1000;
const GAP: Y = 100;
const BELOW: Y = 700;
const TRACK: Y = 20;

/// What a place names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A track above the symbols of a row; in the strip at the head, below its pentagons.
    Gap(i32, i32),
    /// The upper end of a symbol.
    Top(i32),
    /// The middle of a symbol.
    Mid(i32),
    /// The lower end of a symbol.
    Bottom(i32),
}

pub(super) fn gap(row: i32, track: i32) -> Y {
    row * ROW + if row == 0 { BELOW } else { GAP } + track * TRACK
}

pub(super) fn top(row: i32) -> Y {
    row * ROW + 400
}

pub(super) fn mid(row: i32) -> Y {
    row * ROW + 500
}

pub(super) fn bottom(row: i32) -> Y {
    row * ROW + 600
}

pub(super) fn row(y: Y) -> i32 {
    y.div_euclid(ROW)
}

/// What a place is.
pub(super) fn place(y: Y) -> Place {
    let row = row(y);
    match y.rem_euclid(ROW) {
        400 => Place::Top(row),
        500 => Place::Mid(row),
        600 => Place::Bottom(row),
        rest if rest >= BELOW => Place::Gap(row, (rest - BELOW) / TRACK),
        rest => Place::Gap(row, (rest - GAP) / TRACK),
    }
}
