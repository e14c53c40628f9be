//! The daemon's door: where it listens, what it lets in, how long it waits, how it stops.
#![cfg(feature = "layan")]

mod umum;

use std::io::{Read, Write};

use umum::arsip::{self, Arsip, err};
use umum::layan::{Layan, menolak as check, perintah, selesai};

const CLU: &str = "candi-laras-utara";

#[test]
fn strangers_get_in_only_through_tls_or_a_proxy() {
    let arsip = Arsip::baru(CLU);
    check(&arsip, &["--listen", "0.0.0.0:0"], 2, &["tanpa TLS", "--tls-local", "--behind-proxy"]);
    check(&arsip, &["--listen", "[::]:0"], 2, &["tanpa TLS"]);
    check(&arsip, &["--listen", "0.0.0.0:0", "--tls-local"], 2, &["nama atau alamat", "--host"]);
    check(&arsip, &["--tls-cert", "tidak-ada.pem", "--tls-key", "tidak-ada.pem"], 2, &["tidak-ada.pem"]);
    let out = arsip.run(&["serve", "--tls-cert", "a.pem"]);
    assert_eq!(out.status.code(), Some(2), "a certificate without its key: {}", err(&out));
    assert!(!arsip.path("arsip/kunci/web-ca.pem").exists(), "nothing was made on the way");
    for args in [&["--behind-proxy"][..], &["--read-only"]] {
        drop(Layan::mulai(&arsip, args).berhenti());
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check(&arsip, &["--listen", &address], 1, &[&address, "--listen"]);
    let token = arsip.path("token");
    arsip::write(&token, b"pendek\n");
    check(&arsip, &["--metrics-token", &token.display().to_string()], 2, &["terlalu pendek"]);
}

#[test]
fn a_wrong_passphrase_ends_it_and_none_at_all_leaves_it_reading() {
    let arsip = Arsip::baru(CLU);
    arsip::write(&arsip.path("salah"), b"bukan ini\n");
    let mut wrong = perintah(&arsip, &[]);
    wrong.env("SUKET_PASSPHRASE_FILE", arsip.path("salah"));
    let (status, log) = Layan::dengan(wrong).tunggu();
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("galat: ") && log.contains("kata sandi"), "{log}");

    let mut none = perintah(&arsip, &[]);
    none.env_remove("SUKET_PASSPHRASE_FILE");
    let reading = Layan::dengan(none);
    assert!(reading.get("/healthz").teks().contains("\"hanya baca\""));
    assert_eq!(reading.get("/periksa").status, 200);
    // One daemon at a time holds the folder.
    drop(reading);

    let folder = arsip.path("kredensial");
    umum::tulis(&folder.join("suket-sandi"), b"sandi uji\n");
    let mut credential = perintah(&arsip, &[]);
    credential.env_remove("SUKET_PASSPHRASE_FILE").env("CREDENTIALS_DIRECTORY", &folder);
    drop(Layan::dengan(credential).siap().berhenti());
}

#[test]
fn every_answer_carries_the_headers() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &[]);
    let statuses = [
        ("/healthz", 200),
        ("/metrics", 200),
        ("/periksa", 200),
        ("/periksa/kode", 200),
        ("/v", 308),
        ("/v/", 200),
        ("/v/halaman.js", 200),
        ("/v/kantor.json", 200),
        ("/suket-sw.js", 200),
        ("/statis/gaya.css", 200),
        ("/robots.txt", 200),
        ("/v/status", 405),
        ("/ca", 404),
        ("/ca.crt", 404),
        ("/tidak-ada", 404),
        ("/v/../../etc/passwd", 404),
        ("/v/..%2f..%2fetc%2fpasswd", 404),
        ("/statis/../gaya.css", 404),
        ("/statis/%2e%2e/%2e%2e/kantor.toml", 404),
        ("/v/%00", 404),
        ("//etc/passwd", 404),
        ("/v/index.html%0d%0ax-jahat:%201", 404),
    ];
    for (path, status) in statuses {
        let answer = layan.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.teks());
        let held = [
            ("content-security-policy", "default-src 'none'"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("permissions-policy", "camera=()"),
            ("x-robots-tag", "noindex"),
            ("cross-origin-resource-policy", "same-origin"),
        ];
        for (name, value) in held {
            let found = answer.kepala.get(name).unwrap_or_else(|| panic!("{path}: no {name}"));
            assert!(found.contains(value) && !found.contains("unsafe"), "{path}: {name}: {found}");
        }
        assert!(!answer.kepala.contains_key("strict-transport-security"), "{path}: HSTS without TLS");
        assert!(!answer.kepala.contains_key("x-jahat") && !answer.teks().contains("root:"), "{path}");
        let fixed = answer.kepala.contains_key("etag");
        let kept = if fixed { "no-cache" } else { "no-store" };
        assert_eq!(answer.kepala["cache-control"], kept, "{path}");
        if fixed {
            let again = format!("if-none-match: {}\r\n", answer.kepala["etag"]);
            let again = layan.get_sebagai(path, &again);
            assert_eq!((again.status, again.isi.len()), (304, 0), "{path}");
            assert!(again.kepala.contains_key("content-security-policy"), "{path}");
        }
        if status == 200 && answer.kepala["content-type"].starts_with("text/html") {
            let text = answer.teks();
            assert!(!text.contains("<style") && !text.contains(" style="), "{path}: style in the page");
            assert!(!text.contains("<script>") && !text.contains(" onclick="), "{path}: script in the page");
        }
    }
}

#[test]
fn a_request_for_another_name_is_turned_away() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &["--host", "Kantor.lan"]);
    let hosts = [
        ("host: localhost\r\n", 200),
        ("host: LOCALHOST:8631\r\n", 200),
        ("host: 127.0.0.1:1\r\n", 200),
        ("host: [::1]:8631\r\n", 200),
        ("host: kantor.lan.\r\n", 200),
        ("host: jahat.example\r\n", 421),
        ("host: jahat.example:8631\r\n", 421),
        ("host: localhost.jahat.example\r\n", 421),
        ("host: 192.0.2.1\r\n", 421),
        ("host: localhost\r\nhost: jahat.example\r\n", 421),
        ("", 421),
    ];
    for (lines, status) in hosts {
        let head = format!("GET /healthz HTTP/1.1\r\n{lines}connection: close\r\n\r\n");
        let answer = layan.kirim(head.as_bytes()).unwrap();
        assert_eq!(answer.status, status, "{lines:?}");
        assert_eq!(answer.teks().contains("keadaan"), status == 200, "{lines:?}");
    }
}

#[test]
fn what_is_too_large_or_no_request_is_refused() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &[]);
    let status = |answer: Option<umum::layan::Jawab>| answer.map(|answer| answer.status);
    assert_eq!(layan.post("/v/status", "text/plain", &[b'0'; 9000]).status, 413);
    assert_eq!(layan.post("/periksa/qr", "application/x-www-form-urlencoded", &[b'0'; 9000]).status, 413);
    let mut large = b"%PDF-1.7 ".to_vec();
    large.resize(21 * 1024 * 1024, b' ');
    assert_eq!(layan.berkas(&large).status, 413);
    large.truncate(19 * 1024 * 1024);
    assert_eq!(layan.berkas(&large).status, 200, "what is within the limit is looked at");
    let head = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(100_000));
    assert!(matches!(status(layan.kirim(head.as_bytes())), Some(414 | 431) | None));
    let lines = "a: b\r\n".repeat(1000);
    let head = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{lines}\r\n");
    assert_eq!(status(layan.kirim(head.as_bytes())), Some(431));
    assert_eq!(status(layan.kirim(b"\x16\x03\x01 bukan http\r\n\r\n")), Some(400));
    assert!(
        matches!(status(layan.kirim(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")), None | Some(400)),
        "HTTP/1.1 only"
    );
    let smuggled =
        b"POST /v/status HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ntransfer-encoding: x\r\n\r\n";
    assert_eq!(status(layan.kirim(smuggled)), Some(400));
    assert_eq!(layan.get("/healthz").status, 200);
}

#[test]
fn who_is_slow_is_cut_off_and_others_are_not_disturbed() {
    let arsip = Arsip::baru(CLU);
    let mut short = perintah(&arsip, &[]);
    short.env("SUKET_UJI_SABAR", "300");
    let layan = Layan::dengan(short);
    // Many who never finish their head.
    let mut slow: Vec<_> = (0..50).map(|_| layan.sambung()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: local").unwrap();
    }
    assert_eq!(layan.get("/healthz").status, 200);
    for stream in slow {
        assert!(selesai(stream).is_none_or(|answer| answer.status == 408), "a head that never ends");
    }
    // One who never says anything, and one who keeps the connection after an answer.
    assert!(selesai(layan.sambung()).is_none_or(|answer| answer.status == 408));
    let mut kept = layan.sambung();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    assert_eq!(selesai(kept).unwrap().status, 200, "the daemon closes what is not used");
    // A body that never comes, and one that comes by the byte and never ends.
    let head = "POST /v/status HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 900\r\n\r\n";
    let mut body = layan.sambung();
    body.write_all(head.as_bytes()).unwrap();
    assert!(matches!(selesai(body).unwrap().status, 400 | 408));
    let mut drops = layan.sambung();
    drops.write_all(head.as_bytes()).unwrap();
    let reader = drops.try_clone().unwrap();
    let answer = std::thread::spawn(move || selesai(reader));
    while !answer.is_finished() {
        if drops.write_all(b"0").is_err() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(matches!(answer.join().unwrap().map(|answer| answer.status), Some(400 | 408) | None));
    // One who asks for much and reads nothing.
    let mut deaf = layan.sambung();
    deaf.set_write_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    let ask = b"GET /v/halaman.js HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(50);
    let stopped = (0..2000).find_map(|_| deaf.write_all(&ask).err());
    let stopped = stopped.expect("the daemon does not answer for ever into a full pipe");
    assert_ne!(stopped.kind(), std::io::ErrorKind::WouldBlock, "it closed the connection: {stopped}");
    assert_eq!(layan.get("/healthz").status, 200);
}

#[test]
fn one_visitor_cannot_take_every_connection() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &[]);
    let many: Vec<_> = (0..200).map(|_| layan.sambung()).collect();
    // Whoever is over the limit is closed at once.
    let turned_away = many.iter().filter(|stream| {
        stream.set_read_timeout(Some(std::time::Duration::from_millis(10))).unwrap();
        matches!((*stream).peek(&mut [0]), Ok(0))
            || matches!((*stream).peek(&mut [0]), Err(e) if e.kind() == std::io::ErrorKind::ConnectionReset)
    });
    assert!(turned_away.count() >= 60, "of 200 connections 128 may stay");
    drop(many);
    // Their places are given back as soon as the daemon has noticed.
    let head = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    while layan.kirim(head).is_none() {
        std::thread::yield_now();
    }
    let metrics = layan.get("/metrics").teks();
    let refused = metrics.lines().find(|line| line.starts_with("suket_sambungan_ditolak_total")).unwrap();
    assert!(refused.split(' ').nth(1).unwrap().parse::<u32>().unwrap() >= 60, "{refused}");
}

#[test]
fn figures_are_for_this_computer_or_for_a_token() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &[]);
    drop(layan.get("/nama/SITI?nik=6305061203059901"));
    let text = layan.get("/metrics").teks();
    assert!(
        text.contains("suket_permintaan_total{metode=\"GET\",rute=\"(tidak ada)\",status=\"404\"} 1"),
        "{text}"
    );
    assert!(text.contains("suket_lama_detik_bucket") && text.ends_with("# EOF\n"), "{text}");
    assert!(!text.contains("6305061203059901") && !text.contains("SITI"), "{text}");
    drop(layan.berhenti());

    // Behind a proxy every request seems to come from this computer.
    let proxied = Layan::mulai(&arsip, &["--behind-proxy"]);
    assert_eq!(proxied.get("/metrics").status, 403);
    drop(proxied.berhenti());
    let token = arsip.path("token");
    arsip::write(&token, b"0123456789abcdef0123\n");
    let tokened = Layan::mulai(&arsip, &["--metrics-token", &token.display().to_string()]);
    assert_eq!(tokened.get("/metrics").status, 403);
    for (given, status) in [("0123456789abcdef0123", 200), ("0123456789abcdef0124", 403), ("", 403)] {
        let line = format!("authorization: Bearer {given}\r\n");
        assert_eq!(tokened.get_sebagai("/metrics", &line).status, status, "{given}");
    }
}

#[test]
fn told_to_stop_it_finishes_what_was_begun() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let mut begun = layan.sambung();
    let head = "POST /v/status HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\
                expect: 100-continue\r\n\r\n";
    begun.write_all(head.as_bytes()).unwrap();
    // Its head has been read when the daemon asks for the rest.
    let mut told = [0; 25];
    begun.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    begun.write_all(b"SU").unwrap();
    layan.minta_berhenti();
    while std::net::TcpStream::connect(layan.alamat).is_ok() {
        std::thread::yield_now();
    }
    begun.write_all(b"KET").unwrap();
    let answer = selesai(begun).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.teks());
    assert!(answer.teks().contains("bukan-surat"), "{}", answer.teks());
    let (status, log) = layan.tunggu();
    assert!(status.success(), "{log}");
}

#[test]
fn what_an_earlier_process_left_behind_is_finished_and_said() {
    let arsip = Arsip::baru(CLU);
    // Committed, but not yet moved into the archive folder: what a process leaves that was killed in between.
    let mut office = suket::Office::open(&arsip.path("arsip"), 1).unwrap();
    let signers = office.unlock(umum::SANDI, umum::HARI).unwrap();
    let cases = vec![umum::kasus(CLU, "keterangan-perekaman")];
    let request = suket::IssueRequest {
        cases,
        date: umum::HARI,
        signers: &signers,
        skip_invalid: false,
        progress: &|| {},
    };
    assert_eq!(office.issue(request).unwrap().len(), 1);
    drop(office);
    let log = Layan::mulai(&arsip, &[]).siap().berhenti();
    assert!(log.contains("berkas yang tertinggal dipindah ke arsip"), "{log}");
    let again = Layan::mulai(&arsip, &[]).siap().berhenti();
    assert!(!again.contains("tertinggal"), "only once: {again}");
    assert_eq!(arsip::code(&arsip.run(&["archive", "check"])), 0);
}
