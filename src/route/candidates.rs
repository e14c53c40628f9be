//! The ways that a draughtsman would think of, each with its price: bends, length, and what looks less usual.

use std::cell::Cell;

use super::page::{End, Port, Sheet, Sketch, Wire};
use super::unit::{self, Point, TRACKS, Y};
use super::{Answer, Shape, Um, half};

const BEND: i64 = 30;
const ROW: i64 = 5;
/// Between a track and a symbol: an arrow head.
const HEAD: Um = 2000;
const TRACK: Um = 900;

/// Where lines may stand upright beside the symbols, and where pentagons may stand.
#[derive(Debug)]
pub(super) struct Grid {
    /// x, the border between lanes that it is near, and how far it is from the best track there.
    tracks: Vec<(Um, usize, i64)>,
    /// Centres of the lanes.
    centres: Vec<Um>,
    rows: i32,
    foot: bool,
}

/// One end of a way.
#[derive(Clone, Copy)]
struct Pin {
    x: Um,
    row: i32,
    half: Um,
    strip: bool,
    slot: Option<usize>,
    price: i64,
}

impl Grid {
    pub(super) fn new(lane: Um, lanes: usize, rows: i32, foot: bool) -> Self {
        let room = lane / 2 - half(Shape::Box, lane).0;
        let mut offsets: Vec<Um> = (1..=(room - HEAD) / TRACK).map(|n| n * TRACK).collect();
        // The best track is halfway between the grid line and the symbol.
        offsets.sort_by_key(|offset| (offset - room / 2).abs());
        let mut tracks = Vec::new();
        let mut border = 0;
        for channel in 0..=lanes {
            for (rank, offset) in (0..).zip(&offsets) {
                if channel < lanes {
                    tracks.push((border + offset, channel, 2 * rank));
                }
                if channel > 0 {
                    tracks.push((border - offset, channel, 2 * rank));
                }
            }
            border += lane;
        }
        let centres = std::iter::successors(Some(lane / 2), |x| Some(x + lane)).take(lanes).collect();
        Self { tracks, centres, rows, foot }
    }

    /// Hands over every way for the wire that costs less than `limit` (the taker lowers it); whether it is free is not
    /// asked here.
    pub(super) fn candidates(
        &self,
        sheet: &Sheet,
        wire: &Wire,
        limit: &Cell<i64>,
        offer: &mut dyn FnMut(Sketch<'_>),
    ) {
        for from in self.pins(sheet, wire.from, 0) {
            for to in self.pins(sheet, wire.to, self.rows + 1) {
                Draft { grid: self, wire, from, to, limit, offer: &mut *offer }.all();
            }
        }
    }

    fn pins(&self, sheet: &Sheet, end: End, strip: i32) -> Vec<Pin> {
        if let Some(spot) = sheet.spot(end) {
            return vec![Pin {
                x: spot.x,
                row: spot.row,
                half: spot.half,
                strip: false,
                slot: None,
                price: 0,
            }];
        }
        let pin = |x, slot, price| Pin { x, row: strip, half: 0, strip: true, slot: Some(slot), price };
        let lanes = self.centres.iter().enumerate().map(|(lane, x)| pin(*x, 2 * lane + 1, 0));
        lanes.chain(self.tracks.iter().map(|(x, border, price)| pin(*x, 2 * border, *price))).collect()
    }

    /// Rows whose tracks a line can take that leaves by the bottom.
    fn below(&self, row: i32) -> Option<i32> {
        if row == 0 { Some(0) } else { (row < self.rows || self.foot).then_some(row + 1) }
    }
}

/// The ways between two pins.
struct Draft<'a> {
    grid: &'a Grid,
    wire: &'a Wire,
    from: Pin,
    to: Pin,
    limit: &'a Cell<i64>,
    offer: &'a mut dyn FnMut(Sketch<'_>),
}

impl Draft<'_> {
    /// Whether a way with so many bends by `x` can still be worth it.
    fn worth(&self, bends: i64, x: Um) -> bool {
        let across = (x - self.from.x).abs() + (x - self.to.x).abs() - self.from.half - self.to.half;
        bends * BEND + i64::from(across) / 1000 < self.limit.get()
    }

    fn all(&mut self) {
        let (u, v) = (self.from, self.to);
        if v.row > u.row && u.x == v.x {
            self.way(&[(u.x, unit::bottom(u.row)), (v.x, unit::top(v.row))], Port::Bottom, Port::Top, 0);
        }
        if !u.strip {
            for (port, x) in [(Port::Right, u.x + u.half), (Port::Left, u.x - u.half)] {
                self.by_side(port, x);
            }
        }
        self.by_bottom();
    }

    /// Out by a side: straight over, an elbow down, or along a track beside the symbols.
    fn by_side(&mut self, out: Port, start: Um) {
        let (u, v) = (self.from, self.to);
        let level = unit::mid(u.row);
        let ahead = |x: Um| if out == Port::Right { x > start } else { x < start };
        let facing = if out == Port::Right { Port::Left } else { Port::Right };
        let side = |port: Port| if port == Port::Left { v.x - v.half } else { v.x + v.half };
        if u.row == v.row && !v.strip && ahead(side(facing)) {
            self.way(&[(start, level), (side(facing), level)], out, facing, 0);
        }
        if v.row > u.row && ahead(v.x) {
            self.way(&[(start, level), (v.x, level), (v.x, unit::top(v.row))], out, Port::Top, 0);
        }
        for index in 0..self.grid.tracks.len() {
            let Some(&(x, _, price)) = self.grid.tracks.get(index) else { continue };
            if !ahead(x) || !self.worth(2, x) {
                continue;
            }
            if !v.strip && v.row != u.row {
                let into = if x < v.x { Port::Left } else { Port::Right };
                if (x - v.x).abs() > v.half {
                    let middle = unit::mid(v.row);
                    self.way(
                        &[(start, level), (x, level), (x, middle), (side(into), middle)],
                        out,
                        into,
                        price,
                    );
                }
            }
            for track in 0..TRACKS {
                let across = unit::gap(v.row, track);
                let points =
                    [(start, level), (x, level), (x, across), (v.x, across), (v.x, unit::top(v.row))];
                self.way(&points, out, Port::Top, price + tracks(track));
            }
        }
    }

    /// Out by the bottom: an elbow, or along the tracks above the next row.
    fn by_bottom(&mut self) {
        let (u, v) = (self.from, self.to);
        let start = (u.x, unit::bottom(u.row));
        let side = |port: Port| if port == Port::Left { v.x - v.half } else { v.x + v.half };
        let facing = if u.x < v.x { Port::Left } else { Port::Right };
        let beside = (u.x - v.x).abs() > v.half;
        if v.row > u.row && beside && !v.strip {
            let middle = unit::mid(v.row);
            self.way(&[start, (u.x, middle), (side(facing), middle)], Port::Bottom, facing, 8);
        }
        let Some(below) = self.grid.below(u.row) else { return };
        for track in 0..TRACKS {
            let level = unit::gap(below, track);
            let price = tracks(track);
            if v.row > u.row && u.x != v.x {
                for across in [level, unit::gap(v.row, track)] {
                    let points = [start, (u.x, across), (v.x, across), (v.x, unit::top(v.row))];
                    self.way(&points, Port::Bottom, Port::Top, price);
                }
            }
            for index in 0..self.grid.tracks.len() {
                let Some(&(x, _, dearer)) = self.grid.tracks.get(index) else { continue };
                if !self.worth(3, x) {
                    continue;
                }
                let price = price + dearer;
                let (leave, turn) = ((u.x, level), (x, level));
                if !v.strip && (x - v.x).abs() > v.half && v.row != u.row {
                    let into = if x < v.x { Port::Left } else { Port::Right };
                    let middle = unit::mid(v.row);
                    self.way(
                        &[start, leave, turn, (x, middle), (side(into), middle)],
                        Port::Bottom,
                        into,
                        price,
                    );
                }
                if v.row != below && self.worth(4, x) {
                    for other in 0..3 {
                        let across = unit::gap(v.row, other);
                        let points =
                            [start, leave, turn, (x, across), (v.x, across), (v.x, unit::top(v.row))];
                        self.way(&points, Port::Bottom, Port::Top, price + tracks(other));
                    }
                }
            }
        }
    }

    fn way(&mut self, points: &[Point], out: Port, into: Port, price: i64) {
        let mut cost = price + self.from.price + self.to.price;
        cost += BEND * i64::try_from(points.len().saturating_sub(2)).unwrap_or(i64::MAX / BEND);
        let (mut across, mut along): (i64, Y) = (0, 0);
        for pair in points.windows(2) {
            if let [a, b] = pair {
                across += i64::from((a.0 - b.0).abs());
                along += (a.1 - b.1).abs();
            }
        }
        cost += across / 1000 + i64::from(along) * ROW / 1000;
        // A refusal leaves by a side, and enters by one when it goes back.
        if self.wire.answer == Some(Answer::Tidak) && out == Port::Bottom {
            cost += 25;
        }
        if self.to.row <= self.from.row && into == Port::Top && !self.to.strip {
            cost += 10;
        }
        if cost >= self.limit.get() {
            return;
        }
        let slot = self.from.slot.or(self.to.slot);
        (self.offer)(Sketch { points, out, into, slot, cost });
    }
}

/// A track further away from the symbols makes the row higher.
fn tracks(track: i32) -> i64 {
    6 * i64::from(track) + 3
}
