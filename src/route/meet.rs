//! Whether two runs of lines meet, cross, or touch a symbol.

use super::Um;
use super::page::Spot;
use super::unit::{self, Point};

/// Lines nearer than this count as one.
const APART: Um = 700;
/// More runs than a way has: it bends four times at most.
pub(super) const MOST_RUNS: usize = 8;

/// How two runs lie to each other.
pub(super) enum Meeting {
    No,
    Cross,
    Touch,
}

/// A run along one axis: where it lies across it, and from where to where.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    upright: bool,
    across: i32,
    from: i32,
    to: i32,
}

impl Run {
    pub(super) fn new(pair: &[Point]) -> Option<Self> {
        let [a, b] = pair else { return None };
        let upright = a.0 == b.0;
        let (across, from, to) = if upright { (a.0, a.1, b.1) } else { (a.1, a.0, b.0) };
        Some(Self { upright, across, from: from.min(to), to: from.max(to) })
    }

    /// The runs of a way, kept in `room`: a hundred ways are thought of for one that is taken.
    pub(super) fn all<'a>(points: &[Point], room: &'a mut [Self; MOST_RUNS]) -> &'a [Self] {
        debug_assert!(points.len() <= MOST_RUNS, "a run would be left out");
        let mut count = 0;
        for (run, place) in points.windows(2).filter_map(Self::new).zip(room.iter_mut()) {
            *place = run;
            count += 1;
        }
        room.get(..count).unwrap_or_default()
    }

    pub(super) fn around(self) -> Bounds {
        if self.upright {
            Bounds { least: (self.across, self.from), most: (self.across, self.to) }
        } else {
            Bounds { least: (self.from, self.across), most: (self.to, self.across) }
        }
    }
}

/// The rectangle around a way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    least: Point,
    most: Point,
}

impl Bounds {
    pub(super) fn new(points: &[Point]) -> Self {
        let mut bounds = Self { least: (i32::MAX, i32::MAX), most: (i32::MIN, i32::MIN) };
        for (x, y) in points {
            bounds.least = (bounds.least.0.min(*x), bounds.least.1.min(*y));
            bounds.most = (bounds.most.0.max(*x), bounds.most.1.max(*y));
        }
        bounds
    }

    /// A symbol with room beside it.
    pub(super) fn of(spot: &Spot, margin: Um) -> Self {
        Self {
            least: (spot.x - spot.half - margin, unit::top(spot.row)),
            most: (spot.x + spot.half + margin, unit::bottom(spot.row)),
        }
    }

    /// Whether both have more in common than an edge.
    pub(super) fn overlaps(self, other: Self) -> bool {
        self.least.0 < other.most.0
            && other.least.0 < self.most.0
            && self.least.1 < other.most.1
            && other.least.1 < self.most.1
    }

    /// Whether lines in both could meet.
    pub(super) fn near(self, other: Self) -> bool {
        self.least.0 <= other.most.0 + APART
            && other.least.0 <= self.most.0 + APART
            && self.least.1 <= other.most.1
            && other.least.1 <= self.most.1
    }
}

pub(super) fn meet(a: Run, b: Run) -> Meeting {
    if a.upright == b.upright {
        let near = if a.upright { (a.across - b.across).abs() < APART } else { a.across == b.across };
        // Along one line two runs must also keep their distance, so that they do not look like one.
        let gap = if a.upright { 0 } else { APART };
        return if near && a.from <= b.to + gap && b.from <= a.to + gap {
            Meeting::Touch
        } else {
            Meeting::No
        };
    }
    let outside = b.across < a.from || b.across > a.to || a.across < b.from || a.across > b.to;
    let inside = b.across > a.from && b.across < a.to && a.across > b.from && a.across < b.to;
    if outside {
        Meeting::No
    } else if inside {
        Meeting::Cross
    } else {
        Meeting::Touch
    }
}
