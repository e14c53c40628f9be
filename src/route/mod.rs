//! Draws the connectors of a flowchart whose symbols stand in lanes and rows: which way each goes, what turns into a
//! pair of pentagons at a page break, and how high the rows must be for it.
//!
//! Routing is topological: a way is a list of points whose x is a length and whose y only names a row and a place in
//! it ([`unit`]). Whether two lines meet, cross or run through a symbol depends on the order of such places alone, so
//! that a way that is good stays good whatever heights the rows get ([`place`]).
//!
//! Rules that hold for every plan: right angles only; no line through a symbol; no two lines on one another unless
//! they have the same target; in by the top or a side, out by a side or the bottom; each answer beside its exit, on no
//! grid line and under no line. Lengths are whole micrometres, so that the same chart always gives the same plan.

mod candidates;
mod meet;
mod page;
mod place;
mod plan;
mod unit;

pub(crate) use plan::plan;

/// A length in micrometres.
pub(crate) type Um = i32;

/// What a symbol looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Rectangle, also with round ends.
    Box,
    /// Rhombus: only its four corners are ports.
    Rhombus,
}

/// A symbol; at most one for each row and lane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) row: usize,
    pub(crate) lane: usize,
    pub(crate) shape: Shape,
}

/// What is written beside the exit of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Ya,
    Tidak,
}

/// A connector between two nodes, by their index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) answer: Option<Answer>,
}

/// What is to be drawn.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    pub(crate) lanes: usize,
    pub(crate) nodes: Vec<Node>,
    pub(crate) edges: Vec<Edge>,
}

/// The paper it is drawn on.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    /// Width of a lane.
    pub(crate) lane: Um,
    /// Height that the text of each row needs.
    pub(crate) text: Vec<Um>,
    /// Height for rows on the first page, and on the others.
    pub(crate) first: Um,
    pub(crate) later: Um,
}

/// Why a chart cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RouteError {
    /// This row is higher than a page.
    TooHigh(usize),
    /// More lines meet in this row than its lanes have room for.
    TooDense(usize),
}

/// One page of the chart. x counts from the left edge of the first lane, y from the top of the first row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    /// First row, and how high each row is.
    pub(crate) start: usize,
    pub(crate) heights: Vec<Um>,
    /// Heights of the strips for pentagons before the first and after the last row, where there are any.
    pub(crate) head: Option<Um>,
    pub(crate) foot: Option<Um>,
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) lines: Vec<Line>,
    pub(crate) pentagons: Vec<Pentagon>,
    pub(crate) labels: Vec<Label>,
}

/// A symbol in its place: centre and half sizes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Symbol {
    pub(crate) node: usize,
    pub(crate) shape: Shape,
    pub(crate) x: Um,
    pub(crate) y: Um,
    pub(crate) half: (Um, Um),
}

/// A connector or the part of it that is on this page; its arrow head is at the last point.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// One connector; where several enter the page together, the first of them.
    pub(crate) edge: usize,
    pub(crate) points: Vec<(Um, Um)>,
}

/// Where a connector leaves a page or enters one: centre, and the letter that pairs both.
#[derive(Debug, Clone)]
pub(crate) struct Pentagon {
    pub(crate) letter: String,
    /// Index of the node where the connector goes.
    pub(crate) target: usize,
    pub(crate) enters: bool,
    pub(crate) x: Um,
    pub(crate) y: Um,
}

/// An answer: left end and baseline of its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label {
    pub(crate) answer: Answer,
    pub(crate) edge: usize,
    pub(crate) x: Um,
    pub(crate) y: Um,
}

impl Answer {
    /// Width of the word in the chart's type (Arimo Bold 6 pt).
    pub(crate) const fn width(self) -> Um {
        match self {
            Self::Ya => 2600,
            Self::Tidak => 5560,
        }
    }
}

/// Height of capitals in the same type.
pub(crate) const CAP: Um = 1520;
/// Half sizes of a pentagon.
pub(crate) const PENTAGON: (Um, Um) = (3000, 2700);

/// Half sizes of a symbol in lanes of this width.
pub(crate) fn half(shape: Shape, lane: Um) -> (Um, Um) {
    let wide = (lane / 2 - 3900).clamp(5500, 8000);
    match shape {
        Shape::Box => (wide, wide * 52 / 100),
        Shape::Rhombus => (wide, (wide * 70 / 100).max(4400)),
    }
}
