//! Measures letters that are numbered, sealed and archived; `benches/run` sets them beside other tools that merely
//! render the same letter. Every mode prints one line of JSON.
//!
//! ```text
//! surat data FILE N      the same letters as data for the other tools
//! surat satu N           one at a time, one worker; moved into the archive folder in passing, as the daemon does
//! surat langsung N       the same, each moved before the next is begun, as `suket issue` does
//! surat kumpulan N W     batches of 64 with W workers
//! surat memori N         memory after the first 200 and after N letters
//! surat siap DIR         an archive for `dingin`
//! surat dingin DIR       one letter in a fresh process; tells how long opening the key took
//! surat sop ROUNDS       SOPs of 7 to 400 steps, in letters
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a benchmark reads the clock, prints, and stops at the first surprise"
)]

#[path = "alat/sop.rs"]
mod sop;

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use suket::{InitRequest, IssueRequest, Issued, Office, OfficeError, Outcome, Profile, RawCase, Signers};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HARI: Date = date(2026, 11, 21);
const SANDI: &[u8] = b"sandi";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["data", file, n] => data(Path::new(file), n.parse().unwrap()),
        ["satu", n] => satu(n.parse().unwrap(), Office::settle_in_passing),
        ["langsung", n] => satu(n.parse().unwrap(), Office::settle),
        ["kumpulan", n, workers] => kumpulan(n.parse().unwrap(), workers.parse().unwrap()),
        ["memori", n] => memori(n.parse().unwrap()),
        ["siap", folder] => siap(Path::new(folder)),
        ["dingin", folder] => dingin(Path::new(folder)),
        ["sop", rounds] => sop::run(rounds.parse().unwrap()),
        _ => println!("lihat benches/run"),
    }
}

fn entropy(buffer: &mut [u8]) {
    getrandom::fill(buffer).unwrap();
}

fn siap(folder: &Path) {
    let profile = Profile::builtin("candi-laras-utara").unwrap();
    Office::init(folder, InitRequest { profile, date: HARI, passphrase: SANDI, entropy: &mut entropy })
        .unwrap();
}

fn name(i: usize) -> String {
    let words =
        ["SITI", "AHMAD", "RATNA", "BUDI", "DEWI", "YUSUF", "AISYAH", "RAHMAT", "NURUL", "FAJAR", "INTAN"];
    let word = |k: usize| {
        words.get((i / 11_usize.pow(u32::try_from(k).unwrap()) + k) % 11).copied().unwrap_or_default()
    };
    format!("{} CONTOH {} {}", word(0), word(1), word(2))
}

/// Where and when people are born, as the case has it and as the letter prints it.
const LAHIR: [(&str, &str, &str); 7] = [
    ("Margasari Hilir", "2005-03-12", "12 Maret 2005"),
    ("Rantau", "1998-11-30", "30 November 1998"),
    ("Candi Laras", "2009-01-05", "5 Januari 2009"),
    ("Banjarmasin", "1987-07-19", "19 Juli 1987"),
    ("Kandangan", "2001-12-24", "24 Desember 2001"),
    ("Martapura", "1979-05-02", "2 Mei 1979"),
    ("Barabai", "1965-08-17", "17 Agustus 1965"),
];
const AGAMA: [&str; 3] = ["ISLAM", "KRISTEN", "HINDU"];
const STATUS: [&str; 2] = ["BELUM KAWIN", "KAWIN"];
const PEKERJAAN: [&str; 5] =
    ["PELAJAR/MAHASISWA", "PETANI/PEKEBUN", "WIRASWASTA", "MENGURUS RUMAH TANGGA", "KARYAWAN SWASTA"];

fn one<T: Copy>(list: &[T], i: usize) -> T {
    *list.get(i % list.len()).unwrap()
}

/// People of whom no two in a row are alike: what a letter shares with the one before must be what real ones share.
fn case(i: usize) -> RawCase {
    let (tempat, tanggal, _) = one(&LAHIR, i);
    let text = json!({
        "jenis": "keterangan-perekaman",
        "berkas": ["kartu-keluarga", "akta-kelahiran", "surat-pengantar-desa"],
        "keperluan": one(&["pengambilan KTP-el", "pembukaan rekening bank", "pendaftaran sekolah"], i),
        "pemohon": {
            "nik": format!("630506120305{:04}", i % 9999 + 1), "nama": name(i), "tempat_lahir": tempat,
            "tanggal_lahir": tanggal, "jenis_kelamin": one(&["LAKI-LAKI", "PEREMPUAN"], i),
            "golongan_darah": one(&["O", "A", "B", "AB"], i), "agama": one(&AGAMA, i),
            "alamat": format!("Jalan Gusti Libi No. {}", i % 200), "rt": "004", "rw": "002",
            "desa_kelurahan": "Margasari Hilir", "status_perkawinan": one(&STATUS, i / 2), "pekerjaan": one(&PEKERJAAN, i),
        },
        "perekaman": { "tanggal": "2026-11-20", "status": "PRR" },
    });
    RawCase::read("k.json", text.to_string().as_bytes()).unwrap().remove(0)
}

struct Meja {
    office: Office,
    signers: Signers,
}

impl Meja {
    fn new(workers: usize) -> Self {
        // Kept until the whole comparison ends: ext4 shuns inodes that were just deleted, and a run would pay for the
        // cleaning up after the one before.
        let folder = tempfile::tempdir().unwrap().keep();
        siap(&folder);
        let office = Office::open(&folder, workers).unwrap();
        let signers = office.unlock(SANDI, HARI).unwrap();
        Self { office, signers }
    }

    fn issue(&mut self, cases: Vec<RawCase>) -> Vec<Issued> {
        let outcomes = issue(&mut self.office, &self.signers, cases);
        self.office.settle().unwrap();
        outcomes
    }
}

fn issue(office: &mut Office, signers: &Signers, cases: Vec<RawCase>) -> Vec<Issued> {
    office
        .issue(IssueRequest { cases, date: HARI, signers, skip_invalid: false, progress: &|| {} })
        .unwrap()
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Issued(issued) => *issued,
            other @ (Outcome::Refused(_) | Outcome::HeldBack(_)) => panic!("{other:?}"),
        })
        .collect()
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// One letter after the other: from the case to the file in the archive folder. The mean is over everything, the moving of
/// the last letters too.
fn satu(n: usize, settle: fn(&mut Office) -> Result<usize, OfficeError>) {
    let mut meja = Meja::new(1);
    let mut times = Vec::new();
    let mut sizes = Vec::new();
    for i in 0..n + 20 {
        let case = case(i);
        let start = Instant::now();
        let issued = issue(&mut meja.office, &meja.signers, vec![case]);
        settle(&mut meja.office).unwrap();
        let time = ms(start.elapsed());
        if i >= 20 {
            times.push(time);
            sizes.push(issued.first().and_then(|letter| letter.pdf.as_ref()).map_or(0, Vec::len));
        }
    }
    let start = Instant::now();
    meja.office.settle().unwrap();
    let all: f64 = times.iter().sum::<f64>() + ms(start.elapsed());
    times.sort_by(f64::total_cmp);
    sizes.sort_unstable();
    let at = |part: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a short list"
        )]
        let index = ((times.len() - 1) as f64 * part) as usize;
        times.get(index).copied().unwrap_or_default()
    };
    println!(
        "{}",
        json!({
            "peer": "suket", "n": n, "mean_ms": all / f64::from(u32::try_from(n).unwrap()), "median_ms": at(0.5), "p99_ms": at(0.99), "min_ms": at(0.0),
            "bytes": sizes.get(sizes.len() / 2),
        })
    );
}

/// Batches of 64: letters a second.
fn kumpulan(n: usize, workers: usize) {
    let mut meja = Meja::new(workers);
    meja.issue((0..64).map(case).collect());
    let batches = n.div_ceil(64);
    let start = Instant::now();
    for batch in 1..=batches {
        meja.issue((0..64).map(|i| case(batch * 64 + i)).collect());
    }
    let letters = u32::try_from(batches * 64).unwrap();
    println!(
        "{}",
        json!({ "workers": workers, "letters_per_s": f64::from(letters) / start.elapsed().as_secs_f64() })
    );
}

/// Resident memory in MB (Linux).
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u32 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or_default();
    f64::from(pages) * 4096.0 / 1e6
}

/// The allocator and the book's log reach their size in the first letters.
const WARM: usize = 3000;

fn memori(n: usize) {
    let mut meja = Meja::new(2);
    let mut first = 0.0;
    for i in 0..(WARM + n).div_ceil(20) {
        if i * 20 == WARM {
            first = resident();
        }
        meja.issue((0..20).map(|k| case(i * 20 + k)).collect());
    }
    println!(
        "{}",
        json!({ "letters": n, "mb_at_start": first, "mb_at_end": resident(), "growth_mb": resident() - first })
    );
}

fn dingin(folder: &Path) {
    let mut office = Office::open(folder, 1).unwrap();
    let start = Instant::now();
    let signers = office.unlock(SANDI, HARI).unwrap();
    let unlock = ms(start.elapsed());
    let case = case(std::process::id() as usize);
    let issued = issue(&mut office, &signers, vec![case]);
    office.settle().unwrap();
    println!(
        "{}",
        json!({ "unlock_ms": unlock, "nomor": issued.first().map(|letter| letter.entry.nomor.clone()) })
    );
}

/// The letters as other tools get them: the same lines, the same QR.
fn data(file: &Path, n: usize) {
    let mut meja = Meja::new(2);
    let mut out = String::new();
    for i in 0..n {
        let raw = case(i);
        let person = raw.case.pemohon.clone();
        let keperluan = raw.case.keperluan.clone().unwrap_or_default();
        let (tempat, _, tanggal) = one(&LAHIR, i);
        let lahir = format!("{tempat}, {tanggal}");
        let issued = meja.issue(vec![raw]).remove(0);
        let pdf = issued.pdf.unwrap();
        let text = qr_text(&pdf);
        let code = qrcode::QrCode::with_error_correction_level(&text, qrcode::EcLevel::M).unwrap();
        let matrix: Vec<String> = code.to_debug_str('1', '0').lines().map(str::to_owned).collect();
        let run = |t: &str, b: bool| json!({ "t": t, "b": b });
        let par = |runs: Vec<Value>| json!({ "jenis": "paragraf", "teks": runs });
        let nama = person.nama.unwrap_or_default();
        let alamat = format!(
            "{}, RT 004 RW 002, Margasari Hilir, Kecamatan Candi Laras Utara",
            person.alamat.unwrap_or_default()
        );
        let letter = json!({
            "kertas": "f4",
            "kop": { "induk": "PEMERINTAH KABUPATEN TAPIN", "kantor": "KANTOR CAMAT CANDI LARAS UTARA",
                "alamat": ["Jalan Gusti Libi No.86 Margasari Hilir Kode Pos 71171"], "tempat": "MARGASARI HILIR" },
            "judul": "SURAT KETERANGAN TELAH MELAKUKAN PEREKAMAN KTP-EL",
            "nomor": issued.entry.nomor,
            "isi": [
                par(vec![run("Yang bertanda tangan di bawah ini:", false)]),
                { "jenis": "rincian", "baris": [["Nama", "ALAMSYAH, S.Pd"], ["NIP", "19690312 199211 1 001"],
                    ["Jabatan", "Plt. Camat Candi Laras Utara"]] },
                par(vec![run("dengan ini menerangkan bahwa:", false)]),
                { "jenis": "rincian", "baris": [["Nama", nama], ["NIK", person.nik],
                    ["Tempat, tanggal lahir", lahir], ["Jenis kelamin", person.jenis_kelamin],
                    ["Golongan darah", person.golongan_darah], ["Agama", person.agama],
                    ["Status perkawinan", person.status_perkawinan], ["Pekerjaan", person.pekerjaan],
                    ["Kewarganegaraan", "WNI"], ["Alamat", alamat]] },
                par(vec![run("telah melakukan ", false), run("perekaman biometrik KTP elektronik", true),
                    run(" di Kantor Camat Candi Laras Utara pada hari Jumat, 20 November 2026.", false)]),
                par(vec![run("Surat ini ", false), run("bukan KTP-el dan tidak menggantikan KTP-el", true),
                    run(&format!(". Surat ini menjadi bukti perekaman untuk pengambilan KTP-el yang dicetak oleh Dinas Kependudukan dan Pencatatan Sipil Kabupaten Tapin. Keperluan: {keperluan}."), false)]),
                par(vec![run("Demikian surat keterangan ini dibuat untuk dipergunakan sebagaimana mestinya.", false)]),
            ],
            "ttd": { "tempat_tanggal": "Margasari Hilir, 21 November 2026", "jabatan": ["Plt. CAMAT CANDI LARAS UTARA,"],
                "nama": "ALAMSYAH, S.Pd", "nip": "19690312 199211 1 001" },
            "qr_teks": text,
            "qr_matriks": matrix,
            "qr_svg": svg(&matrix),
            "kode": "ABCD-EFGH-JKLM",
            "kaki": "Kode surat ABCD-EFGH-JKLM",
        });
        out.push_str(&letter.to_string());
        out.push('\n');
    }
    std::fs::write(file, out).unwrap();
}

/// The QR's text, which the signature dictionary holds as hex.
fn qr_text(pdf: &[u8]) -> String {
    let text = String::from_utf8_lossy(pdf);
    let hex = text.split("/ContactInfo <").nth(1).and_then(|rest| rest.split('>').next()).unwrap_or_default();
    let (pairs, _) = hex.as_bytes().as_chunks::<2>();
    pairs
        .iter()
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .map(char::from)
        .collect()
}

fn svg(matrix: &[String]) -> String {
    let mut path = String::new();
    for (y, row) in matrix.iter().enumerate() {
        for (x, module) in row.chars().enumerate() {
            if module == '1' {
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
    }
    let size = matrix.len();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\"><path d=\"{path}\"/></svg>"
    )
}
