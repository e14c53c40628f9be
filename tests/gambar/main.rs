//! Random SOPs are drawn, and every rule is held against where things stand on the paper, as Typst has set them.
//! `SUKET_SOP_ACAK=2000 cargo test --test gambar -- --nocapture` is the long form.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop here")]

mod acak;
mod aturan;

use std::collections::BTreeMap;
use std::fmt::Write;

use suket::{Assets, Drawing, DrawnPage, Paper, Profile, Sop};

fn kantor(paper: Paper) -> Profile {
    let mut profile = Profile::parse(Profile::builtin("candi-laras-utara").unwrap()).unwrap();
    profile.kertas = Some(paper);
    profile
}

fn assets() -> Assets {
    Assets::new(BTreeMap::new(), 1).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment how long to search")]
fn banyak() -> u64 {
    std::env::var("SUKET_SOP_ACAK").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

fn gambar(seed: u64, assets: &Assets) -> (Sop, Drawing) {
    let text = acak::sop(seed, None, None);
    let (sop, _) = Sop::read(&text).unwrap_or_else(|findings| panic!("{seed}: {findings:?}"));
    let paper = if sop.pelaksana.len() < 8 && seed.is_multiple_of(3) { Paper::A4 } else { Paper::F4 };
    let drawing = sop.draw(&kantor(paper), assets).unwrap_or_else(|e| panic!("SOP acak {seed}: {e}"));
    (sop, drawing)
}

#[test]
fn every_rule_holds_for_random_sops() {
    let (assets, n) = (assets(), banyak());
    let (mut crossings, mut steps, mut pages, mut arrows) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for seed in 0..n {
        let (sop, drawing) = gambar(seed, &assets);
        let (found, crossed) = aturan::periksa(&sop, &drawing);
        wrong.extend(found.into_iter().map(|what| format!("SOP acak {seed}: {what}")));
        crossings += crossed;
        steps += sop.langkah.len();
        arrows += sop.panah.len();
        pages += drawing.pages().len();
    }
    println!(
        "{n} SOPs, {steps} steps, {arrows} connectors, {pages} pages, {crossings} crossings, {} wrong",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first attempt at a router, which looked at no alternatives, drew these 85 SOPs with 92 crossings.
#[test]
fn crossings_are_few() {
    let assets = assets();
    let (mut sops, mut arrows, mut crossings) = (0, 0, 0);
    for seed in 0..200 {
        let (sop, _) = Sop::read(&acak::sop(seed, Some(8), None)).unwrap();
        // That router knew one symbol a row only.
        if sop.simbol.len() == sop.langkah.len() {
            let drawing = sop.draw(&kantor(Paper::F4), &assets).unwrap();
            crossings += aturan::periksa(&sop, &drawing).1;
            arrows += sop.panah.len();
            sops += 1;
        }
    }
    println!("{sops} SOPs, {arrows} connectors, {crossings} crossings");
    assert!(
        sops == 85 && arrows == 755 && crossings < 46,
        "{sops} SOPs, {arrows} connectors, {crossings} crossings"
    );
}

/// Spoils a page; `false` where there is nothing to spoil.
type Spoil = fn(&mut DrawnPage) -> bool;

/// Ways in which a router could go wrong; each must be seen.
#[test]
fn a_sabotaged_drawing_is_seen() {
    let assets = assets();
    let sabotage: [(&str, Spoil, &str); 8] = [
        ("slanted", |page| move_corner(page, (0, 900)), "tidak tegak lurus"),
        ("straight through", straight, ""),
        ("on one another", doubled, "berimpit"),
        ("on the grid", on_grid, "di atas garis tabel"),
        ("short of its symbol", |page| move_end(page, 1500), "tidak sampai"),
        ("label under a line", label_on_line, "di bawah garis"),
        ("label far away", |page| label_away(page), "jauh"),
        ("lost", |page| page.lines.pop().is_some(), "digambar 0 kali"),
    ];
    for (name, spoil, expect) in sabotage {
        let (mut tried, mut seen) = (0, 0);
        for seed in 0..12 {
            let (sop, drawing) = gambar(seed, &assets);
            let mut pages = drawing.pages().to_vec();
            assert!(aturan::halaman(&sop, &pages).0.is_empty());
            if pages.iter_mut().map(spoil).collect::<Vec<_>>().contains(&true) {
                tried += 1;
                seen += usize::from(aturan::halaman(&sop, &pages).0.iter().any(|what| what.contains(expect)));
            }
        }
        assert!(tried >= 5 && seen == tried, "{name}: {seen} of {tried}");
    }
}

/// A router that ignores occupied tracks: the real one, given each connector alone, so that it never sees another's
/// line. Exactly that is found, and nothing where the lines do not need the same track.
#[test]
fn a_router_that_ignores_occupied_tracks_is_seen() {
    let assets = assets();
    let found = |refusals: [(usize, usize); 2]| {
        let sop = loops(refusals);
        let draw = |sop: &Sop| sop.draw(&kantor(Paper::F4), &assets).unwrap();
        let whole = draw(&sop);
        assert_eq!(aturan::periksa(&sop, &whole).0, [] as [String; 0]);
        let mut pages = whole.pages().to_vec();
        assert_eq!(pages.len(), 1);
        let page = &mut pages[0];
        page.labels.clear();
        for line in &mut page.lines {
            let mut alone = sop.clone();
            alone.panah = vec![sop.panah[line.arrow].clone()];
            let drawing = draw(&alone);
            let own = &drawing.pages()[0];
            // Rows are as high as their text, so what is drawn alone stands where it would.
            assert_eq!(own.rows, page.rows);
            line.points.clone_from(&own.lines[0].points);
            page.labels.extend(own.labels.iter().cloned().map(|mut label| {
                label.arrow = line.arrow;
                label
            }));
        }
        aturan::halaman(&sop, &pages).0
    };
    // Two lines that share a part of a track: the bend of each end touches the other.
    assert_eq!(
        found([(2, 0), (3, 1)]),
        ["hal. 1: alur 4 menyentuh 5", "hal. 1: alur 4 dan 5 berimpit", "hal. 1: alur 4 menyentuh 5"]
    );
    assert_eq!(found([(1, 0), (3, 2)]), [] as [String; 0]);
}

/// Five steps in one lane, two of them decisions whose Tidak goes back so; connectors 4 and 5.
fn loops(refusals: [(usize, usize); 2]) -> Sop {
    let mut text = "nama = \"SOP UJI\"\n".to_owned();
    for lane in 0..3 {
        write!(text, "[[pelaksana]]\nid = \"p{lane}\"\nlabel = \"Pelaksana {lane}\"\n").unwrap();
    }
    let decides = |row: usize| refusals.iter().any(|(from, _)| *from == row);
    for row in 0..5 {
        let shape = match row {
            0 => "mulai",
            4 => "selesai",
            _ if decides(row) => "keputusan",
            _ => "proses",
        };
        let kegiatan = "meneliti kelengkapan berkas ".repeat(14);
        write!(text, "[[langkah]]\nkegiatan = \"{kegiatan}\"\n").unwrap();
        writeln!(text, "simbol = [{{ id = \"n{row}\", pelaksana = \"p1\", bentuk = \"{shape}\" }}]").unwrap();
    }
    let forward = (0..4).map(|row| (row, row + 1, if decides(row) { "jawaban = \"Ya\"\n" } else { "" }));
    for (from, to, answer) in forward.chain(refusals.map(|(from, to)| (from, to, "jawaban = \"Tidak\"\n"))) {
        write!(text, "[[alur]]\ndari = \"n{from}\"\nke = \"n{to}\"\n{answer}").unwrap();
    }
    Sop::read(&text).unwrap_or_else(|findings| panic!("{findings:?}")).0
}

fn move_corner(page: &mut DrawnPage, by: (i32, i32)) -> bool {
    let Some(line) = page.lines.iter_mut().find(|line| line.points.len() > 2) else { return false };
    let corner = &mut line.points[1];
    *corner = (corner.0 + by.0, corner.1 + by.1 + 1);
    corner.0 += 700;
    true
}

/// As a router that looks at nothing: every line from end to end in one elbow.
fn straight(page: &mut DrawnPage) -> bool {
    let mut spoilt = false;
    for line in page.lines.iter_mut().filter(|line| line.points.len() > 3) {
        let (first, last) = (line.points[0], line.points[line.points.len() - 1]);
        line.points = vec![first, (last.0, first.1), last];
        spoilt = true;
    }
    spoilt
}

fn doubled(page: &mut DrawnPage) -> bool {
    let Some(first) = page.lines.iter().find(|line| line.points.len() > 2).cloned() else { return false };
    let Some(other) = page.lines.iter_mut().find(|line| {
        line.arrow != first.arrow
            && line.points[line.points.len() - 1] != first.points[first.points.len() - 1]
    }) else {
        return false;
    };
    other.points.splice(0..0, first.points);
    true
}

fn on_grid(page: &mut DrawnPage) -> bool {
    let Some(row) = page.rows.first().copied() else { return false };
    for line in &mut page.lines {
        if let Some(at) = line.points.windows(2).position(|pair| pair[0].1 == pair[1].1) {
            line.points[at].1 = row.1;
            line.points[at + 1].1 = row.1;
            return true;
        }
    }
    false
}

fn move_end(page: &mut DrawnPage, by: i32) -> bool {
    let Some(line) = page.lines.first_mut() else { return false };
    let at = line.points.len() - 1;
    let (a, b) = (line.points[at - 1], line.points[at]);
    line.points[at] = (b.0 - by * (b.0 - a.0).signum(), b.1 - by * (b.1 - a.1).signum());
    true
}

fn label_on_line(page: &mut DrawnPage) -> bool {
    let Some(label) = page.labels.first_mut() else { return false };
    let Some(line) = page.lines.iter().find(|line| line.arrow == label.arrow) else { return false };
    let (x, y) = line.points[0];
    label.bounds = (x - 700, y - 700, x + 700, y + 700);
    true
}

fn label_away(page: &mut DrawnPage) -> bool {
    let Some(label) = page.labels.first_mut() else { return false };
    label.bounds.0 += 60_000;
    label.bounds.2 += 60_000;
    true
}
