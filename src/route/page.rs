//! One page: its wires are laid one after the other, each the cheapest way that the others leave free; then each is
//! taken up and laid again as long as that makes the page better.

use std::cell::Cell;

use super::candidates::Grid;
use super::meet::{Bounds, MOST_RUNS, Meeting, Run, meet};
use super::unit::Point;
use super::{Answer, Chart, Edge, Shape, Um, half};

/// How near a line may pass a symbol that is not its own.
const MARGIN: Um = 500;
/// What one crossing costs, against 30 for a bend and 1 for a millimetre.
const CROSSING: i64 = 60;
/// Rounds of taking up and laying again, and new orders to try before a page is given up.
const ROUNDS: usize = 4;
const ORDERS: usize = 12;

/// A symbol on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) node: usize,
    pub(super) x: Um,
    pub(super) row: i32,
    pub(super) half: Um,
    pub(super) shape: Shape,
    /// Wires that leave it.
    pub(super) outs: usize,
}

/// Where a wire begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A symbol, by its place among the spots.
    Spot(usize),
    /// A pentagon, in the strip at the head (wires that come) or the foot (wires that go).
    Strip,
}

/// What must be connected on this page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire {
    pub(super) edge: usize,
    pub(super) from: End,
    pub(super) to: End,
    /// The node where the connector goes.
    pub(super) target: usize,
    pub(super) answer: Option<Answer>,
}

impl Wire {
    /// Wires with the same key may lie on one another. Each pentagon at the foot is a target of its own.
    fn key(&self) -> (bool, usize) {
        match self.to {
            End::Spot(_) => (false, self.target),
            End::Strip => (true, self.edge),
        }
    }
}

/// Where a line touches a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Port {
    Top,
    Bottom,
    Left,
    Right,
}

/// One way for a wire.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) points: Vec<Point>,
    pub(super) out: Port,
    pub(super) into: Port,
    /// Which place in the strip its pentagon takes.
    pub(super) slot: Option<usize>,
    pub(super) cost: i64,
    runs: Vec<Run>,
    around: Bounds,
}

/// A way that is only thought of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sketch<'a> {
    pub(super) points: &'a [Point],
    pub(super) out: Port,
    pub(super) into: Port,
    pub(super) slot: Option<usize>,
    pub(super) cost: i64,
}

impl Sketch<'_> {
    fn way(self) -> Way {
        let Self { points, out, into, slot, cost } = self;
        let runs = points.windows(2).filter_map(Run::new).collect();
        Way { points: points.to_vec(), out, into, slot, cost, runs, around: Bounds::new(points) }
    }
}

/// A page with its ways.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) rows: i32,
    pub(super) foot: bool,
    pub(super) head: bool,
    pub(super) spots: Vec<Spot>,
    pub(super) wires: Vec<Wire>,
    pub(super) ways: Vec<Option<Way>>,
}

/// Lays the wires of the rows `start..end`; `None` if there is no room for one of them.
pub(super) fn lay(chart: &Chart, lane: Um, start: usize, end: usize) -> Option<Sheet> {
    let mut sheet = Sheet::new(chart, lane, start, end);
    let grid = Grid::new(lane, chart.lanes, sheet.rows, sheet.foot);
    let mut order: Vec<usize> = (0..sheet.wires.len()).collect();
    order.sort_by_key(|wire| sheet.urgency(*wire));
    for _ in 0..ORDERS {
        sheet.ways.fill(None);
        let stuck = order.iter().position(|wire| !sheet.lay_one(&grid, *wire));
        match stuck {
            None => {
                sheet.improve(&grid, &order);
                return Some(sheet);
            }
            // The one that found no room goes first.
            Some(at) => {
                let wire = order.remove(at);
                order.insert(0, wire);
            }
        }
    }
    None
}

impl Sheet {
    fn new(chart: &Chart, lane: Um, start: usize, end: usize) -> Self {
        let on_page =
            |node: usize| chart.nodes.get(node).is_some_and(|node| (start..end).contains(&node.row));
        let mut spots: Vec<Spot> = Vec::new();
        for (index, node) in chart.nodes.iter().enumerate().filter(|(index, _)| on_page(*index)) {
            let outs = chart.edges.iter().filter(|edge| edge.from == index).count();
            let at = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
            spots.push(Spot {
                node: index,
                x: lane * at(node.lane) + lane / 2,
                row: at(node.row - start) + 1,
                half: half(node.shape, lane).0,
                shape: node.shape,
                outs,
            });
        }
        let spot = |node: usize| spots.iter().position(|spot| spot.node == node);
        let mut wires: Vec<Wire> = Vec::new();
        for (index, Edge { from, to, answer }) in chart.edges.iter().enumerate() {
            let wire = |from_end, to_end, answer| Wire {
                edge: index,
                from: from_end,
                to: to_end,
                target: *to,
                answer,
            };
            match (spot(*from), spot(*to)) {
                (Some(from), Some(to)) => wires.push(wire(End::Spot(from), End::Spot(to), *answer)),
                (Some(from), None) => wires.push(wire(End::Spot(from), End::Strip, *answer)),
                (None, Some(to_spot)) => {
                    // All that come to one symbol come through one pentagon.
                    if !wires.iter().any(|wire| wire.from == End::Strip && wire.target == *to) {
                        wires.push(wire(End::Strip, End::Spot(to_spot), None));
                    }
                }
                (None, None) => {}
            }
        }
        let foot = wires.iter().any(|wire| wire.to == End::Strip);
        let head = wires.iter().any(|wire| wire.from == End::Strip);
        let ways = vec![None; wires.len()];
        let rows = i32::try_from(end - start).unwrap_or(i32::MAX);
        Self { rows, foot, head, spots, wires, ways }
    }

    pub(super) fn spot(&self, end: End) -> Option<&Spot> {
        match end {
            End::Spot(index) => self.spots.get(index),
            End::Strip => None,
        }
    }

    /// Short ways forward first, then longer ones, then those that go back; `Ya` before `Tidak`.
    fn urgency(&self, wire: usize) -> (bool, i32, bool, usize) {
        let Some(wire) = self.wires.get(wire) else { return (true, 0, true, 0) };
        let from = self.spot(wire.from).map_or(0, |spot| spot.row);
        let to = self.spot(wire.to).map_or(self.rows + 1, |spot| spot.row);
        (to < from, (to - from).abs(), wire.answer == Some(Answer::Tidak), wire.edge)
    }

    fn lay_one(&mut self, grid: &Grid, wire: usize) -> bool {
        let way = self.best(grid, wire, i64::MAX);
        let laid = way.is_some();
        if let Some(slot) = self.ways.get_mut(wire) {
            *slot = way;
        }
        laid
    }

    fn improve(&mut self, grid: &Grid, order: &[usize]) {
        for _ in 0..ROUNDS {
            let mut better = false;
            for &wire in order {
                let Some(old) = self.ways.get_mut(wire).and_then(Option::take) else { continue };
                let crossings = self.crossings(wire, &old.points, i64::MAX);
                let cost = crossings.map_or(i64::MAX, |n| old.cost + n * CROSSING);
                let new = self.best(grid, wire, cost);
                better |= new.is_some();
                if let Some(slot) = self.ways.get_mut(wire) {
                    *slot = Some(new.unwrap_or(old));
                }
            }
            if !better {
                return;
            }
        }
    }

    /// The cheapest way that is free and costs less than `limit`.
    fn best(&self, grid: &Grid, index: usize, limit: i64) -> Option<Way> {
        let wire = self.wires.get(index)?;
        let limit = Cell::new(limit);
        let mut best = None;
        grid.candidates(self, wire, &limit, &mut |sketch: Sketch<'_>| {
            if sketch.cost >= limit.get() || !self.ports_free(index, wire, sketch) {
                return;
            }
            let most = (limit.get() - 1 - sketch.cost) / CROSSING;
            if let Some(crossings) = self.crossings(index, sketch.points, most) {
                limit.set(sketch.cost + crossings * CROSSING);
                best = Some(sketch.way());
            }
        });
        best
    }

    /// The other wires that lie already.
    fn others(&self, index: usize) -> impl Iterator<Item = (&Wire, &Way)> {
        self.wires
            .iter()
            .zip(&self.ways)
            .enumerate()
            .filter(move |(at, _)| *at != index)
            .filter_map(|(_, (wire, way))| way.as_ref().map(|way| (wire, way)))
    }

    fn ports_free(&self, index: usize, wire: &Wire, way: Sketch<'_>) -> bool {
        if let End::Spot(_) = wire.from
            && self.others(index).any(|(other, laid)| {
                (other.from == wire.from && laid.out == way.out)
                    || (other.to == wire.from && laid.into == way.out)
            })
        {
            return false;
        }
        if let End::Spot(spot) = wire.to
            && way.into != Port::Top
        {
            if self.others(index).any(|(other, laid)| other.from == wire.to && laid.out == way.into) {
                return false;
            }
            // A side is given to those who come only if those who go have enough left.
            let taken = |port| {
                port == way.into
                    || self.others(index).any(|(other, laid)| other.to == wire.to && laid.into == port)
            };
            let sides = [Port::Left, Port::Right].into_iter().filter(|port| !taken(*port)).count();
            let Some(spot) = self.spots.get(spot) else { return false };
            let below = usize::from(spot.row < self.rows || self.foot);
            if sides + below < spot.outs {
                return false;
            }
        }
        way.slot.is_none()
            || self.others(index).all(|(other, laid)| {
                laid.slot != way.slot || (other.from == End::Strip) != (wire.from == End::Strip)
            })
    }

    /// How many lines of others this way crosses; `None` where it may not lie, or crosses more than `most`.
    fn crossings(&self, index: usize, points: &[Point], most: i64) -> Option<i64> {
        let wire = self.wires.get(index)?;
        let own = |spot: usize| wire.from == End::Spot(spot) || wire.to == End::Spot(spot);
        let mut room = [Run::default(); MOST_RUNS];
        let runs = Run::all(points, &mut room);
        let around = Bounds::new(points);
        for (at, spot) in self.spots.iter().enumerate() {
            let margin = if own(at) { 0 } else { MARGIN };
            let block = Bounds::of(spot, margin);
            if block.overlaps(around) && runs.iter().any(|run| block.overlaps(run.around())) {
                return None;
            }
        }
        let mut crossings = 0;
        for (other, way) in self.others(index).filter(|(_, way)| way.around.near(around)) {
            let shared = other.key() == wire.key();
            for mine in runs {
                for theirs in &way.runs {
                    match meet(*mine, *theirs) {
                        Meeting::No => {}
                        Meeting::Cross => crossings += i64::from(!shared),
                        Meeting::Touch if shared => {}
                        Meeting::Touch => return None,
                    }
                }
            }
            if crossings > most {
                return None;
            }
        }
        Some(crossings)
    }
}
