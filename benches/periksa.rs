//! Checking letters: how long one PDF and one QR take, and how the time grows with the number of trusted offices.
//! Prints one line of JSON. `benches/periksa` runs it beside pyHanko on the same files.
//!
//!     periksa TRUST.json ROUNDS PDF...
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark measures, prints and may stop"
)]

use std::time::Instant;

use suket::{Putusan, Verifier};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let [trust, rounds, pdfs @ ..] = args.as_slice() else { return };
    let trust = Verifier::read_trust(&std::fs::read(trust).unwrap()).unwrap();
    let rounds: usize = rounds.parse().unwrap();
    let letters: Vec<Vec<u8>> = pdfs.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let verifier = Verifier::new(std::slice::from_ref(&trust)).unwrap();
    let mut times = Vec::new();
    for _ in 0..rounds {
        for letter in &letters {
            let start = Instant::now();
            let verdict = verifier.pdf(letter, None).unwrap();
            times.push(start.elapsed().as_secs_f64() * 1000.0);
            assert_eq!(verdict.putusan, Putusan::Asli);
        }
    }
    times.sort_by(f64::total_cmp);
    let start = Instant::now();
    for _ in 0..100 {
        Verifier::new(std::slice::from_ref(&trust)).unwrap();
    }
    let open = start.elapsed().as_secs_f64() * 1000.0 / 100.0;
    println!(
        "{{\"median_ms\":{},\"p99_ms\":{},\"trust_ms\":{open},\"letters\":{}}}",
        times[times.len() / 2],
        times[times.len() * 99 / 100],
        times.len() as f64
    );
}
