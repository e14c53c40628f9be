//! From places to lengths: how high each row must be, where symbols, lines and pentagons come to stand, and where the
//! answers have room.

use std::collections::BTreeSet;

use super::page::{End, Port, Sheet, Way, Wire};
use super::unit::{self, Place, Point};
use super::{Answer, CAP, Chart, Label, Line, Measure, PENTAGON, Page, Pentagon, Shape, Symbol, Um, half};

/// Free height above and below the symbols of a row.
const PAD: Um = 2300;
/// From the row's upper edge to its first track, between tracks, and from the last track to the symbols: the last one
/// has room for an arrow head.
const FIRST: Um = 1300;
const TRACK: Um = 1300;
const LAST: Um = 2900;
/// Between a line and an answer, or a grid line and an answer.
const CLEAR: Um = 350;
/// Free height in a strip: beyond its pentagons, where the other page is named, and between them and their tracks.
const STRIP: Um = 2300;
const NEXT: Um = 1300;

/// Where a page begins, how high it may be, and how high it must become.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) start: usize,
    pub(super) height: Um,
    pub(super) stretch: Option<Um>,
}

/// The least height of a row: its text, or its symbols.
pub(super) fn least(chart: &Chart, measure: &Measure, row: usize) -> Um {
    let symbols = tallest(chart, measure, row).map_or(0, |tall| 2 * (tall + PAD));
    measure.text.get(row).copied().unwrap_or(0).max(symbols)
}

fn tallest(chart: &Chart, measure: &Measure, row: usize) -> Option<Um> {
    let in_row = chart.nodes.iter().filter(|node| node.row == row);
    in_row.map(|node| half(node.shape, measure.lane).1).max()
}

/// Puts a page together; `None` where an answer has no room.
pub(super) fn place(chart: &Chart, measure: &Measure, sheet: &Sheet, room: Room) -> Option<Page> {
    let scale = Scale::new(chart, measure, sheet, room);
    let mut page = Page {
        start: room.start,
        heights: scale.rows.iter().map(|row| row.height).collect(),
        head: sheet.head.then_some(scale.head),
        foot: sheet.foot.then_some(scale.foot),
        ..Page::default()
    };
    for spot in &sheet.spots {
        let (x, y) = (spot.x, scale.mid(spot.row));
        page.symbols.push(Symbol {
            node: spot.node,
            shape: spot.shape,
            x,
            y,
            half: half(spot.shape, measure.lane),
        });
    }
    for (wire, way) in laid(sheet) {
        let points: Vec<(Um, Um)> =
            way.points.iter().map(|point| (point.0, scale.y(sheet, wire, *point))).collect();
        let pentagon = |enters, at: Option<&(Um, Um)>, away: Um| {
            at.map(|(x, y)| Pentagon {
                letter: String::new(),
                target: wire.target,
                enters,
                x: *x,
                y: y + away,
            })
        };
        if wire.from == End::Strip {
            page.pentagons.extend(pentagon(true, points.first(), -PENTAGON.1));
        }
        if wire.to == End::Strip {
            page.pentagons.extend(pentagon(false, points.last(), PENTAGON.1));
        }
        page.lines.push(Line { edge: wire.edge, points });
    }
    for (wire, way) in laid(sheet) {
        if let (Some(answer), Some(spot)) = (wire.answer, sheet.spot(wire.from)) {
            let symbol = page.symbols.iter().find(|symbol| symbol.node == spot.node)?;
            let (x, y) = beside(&page, &scale, measure.lane, (symbol, spot.row), way.out, answer)?;
            page.labels.push(Label { answer, edge: wire.edge, x, y });
        }
    }
    Some(page)
}

fn laid(sheet: &Sheet) -> impl Iterator<Item = (&Wire, &Way)> {
    sheet.wires.iter().zip(&sheet.ways).filter_map(|(wire, way)| way.as_ref().map(|way| (wire, way)))
}

/// One row in lengths.
#[derive(Debug, Clone)]
struct Row {
    top: Um,
    height: Um,
    mid: Um,
    /// Tracks in use, from top to bottom.
    tracks: Vec<i32>,
    tall: Um,
}

/// Lengths for all places of a page.
#[derive(Debug)]
struct Scale {
    rows: Vec<Row>,
    head: Um,
    foot: Um,
    above: Vec<i32>,
    below: Vec<i32>,
    height: Um,
    lane: Um,
}

impl Scale {
    fn new(chart: &Chart, measure: &Measure, sheet: &Sheet, room: Room) -> Self {
        let mut used: BTreeSet<(i32, i32)> = BTreeSet::new();
        for (_, way) in laid(sheet) {
            for point in &way.points {
                if let Place::Gap(row, track) = unit::place(point.1) {
                    used.insert((row, track));
                }
            }
        }
        let tracks = |row: i32| used.iter().filter(|(at, _)| *at == row).map(|(_, track)| *track).collect();
        let count = |list: &Vec<i32>| i32::try_from(list.len()).unwrap_or(i32::MAX);
        let above: Vec<i32> = tracks(0);
        let below: Vec<i32> = tracks(sheet.rows + 1);
        let head = STRIP + 2 * PENTAGON.1 + NEXT + TRACK * count(&above);
        let foot = lead(&below) + 2 * PENTAGON.1 + STRIP;
        let mut rows: Vec<Row> = (0..sheet.rows)
            .zip(room.start..)
            .map(|(local, row)| {
                let tracks: Vec<i32> = tracks(local + 1);
                let tall = tallest(chart, measure, row).unwrap_or(0);
                let lead = lead(&tracks);
                let height = least(chart, measure, row).max(lead + 2 * tall + PAD);
                Row { top: 0, height, mid: 0, tracks, tall }
            })
            .collect();
        let strips = if sheet.head { head } else { 0 } + if sheet.foot { foot } else { 0 };
        let height = rows.iter().map(|row| row.height).sum::<Um>() + strips;
        if let Some(wanted) = room.stretch
            && wanted > height
            && height <= room.height
        {
            let mut rest = wanted - height;
            let mut left = i32::try_from(rows.len()).unwrap_or(i32::MAX);
            for row in &mut rows {
                let share = rest / left;
                row.height += share;
                rest -= share;
                left -= 1;
            }
        }
        let mut top = if sheet.head { head } else { 0 };
        for row in &mut rows {
            row.top = top;
            row.mid = top + (row.height / 2).max(lead(&row.tracks) + row.tall);
            top += row.height;
        }
        Self { rows, head, foot, above, below, height: top, lane: measure.lane }
    }

    fn row(&self, row: i32) -> Option<&Row> {
        usize::try_from(row - 1).ok().and_then(|row| self.rows.get(row))
    }

    fn mid(&self, row: i32) -> Um {
        self.row(row).map_or(0, |row| row.mid)
    }

    /// The height of a point of this wire's way.
    fn y(&self, sheet: &Sheet, wire: &Wire, point: Point) -> Um {
        let at = |tracks: &[i32], track: i32| {
            i32::try_from(tracks.iter().position(|known| *known == track).unwrap_or(0)).unwrap_or(0)
        };
        let high = |row: i32| {
            let near = |end: End| sheet.spot(end).filter(|spot| spot.row == row && spot.x == point.0);
            let spot = near(wire.from).or_else(|| near(wire.to));
            spot.map_or(0, |spot| half(spot.shape, self.lane).1)
        };
        match unit::place(point.1) {
            Place::Gap(0, track) => STRIP + 2 * PENTAGON.1 + NEXT + TRACK * at(&self.above, track),
            Place::Gap(row, track) => match self.row(row) {
                Some(row) => row.top + FIRST + TRACK * at(&row.tracks, track),
                None => self.height + FIRST + TRACK * at(&self.below, track),
            },
            Place::Top(row) => match self.row(row) {
                Some(known) => known.mid - high(row),
                None => self.height + self.foot - STRIP - 2 * PENTAGON.1,
            },
            Place::Mid(row) => self.mid(row),
            Place::Bottom(0) => STRIP + 2 * PENTAGON.1,
            Place::Bottom(row) => self.mid(row) + high(row),
        }
    }
}

/// Height above the symbols for these tracks.
fn lead(tracks: &[i32]) -> Um {
    match i32::try_from(tracks.len()) {
        Ok(count) if count > 0 => FIRST + TRACK * (count - 1) + LAST,
        _ => PAD,
    }
}

/// Room for an answer beside the exit: near the corner of the symbol if it can be, on no grid line and under no line.
fn beside(
    page: &Page,
    scale: &Scale,
    lane: Um,
    (symbol, row): (&Symbol, i32),
    out: Port,
    answer: Answer,
) -> Option<(Um, Um)> {
    let row = scale.row(row)?;
    let (left, top) = (symbol.x - symbol.x.rem_euclid(lane), row.top);
    let free = |x: Um, base: Um| {
        let mine = (x - CLEAR, base - CAP - CLEAR, x + answer.width() + CLEAR, base + CLEAR);
        let inside = mine.0 >= left && mine.2 <= left + lane && mine.1 >= top && mine.3 <= top + row.height;
        inside
            && page.lines.iter().all(|line| line.points.windows(2).all(|pair| !touches(pair, mine)))
            && page.symbols.iter().all(|other| !covers(other, mine))
            && page.labels.iter().all(|other| {
                let (right, under) = (other.x + other.answer.width(), other.y);
                mine.2 < other.x || mine.0 > right || mine.3 < under - CAP || mine.1 > under
            })
    };
    let (wide, tall) = symbol.half;
    let mut places: Vec<(Um, Um)> = Vec::new();
    if out == Port::Bottom {
        for down in (700..2000).step_by(200) {
            let base = symbol.y + tall + down + CAP;
            places.extend([(symbol.x + 700, base), (symbol.x - 700 - answer.width(), base)]);
        }
    } else {
        let right = out == Port::Right;
        let corner = if right { symbol.x + wide } else { symbol.x - wide - answer.width() };
        for up in (700..5000).step_by(200) {
            for inward in (0..wide).step_by(200) {
                for x in [corner - inward, corner + inward] {
                    places.extend([(x, symbol.y - up), (x, symbol.y + up + CAP)]);
                }
            }
        }
        // Nearest to the exit first; rather above the line than below it.
        let exit = if right { symbol.x + wide } else { symbol.x - wide };
        places.sort_by_key(|(x, y)| {
            let across = (x + answer.width() / 2 - exit).abs() * 6 / 10;
            let along = (y - CAP / 2 - symbol.y).abs();
            (across + along + if *y > symbol.y { 900 } else { 0 }, *x, *y)
        });
    }
    places.into_iter().find(|(x, base)| free(*x, *base))
}

type Bounds = (Um, Um, Um, Um);

fn touches(pair: &[(Um, Um)], bounds: Bounds) -> bool {
    let [a, b] = pair else { return false };
    let (x, y) = ((a.0.min(b.0), a.0.max(b.0)), (a.1.min(b.1), a.1.max(b.1)));
    x.0 < bounds.2 && x.1 > bounds.0 && y.0 < bounds.3 && y.1 > bounds.1
}

/// Whether the symbol reaches into the bounds; of a rhombus only its true outline counts.
fn covers(symbol: &Symbol, bounds: Bounds) -> bool {
    let (wide, tall) = symbol.half;
    let x = if bounds.0 > symbol.x { bounds.0 - symbol.x } else { (symbol.x - bounds.2).max(0) };
    let y = if bounds.1 > symbol.y { bounds.1 - symbol.y } else { (symbol.y - bounds.3).max(0) };
    let straight = x < wide && y < tall;
    let product = |a: Um, b: Um| i64::from(a) * i64::from(b);
    straight && (symbol.shape == Shape::Box || product(x, tall) + product(y, wide) < product(wide, tall))
}
