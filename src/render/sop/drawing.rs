//! A drawn SOP: its pages, and where everything on them stands, as Typst has set it.

use typst_layout::PagedDocument;

use super::NEAR;
use super::data::{Columns, Sheet};
use crate::route::{self, Answer, Um};
use crate::sop::{Bentuk, Sop};

/// A drawn SOP. All lengths are micrometres from the upper left corner of the page.
#[derive(Debug)]
pub struct Drawing {
    pub(super) paged: PagedDocument,
    pub(super) nama: String,
    pages: Vec<DrawnPage>,
}

/// One page of the chart.
#[derive(Debug, Clone)]
pub struct DrawnPage {
    /// Its number in the paper, from 1.
    pub number: usize,
    /// Size of the sheet.
    pub size: (i32, i32),
    /// The grid: edges of the lanes from left to right.
    pub lanes: Vec<i32>,
    /// The grid: upper and lower edge of each step's row.
    pub rows: Vec<(i32, i32)>,
    /// Symbols.
    pub symbols: Vec<DrawnSymbol>,
    /// Connectors.
    pub lines: Vec<DrawnLine>,
    /// Connectors to and from other pages.
    pub pentagons: Vec<DrawnPentagon>,
    /// `Ya` and `Tidak`.
    pub labels: Vec<DrawnLabel>,
}

/// A symbol.
#[derive(Debug, Clone)]
pub struct DrawnSymbol {
    /// Its place in [`Sop::simbol`].
    pub symbol: usize,
    /// What it looks like.
    pub shape: Bentuk,
    /// Centre.
    pub centre: (i32, i32),
    /// Half width and half height.
    pub half: (i32, i32),
}

/// A connector, or the part of it on this page.
#[derive(Debug, Clone)]
pub struct DrawnLine {
    /// Its place in [`Sop::panah`].
    pub arrow: usize,
    /// Corners; the arrow head is at the last one.
    pub points: Vec<(i32, i32)>,
}

/// A pentagon.
#[derive(Debug, Clone)]
pub struct DrawnPentagon {
    /// The letter that pairs it with one on another page.
    pub letter: String,
    /// Whether the connector comes from another page.
    pub enters: bool,
    /// The symbol where the connector goes, by its place in [`Sop::simbol`].
    pub target: usize,
    /// Centre.
    pub centre: (i32, i32),
    /// Half width and half height.
    pub half: (i32, i32),
}

/// An answer beside its exit.
#[derive(Debug, Clone)]
pub struct DrawnLabel {
    /// The connector, by its place in [`Sop::panah`].
    pub arrow: usize,
    /// Whether it says Ya.
    pub yes: bool,
    /// Left, top, right and bottom of the word.
    pub bounds: (i32, i32, i32, i32),
}

/// Where Typst has set something: page, x, y.
type Places = [(usize, Um, Um)];

impl Drawing {
    /// The pages of the chart.
    pub fn pages(&self) -> &[DrawnPage] {
        &self.pages
    }

    /// How many pages the paper has, with its cover.
    pub fn sheets(&self) -> usize {
        self.paged.pages().len()
    }

    /// Puts the plan where Typst has set the rows; `None` where rows or symbols are not where the plan wants them.
    pub(super) fn new(
        sop: &Sop,
        columns: &Columns,
        sheet: Sheet,
        paged: PagedDocument,
        plan: &[route::Page],
        (rows, symbols): (&Places, &Places),
    ) -> Option<Self> {
        let (mut rows, mut symbols) = (rows.iter(), symbols.iter());
        let mut pages = Vec::new();
        for page in plan {
            let count =
                page.heights.len() + usize::from(page.head.is_some()) + usize::from(page.foot.is_some());
            let set: Vec<&(usize, Um, Um)> = rows.by_ref().take(count).collect();
            let (number, x, y) = **set.first()?;
            let heights = page.head.iter().chain(&page.heights).chain(&page.foot);
            let mut top = y;
            for (place, height) in set.iter().zip(heights) {
                if place.0 != number || (place.2 - top).abs() > NEAR {
                    return None;
                }
                top += height;
            }
            let left = x + columns.left;
            let mut drawn = DrawnPage {
                number,
                size: (sheet.width, sheet.height),
                lanes: std::iter::successors(Some(left), |x| Some(x + columns.lane))
                    .take(sop.pelaksana.len() + 1)
                    .collect(),
                rows: step_rows(page, &set, top),
                symbols: Vec::new(),
                lines: page
                    .lines
                    .iter()
                    .map(|line| DrawnLine {
                        arrow: line.edge,
                        points: line.points.iter().map(|point| (point.0 + left, point.1 + y)).collect(),
                    })
                    .collect(),
                pentagons: page
                    .pentagons
                    .iter()
                    .map(|pentagon| DrawnPentagon {
                        letter: pentagon.letter.clone(),
                        enters: pentagon.enters,
                        target: pentagon.target,
                        centre: (pentagon.x + left, pentagon.y + y),
                        half: route::PENTAGON,
                    })
                    .collect(),
                labels: page
                    .labels
                    .iter()
                    .map(|label| {
                        let (x, base) = (label.x + left, label.y + y);
                        let bounds = (x, base - route::CAP, x + label.answer.width(), base);
                        DrawnLabel { arrow: label.edge, yes: label.answer == Answer::Ya, bounds }
                    })
                    .collect(),
            };
            // Symbols are set row by row, in each row from left to right.
            let mut planned: Vec<&route::Symbol> = page.symbols.iter().collect();
            planned.sort_by_key(|symbol| {
                sop.simbol.get(symbol.node).map(|known| (known.langkah, known.pelaksana))
            });
            for symbol in planned {
                let (page, x, y_set) = *symbols.next()?;
                let centre = (x + symbol.half.0, y_set + symbol.half.1);
                let wanted = (symbol.x + left, symbol.y + y);
                if page != number || (centre.0 - wanted.0).abs() > NEAR || (centre.1 - wanted.1).abs() > NEAR
                {
                    return None;
                }
                let shape = sop.simbol.get(symbol.node)?.bentuk;
                drawn.symbols.push(DrawnSymbol { symbol: symbol.node, shape, centre, half: symbol.half });
            }
            pages.push(drawn);
        }
        (rows.next().is_none() && symbols.next().is_none()).then(|| Self {
            paged,
            nama: sop.nama.clone(),
            pages,
        })
    }
}

/// Upper and lower edges of the rows of steps.
fn step_rows(page: &route::Page, set: &[&(usize, Um, Um)], end: Um) -> Vec<(Um, Um)> {
    let tops: Vec<Um> = set.iter().map(|place| place.2).chain([end]).collect();
    let steps = tops.windows(2).skip(usize::from(page.head.is_some())).take(page.heights.len());
    steps.filter_map(|pair| Some((*pair.first()?, *pair.last()?))).collect()
}
