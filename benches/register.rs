//! Measures the printed register; `benches/run-register` sets it beside other tools. Every mode prints one line of JSON.
//!
//! ```text
//! register data FILE N    heads, widths and rows as data for the other tools
//! register cetak N W      a register of N rows as one PDF, with W workers; time of the second run, peak memory
//! register simpan FILE N  the same, kept to look at
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock, prints, and stops at the first surprise"
)]

use std::path::Path;
use std::time::Instant;

use jiff::civil::date;
use serde_json::json;
use suket::{Buku, Cetakan, InitRequest, Kelompok, Lajur, Office, Profile, Sel, Stempel};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["data", file, n] => data(Path::new(file), n.parse().unwrap()),
        ["cetak", n, workers] => cetak(n.parse().unwrap(), workers.parse().unwrap()),
        ["simpan", file, n] => {
            let (office, buku) = siap(n.parse().unwrap(), 2);
            std::fs::write(file, office.book_pdf(&buku, &cetakan()).unwrap()).unwrap();
        }
        _ => println!("lihat benches/run-register"),
    }
}

/// An office with an empty book, and a register of invented rows: names of every length, most cells of two lines.
fn siap(rows: usize, workers: usize) -> (Office, Buku) {
    let folder = tempfile::tempdir().unwrap();
    let profile = Profile::builtin("candi-laras-utara").unwrap();
    let mut entropy = |buffer: &mut [u8]| getrandom::fill(buffer).unwrap();
    let day = date(2026, 11, 21);
    Office::init(
        folder.path(),
        InitRequest { profile, date: day, passphrase: b"sandi", entropy: &mut entropy },
    )
    .unwrap();
    let office = Office::open(folder.path(), workers).unwrap();
    let mut buku = office.register(2026, 11).unwrap().buku();
    buku.kelompok = vec![Kelompok { judul: String::new(), baris: (1..=rows).map(baris).collect() }];
    (office, buku)
}

fn baris(i: usize) -> Lajur {
    let one = |list: &[&str]| Sel::Teks((*list.get(i % list.len()).unwrap()).to_owned());
    let day = i8::try_from(1 + i % 30).unwrap();
    Lajur {
        sel: vec![
            Sel::Teks(i.to_string()),
            Sel::Teks(format!("400.12.2.1/{i:03}/CLU/XI/2026")),
            Sel::Tanggal(date(2026, 11, day)),
            one(&[
                "SITI CONTOH",
                "MUHAMMAD ABDURRAHMAN SHALAHUDDIN AL-AYYUBI",
                "AHMAD CONTOH RAHMAT",
                "NURUL AISYAH",
            ]),
            Sel::Teks(format!("************{:04}", 9000 + i % 1000)),
            one(&["Margasari Hilir", "Sungai Puting", "Batalas", "Pabaungan Pantai", "Rawana"]),
            one(&[
                "Surat Keterangan Telah Melakukan Perekaman KTP-el",
                "Rekomendasi perekaman KTP-el",
                "Tanda terima",
            ]),
            one(&["pengambilan KTP-el", "pengurusan rekening bank dan pendaftaran sekolah", ""]),
            Sel::Teks("ALAMSYAH, S.Pd".to_owned()),
            one(&["", "diserahkan 21-11-2026", "", "diganti no. 400.12.2.1/015/CLU/XI/2026", ""]),
            Sel::kosong(),
        ],
        coret: false,
        tegas: false,
    }
}

fn cetakan() -> Cetakan {
    let akar = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=".to_owned();
    let qr = format!("SUKET-BUKU:63.05.06:{}:{akar}", 123_456);
    Cetakan { stempel: Some(Stempel { ukuran: 123_456, akar, qr }), ..Cetakan::default() }
}

fn cetak(rows: usize, workers: usize) {
    let (office, buku) = siap(rows, workers);
    // The first run reads fonts and templates.
    if rows <= 1000 {
        office.book_pdf(&buku, &cetakan()).unwrap();
    }
    let start = Instant::now();
    let pdf = office.book_pdf(&buku, &cetakan()).unwrap();
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    let cells = f64::from(u32::try_from(rows * buku.kolom.len()).unwrap());
    println!(
        "{}",
        json!({ "rows": rows, "workers": workers, "ms": ms, "us_cell": ms * 1000.0 / cells, "bytes": pdf.len(), "peak_mb": peak() })
    );
}

/// Most memory that this process ever held, in MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

fn data(file: &Path, rows: usize) {
    let (_, buku) = siap(rows, 1);
    let rows: Vec<Vec<String>> = buku
        .kelompok
        .iter()
        .flat_map(|group| &group.baris)
        .map(|row| row.sel.iter().map(Sel::tercetak).collect())
        .collect();
    let heads: Vec<&String> = buku.kolom.iter().map(|kolom| &kolom.kepala).collect();
    // Widths in millimetres on F4, as the plan of the pages has them.
    let widths = [12.0, 40.0, 17.0, 38.7, 26.0, 26.2, 30.4, 27.6, 30.4, 34.5, 17.0];
    std::fs::write(
        file,
        json!({ "judul": buku.judul, "kepala": heads, "lebar": widths, "baris": rows }).to_string(),
    )
    .unwrap();
    println!("{}", json!({ "rows": rows.len() }));
}
