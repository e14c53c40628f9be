//! The rules of a drawn SOP, held against where things stand on the paper, and how many crossings there are.

use suket::{Bentuk, Drawing, DrawnPage, DrawnSymbol, Sop};

type Point = (i32, i32);
type Bounds = (i32, i32, i32, i32);

/// Lines nearer than this look like one.
const APART: i32 = 500;
/// Rounding of Typst.
const NEAR: i32 = 60;

/// What is wrong with a drawing, and its crossings.
pub(crate) fn periksa(sop: &Sop, drawing: &Drawing) -> (Vec<String>, usize) {
    halaman(sop, drawing.pages())
}

pub(crate) fn halaman(sop: &Sop, pages: &[DrawnPage]) -> (Vec<String>, usize) {
    let (mut wrong, mut crossings) = (Vec::new(), 0);
    for page in pages {
        symbols(page, &mut wrong);
        lines(sop, page, &mut wrong);
        crossings += pairs(sop, page, &mut wrong);
        labels(sop, page, &mut wrong);
    }
    connected(sop, pages, &mut wrong);
    (wrong, crossings)
}

fn symbols(page: &DrawnPage, wrong: &mut Vec<String>) {
    let bottom = page.size.1 - 14_000;
    if page.rows.iter().any(|(top, end)| top >= end || *end > bottom + NEAR) {
        wrong.push(format!("hal. {}: baris keluar dari halaman", page.number));
    }
    for symbol in &page.symbols {
        let (x, y) = symbol.centre;
        let lane = page.lanes.windows(2).any(|l| x - symbol.half.0 > l[0] && x + symbol.half.0 < l[1]);
        let row = page.rows.iter().any(|r| y - symbol.half.1 > r.0 && y + symbol.half.1 < r.1);
        if !lane || !row {
            wrong.push(format!("hal. {}: simbol {} keluar dari selnya", page.number, symbol.symbol));
        }
    }
}

fn lines(sop: &Sop, page: &DrawnPage, wrong: &mut Vec<String>) {
    for line in &page.lines {
        let mut say = |what: &str| wrong.push(format!("hal. {}: alur {}: {what}", page.number, line.arrow));
        let arrow = &sop.panah[line.arrow];
        for pair in line.points.windows(2) {
            if (pair[0].0 == pair[1].0) == (pair[0].1 == pair[1].1) {
                say("tidak tegak lurus");
            }
            if on_grid(page, pair) {
                say("di atas garis tabel");
            }
            for symbol in &page.symbols {
                if inside(symbol, pair) {
                    say(&format!("menembus simbol {}", symbol.symbol));
                }
            }
        }
        let (first, last) = (line.points[0], line.points[line.points.len() - 1]);
        let before = line.points[line.points.len() - 2];
        if (before.0 - last.0).abs() + (before.1 - last.1).abs() < 1900 {
            say("kepala panah tidak muat");
        }
        // Out by a side or the bottom, in by the top or a side.
        let from = page.symbols.iter().find(|symbol| symbol.symbol == arrow.dari);
        let to = page.symbols.iter().find(|symbol| symbol.symbol == arrow.ke);
        let pentagon = |enters: bool, at: Point| {
            page.pentagons.iter().any(|pentagon| {
                let end = pentagon.centre.1 + if enters { pentagon.half.1 } else { -pentagon.half.1 };
                pentagon.enters == enters
                    && pentagon.target == arrow.ke
                    && pentagon.centre.0 == at.0
                    && end == at.1
            })
        };
        let out = from.is_some_and(|symbol| matches!(port(symbol, first), Some("kiri" | "kanan" | "bawah")));
        if !out && !pentagon(true, first) {
            say("tidak keluar dari simbolnya");
        }
        let into = to.is_some_and(|symbol| matches!(port(symbol, last), Some("kiri" | "kanan" | "atas")));
        if !into && !pentagon(false, last) {
            say("tidak sampai ke simbolnya");
        }
    }
}

fn port(symbol: &DrawnSymbol, at: Point) -> Option<&'static str> {
    let (x, y) = (at.0 - symbol.centre.0, at.1 - symbol.centre.1);
    let near = |a: i32, b: i32| (a - b).abs() <= NEAR;
    if near(y, 0) && near(x, symbol.half.0) {
        Some("kanan")
    } else if near(y, 0) && near(x, -symbol.half.0) {
        Some("kiri")
    } else if near(x, 0) && near(y, -symbol.half.1) {
        Some("atas")
    } else if near(x, 0) && near(y, symbol.half.1) {
        Some("bawah")
    } else {
        None
    }
}

/// Whether a run lies on a line of the table.
fn on_grid(page: &DrawnPage, pair: &[Point]) -> bool {
    let upright = pair[0].0 == pair[1].0;
    let (low, high) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
    if upright {
        let in_rows = page.rows.iter().any(|(top, end)| low < *end && high > *top);
        in_rows && page.lanes.iter().any(|x| (x - pair[0].0).abs() < APART)
    } else {
        page.rows.iter().any(|(top, end)| [*top, *end].iter().any(|y| (y - low).abs() < APART))
    }
}

/// Whether a run goes through a symbol; of a rhombus, its true outline.
fn inside(symbol: &DrawnSymbol, pair: &[Point]) -> bool {
    let (w, h) = (symbol.half.0 - NEAR, symbol.half.1 - NEAR);
    let nearest = |a: i32, b: i32, centre: i32| {
        let (low, high) = (a.min(b) - centre, a.max(b) - centre);
        if low > 0 {
            low
        } else if high < 0 {
            -high
        } else {
            0
        }
    };
    let x = nearest(pair[0].0, pair[1].0, symbol.centre.0);
    let y = nearest(pair[0].1, pair[1].1, symbol.centre.1);
    if symbol.shape == Bentuk::Keputusan {
        i64::from(x) * i64::from(h) + i64::from(y) * i64::from(w) < i64::from(w) * i64::from(h)
    } else {
        x < w && y < h
    }
}

/// What two lines do to one another; gives the crossings.
fn pairs(sop: &Sop, page: &DrawnPage, wrong: &mut Vec<String>) -> usize {
    let mut crossings = 0;
    for (index, one) in page.lines.iter().enumerate() {
        for two in &page.lines[index + 1..] {
            // A pentagon at the foot is a target of its own.
            let here = |arrow: usize| page.symbols.iter().any(|symbol| symbol.symbol == sop.panah[arrow].ke);
            let shared = sop.panah[one.arrow].ke == sop.panah[two.arrow].ke && here(one.arrow);
            for a in one.points.windows(2) {
                for b in two.points.windows(2) {
                    let (upright_a, upright_b) = (a[0].0 == a[1].0, b[0].0 == b[1].0);
                    let (a_box, b_box) = (bounds(a), bounds(b));
                    if upright_a == upright_b {
                        let near =
                            if upright_a { (a[0].0 - b[0].0).abs() } else { (a[0].1 - b[0].1).abs() } < APART;
                        let along = if upright_a {
                            a_box.1 <= b_box.3 && b_box.1 <= a_box.3
                        } else {
                            a_box.0 <= b_box.2 && b_box.0 <= a_box.2
                        };
                        if near && along && !shared {
                            wrong.push(format!(
                                "hal. {}: alur {} dan {} berimpit",
                                page.number, one.arrow, two.arrow
                            ));
                        }
                    } else if a_box.0 <= b_box.2
                        && b_box.0 <= a_box.2
                        && a_box.1 <= b_box.3
                        && b_box.1 <= a_box.3
                        && !shared
                    {
                        let (h, v) = if upright_a { (b_box, a_box) } else { (a_box, b_box) };
                        if v.0 > h.0 && v.0 < h.2 && h.1 > v.1 && h.1 < v.3 {
                            crossings += 1;
                        } else {
                            wrong.push(format!(
                                "hal. {}: alur {} menyentuh {}",
                                page.number, one.arrow, two.arrow
                            ));
                        }
                    }
                }
            }
        }
    }
    crossings
}

fn bounds(pair: &[Point]) -> Bounds {
    (pair[0].0.min(pair[1].0), pair[0].1.min(pair[1].1), pair[0].0.max(pair[1].0), pair[0].1.max(pair[1].1))
}

fn overlap(a: Bounds, b: Bounds) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

fn labels(sop: &Sop, page: &DrawnPage, wrong: &mut Vec<String>) {
    for (index, label) in page.labels.iter().enumerate() {
        let mut say = |what: &str| wrong.push(format!("hal. {}: label {}: {what}", page.number, label.arrow));
        let arrow = &sop.panah[label.arrow];
        if arrow.jawaban != Some(label.yes) {
            say("salah kata");
        }
        let word = (label.bounds.0 - 150, label.bounds.1 - 150, label.bounds.2 + 150, label.bounds.3 + 150);
        if page.lines.iter().any(|line| line.points.windows(2).any(|pair| touches(bounds(pair), word))) {
            say("di bawah garis");
        }
        if page.lanes.iter().any(|x| *x > word.0 && *x < word.2)
            || page.rows.iter().any(|(a, b)| [a, b].iter().any(|y| **y > word.1 && **y < word.3))
        {
            say("di atas garis tabel");
        }
        let corners = [(word.0, word.1), (word.2, word.1), (word.0, word.3), (word.2, word.3)];
        if page.symbols.iter().any(|symbol| corners.windows(2).any(|pair| inside(symbol, pair))) {
            say("di atas simbol");
        }
        if page.labels[index + 1..].iter().any(|other| overlap(word, other.bounds)) {
            say("di atas label lain");
        }
        // Beside the exit: nearer than the word is long.
        let start = page.lines.iter().find(|line| line.arrow == label.arrow).map(|line| line.points[0]);
        let Some((x, y)) = start else { return say("tanpa garis") };
        let (dx, dy) = (
            (label.bounds.0 - x).max(x - label.bounds.2).max(0),
            (label.bounds.1 - y).max(y - label.bounds.3).max(0),
        );
        if dx > 4000 || dy > 4000 {
            say("jauh dari pangkal alurnya");
        }
    }
}

fn touches(run: Bounds, word: Bounds) -> bool {
    run.0 < word.2 && run.2 > word.0 && run.1 < word.3 && run.3 > word.1
}

/// Every connector is drawn: on one page, or as a pair of pentagons with one letter.
fn connected(sop: &Sop, pages: &[DrawnPage], wrong: &mut Vec<String>) {
    let on =
        |symbol: usize| pages.iter().position(|page| page.symbols.iter().any(|drawn| drawn.symbol == symbol));
    for (index, arrow) in sop.panah.iter().enumerate() {
        let (Some(from), Some(to)) = (on(arrow.dari), on(arrow.ke)) else {
            wrong.push(format!("alur {index}: simbol hilang"));
            continue;
        };
        let leaves = pages[from].lines.iter().filter(|line| line.arrow == index).count();
        if leaves != 1 {
            wrong.push(format!("alur {index} digambar {leaves} kali"));
        }
        if arrow.jawaban.is_some()
            && pages[from].labels.iter().filter(|label| label.arrow == index).count() != 1
        {
            wrong.push(format!("alur {index}: label hilang"));
        }
        if from != to {
            let letter = |page: &DrawnPage, enters: bool| {
                let mut found = page.pentagons.iter().filter(|p| p.enters == enters && p.target == arrow.ke);
                found.next().map(|pentagon| pentagon.letter.clone())
            };
            let (out, into) = (letter(&pages[from], false), letter(&pages[to], true));
            if out.is_none() || out != into || out.as_deref() == Some("") {
                wrong.push(format!("alur {index}: segilima tidak berpasangan: {out:?} {into:?}"));
            }
        }
    }
    let mut letters: Vec<(String, usize)> = Vec::new();
    for pentagon in pages.iter().flat_map(|page| &page.pentagons).filter(|pentagon| pentagon.enters) {
        letters.push((pentagon.letter.clone(), pentagon.target));
    }
    letters.sort();
    if letters.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        wrong.push("satu huruf untuk dua tujuan".to_owned());
    }
}
