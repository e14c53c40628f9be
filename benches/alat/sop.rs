//! SOPs against letters, in one run on one core: how many letters one SOP costs, and how the time grows.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::json;
use suket::{Assets, Profile, Sop};

use super::{HARI, Meja, case, ms};

#[path = "../../tests/gambar/acak.rs"]
mod acak;

/// Goals: the five offices' longest SOP (7 steps) and one of 100 steps, in letters; growth to 400 steps.
const GOALS: (f64, f64, f64) = (12.0, 80.0, 1.3);

/// Median of `rounds` warm runs, in milliseconds.
fn median(rounds: usize, mut run: impl FnMut(usize)) -> f64 {
    let mut times: Vec<f64> = (0..rounds + 2)
        .map(|round| {
            let start = Instant::now();
            run(round);
            ms(start.elapsed())
        })
        .skip(2)
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

pub(super) fn run(rounds: usize) {
    let profile = Profile::parse(Profile::builtin("candi-laras-utara").unwrap()).unwrap();
    let assets = Assets::new(BTreeMap::new(), 1).unwrap();
    let paper = |text: &str| {
        let (sop, _) = Sop::read(text).unwrap();
        sop.draw(&profile, &assets).unwrap().pdf(HARI, &profile).unwrap();
    };
    let mut meja = Meja::new(1);
    let letter = median(rounds * 20, |i| drop(meja.issue(vec![case(i)])));
    // Each round draws other SOPs, so that nothing is remembered from the round before.
    let seven = median(rounds * 2, |i| {
        let text = Sop::builtin("candi-laras-utara").unwrap();
        paper(&text.replace("Pemohon mengajukan", &format!("Pemohon {i} mengajukan")));
    });
    let random = |steps: usize| {
        median(rounds, |i| paper(&acak::sop(u64::try_from(1000 * steps + i).unwrap(), Some(steps), Some(5))))
    };
    let times: Vec<(usize, f64)> = [25, 50, 100, 200, 400].into_iter().map(|n| (n, random(n))).collect();
    let at = |n: usize| times.iter().find(|(steps, _)| *steps == n).map_or(f64::NAN, |(_, time)| *time);
    let growth = (at(400) / at(25)).ln() / 16.0_f64.ln();
    let ratio = |time: f64| (time / letter * 10.0).round() / 10.0;
    println!(
        "{}",
        json!({
            "letter_ms": letter,
            "steps_7": ratio(seven), "steps_100": ratio(at(100)), "growth": growth,
            "letters": times.iter().map(|(n, time)| (n.to_string(), ratio(*time))).collect::<BTreeMap<_, _>>(),
            "met": ratio(seven) <= GOALS.0 && ratio(at(100)) <= GOALS.1 && growth <= GOALS.2,
        })
    );
}
