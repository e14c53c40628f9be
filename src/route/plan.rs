//! Pages: as many rows on each as it can hold with the lines between them, and letters for what goes over.

use std::collections::BTreeMap;

use super::place::{self, Room};
use super::{Chart, Measure, Page, RouteError, Um, page};

/// Rows are stretched to fill a page, so that it ends where the plan says; this little stays free.
const SPARE: Um = 30;

/// Plans the whole chart.
pub(crate) fn plan(chart: &Chart, measure: &Measure) -> Result<Vec<Page>, RouteError> {
    let rows = measure.text.len();
    let mut pages = Vec::new();
    let mut start = 0;
    while start < rows {
        let height = if start == 0 { measure.first } else { measure.later };
        let (end, page) = fill(chart, measure, start, height)?;
        pages.push(page);
        start = end;
    }
    letter(chart, &mut pages);
    Ok(pages)
}

/// The page that begins with row `start`, with as many rows as go on it.
fn fill(chart: &Chart, measure: &Measure, start: usize, height: Um) -> Result<(usize, Page), RouteError> {
    let rows = measure.text.len();
    let mut used = 0;
    let mut most = start;
    for row in start..rows {
        used += place::least(chart, measure, row);
        if used > height {
            break;
        }
        most = row + 1;
    }
    if most == start {
        return Err(RouteError::TooHigh(start));
    }
    let mut why = RouteError::TooDense(start);
    for end in (start + 1..=most).rev() {
        let Some(sheet) = page::lay(chart, measure.lane, start, end) else { continue };
        let last = end == rows;
        let room = Room { start, height, stretch: (!last).then_some(height - SPARE) };
        match place::place(chart, measure, &sheet, room) {
            Some(page) if page.height() <= height => return Ok((end, page)),
            Some(_) => why = RouteError::TooHigh(start),
            None => why = RouteError::TooDense(start),
        }
    }
    Err(why)
}

/// Each node that is reached from another page gets a letter, in the order of the rows.
fn letter(chart: &Chart, pages: &mut [Page]) {
    let targets: BTreeMap<(usize, usize, usize), usize> = pages
        .iter()
        .flat_map(|page| &page.pentagons)
        .filter_map(|pentagon| {
            let node = chart.nodes.get(pentagon.target)?;
            Some(((node.row, node.lane, pentagon.target), pentagon.target))
        })
        .collect();
    let letters: BTreeMap<usize, String> =
        targets.values().zip(0..).map(|(target, n)| (*target, name(n))).collect();
    for pentagon in pages.iter_mut().flat_map(|page| &mut page.pentagons) {
        pentagon.letter = letters.get(&pentagon.target).cloned().unwrap_or_default();
    }
}

/// A to Z, then AA, AB, …
fn name(n: u32) -> String {
    let last = char::from_u32(u32::from('A') + n % 26).unwrap_or('?');
    if n < 26 { last.to_string() } else { name(n / 26 - 1) + &last.to_string() }
}

impl Page {
    /// How high the page's rows and strips are together.
    pub(crate) fn height(&self) -> Um {
        self.heights.iter().sum::<Um>() + self.head.unwrap_or(0) + self.foot.unwrap_or(0)
    }
}
