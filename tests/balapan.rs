//! Eight processes on one archive, one of them killed every few hundred milliseconds, every request asked again
//! until it is answered: no gap, no repeat, no letter missing, every PDF genuine.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use suket::{Filter, Office, Putusan, Verifier};
use umum::Meja;

const WORKERS: usize = 8;
const CHUNK: usize = 8;

fn file(path: &Path, bytes: &[u8]) {
    std::fs::File::create(path).unwrap().write_all(bytes).unwrap();
}

/// Cases of one worker: slips and letters, each with its own request key.
fn cases(worker: usize, count: usize) -> Vec<String> {
    let letter = |i: usize| {
        format!(
            "{{\"jenis\":\"rekomendasi\",\"kunci_permintaan\":\"p{worker}-{i}\",\"berkas\":[\"kartu-keluarga\",\"akta-kelahiran\",\"surat-pengantar-desa\"],\"pemohon\":{{\"nik\":\"6305061203059{:03}\",\"nama\":\"CONTOH {}\",\"tempat_lahir\":\"Rantau\",\"tanggal_lahir\":\"2005-03-12\",\"jenis_kelamin\":\"LAKI-LAKI\",\"alamat\":\"Jalan Contoh\",\"desa_kelurahan\":\"Margasari\"}}}}",
            worker * 100 + i % 100 + 1,
            ["SATU", "DUA", "TIGA"][i % 3],
        )
    };
    let slip = |i: usize| {
        format!(
            "{{\"jenis\":\"pengembalian\",\"kunci_permintaan\":\"p{worker}-{i}\",\"pemohon\":{{\"nama\":\"CONTOH\"}},\"pengembalian\":{{\"sebab\":\"tidak ada NIK\"}}}}"
        )
    };
    (0..count).map(|i| if i % 4 == 0 { slip(i) } else { letter(i) }).collect()
}

#[test]
fn eight_processes_with_kills_and_retries_leave_no_gap_and_no_repeat() {
    let each = 200;
    let meja = Meja::siap("candi-laras-utara");
    let folder = meja.folder.path().to_owned();
    drop(meja.office);
    let scratch = tempfile::tempdir().unwrap();
    let passphrase = scratch.path().join("sandi");
    file(&passphrase, umum::SANDI);

    let running: Arc<Vec<Mutex<Option<Child>>>> = Arc::new((0..WORKERS).map(|_| Mutex::new(None)).collect());
    let stop = Arc::new(AtomicBool::new(false));
    let kills = Arc::new(AtomicU32::new(0));
    let killer = {
        let (running, stop, kills) = (Arc::clone(&running), Arc::clone(&stop), Arc::clone(&kills));
        std::thread::spawn(move || {
            for turn in 0.. {
                std::thread::sleep(Duration::from_millis(170));
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                if let Some(child) = running[turn * 5 % WORKERS].lock().unwrap().as_mut()
                    && child.kill().is_ok()
                {
                    kills.fetch_add(1, Ordering::Relaxed);
                }
            }
        })
    };
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| {
            let (running, folder, passphrase) = (Arc::clone(&running), folder.clone(), passphrase.clone());
            let scratch = scratch.path().to_owned();
            std::thread::spawn(move || {
                let mut answers: BTreeMap<String, String> = BTreeMap::new();
                for (n, chunk) in cases(worker, each).chunks(CHUNK).enumerate() {
                    let batch = scratch.join(format!("{worker}-{n}.jsonl"));
                    file(&batch, chunk.join("\n").as_bytes());
                    // Asked twice even when it went well: a retry must never cost a second number.
                    let mut good = 0;
                    while good < 2 {
                        let answer = scratch.join(format!("{worker}-{n}.keluar"));
                        let child = Command::new(env!("CARGO_BIN_EXE_suket"))
                            .args(["--json", "-q", "--archive"])
                            .arg(&folder)
                            .args(["issue", "--date", "2026-11-21", "--workers", "1"])
                            .arg(&batch)
                            .env("SUKET_PASSPHRASE_FILE", &passphrase)
                            .stdout(std::fs::File::create(&answer).unwrap())
                            .stderr(Stdio::null())
                            .spawn()
                            .unwrap();
                        *running[worker].lock().unwrap() = Some(child);
                        let status = loop {
                            if let Some(status) =
                                running[worker].lock().unwrap().as_mut().unwrap().try_wait().unwrap()
                            {
                                break status;
                            }
                            std::thread::sleep(Duration::from_millis(3));
                        };
                        running[worker].lock().unwrap().take();
                        // What was acknowledged before a kill counts too.
                        let told = std::fs::read_to_string(&answer).unwrap();
                        for (row, case) in told.lines().zip(chunk) {
                            let Ok(row) = serde_json::from_str::<Value>(row) else { continue };
                            let key =
                                serde_json::from_str::<Value>(case).unwrap()["kunci_permintaan"].to_string();
                            let nomor = row["nomor"].as_str().unwrap().to_owned();
                            let before = answers.insert(key, nomor.clone());
                            assert!(before.is_none_or(|before| before == nomor), "one request, two numbers");
                        }
                        good += u32::from(status.success());
                    }
                }
                answers
            })
        })
        .collect();
    let mut answers = BTreeMap::new();
    for worker in workers {
        answers.extend(worker.join().unwrap());
    }
    stop.store(true, Ordering::Relaxed);
    killer.join().unwrap();
    assert!(kills.load(Ordering::Relaxed) > 3, "the killer must have worked");

    let mut office = Office::open(&folder, 2).unwrap();
    office.settle().unwrap();
    let rows = office.list(&Filter::default()).unwrap();
    assert_eq!(rows.len(), WORKERS * each, "one letter for each request");
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let verifier = Verifier::new(&[office.trust().unwrap()]).unwrap();
    for row in &rows {
        let count = counts.entry(&row.seri).or_default();
        *count += 1;
        assert_eq!(row.urut, *count, "numbers without gap, in order");
        let pdf = office.letter(row).unwrap().expect("every row has its letter");
        assert_eq!(office.verify(&verifier, &pdf).unwrap().putusan, Putusan::Asli);
    }
    assert_eq!(answers.len(), rows.len());
    for nomor in answers.values() {
        assert!(rows.iter().any(|row| row.nomor == *nomor), "an acknowledged number is in the book");
    }
    assert!(office.audit(false, &|_, _| {}).unwrap().temuan.is_empty());
    println!("{} surat, {} kali dimatikan", rows.len(), kills.load(Ordering::Relaxed));
}
