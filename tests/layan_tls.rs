//! TLS of the daemon, looked at with OpenSSL and curl.
#![cfg(feature = "layan")]
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod umum;

use std::process::Command;

use umum::arsip::Arsip;
use umum::layan::{Layan, menolak as check};

const CLU: &str = "candi-laras-utara";

/// Other people's tools on the connection.
fn openssl(args: &[&str]) -> (bool, String) {
    let out = Command::new("openssl").args(args).stdin(std::process::Stdio::null()).output().unwrap();
    let text = [out.stdout, out.stderr].concat();
    (out.status.success(), String::from_utf8_lossy(&text).into_owned())
}

fn connect(address: &str, name: &str, ca: &str) -> (bool, String) {
    let flag = if name.parse::<std::net::IpAddr>().is_ok() { "-verify_ip" } else { "-verify_hostname" };
    openssl(&["s_client", "-connect", address, "-CAfile", ca, "-verify_return_error", flag, name])
}

#[test]
fn the_local_authority_speaks_for_this_computer_only() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &["--tls-local", "--host", "kantor.lan", "192.168.7.9"]);
    let (address, ca) =
        (layan.alamat.to_string(), arsip.path("arsip/kunci/web-ca.pem").display().to_string());
    for name in ["kantor.lan", "localhost", "127.0.0.1", "192.168.7.9"] {
        let (good, text) = connect(&address, name, &ca);
        assert!(good && text.contains("Verify return code: 0"), "{name}: {text}");
    }
    for name in ["bank.example", "192.168.7.10"] {
        assert!(!connect(&address, name, &ca).0, "{name}: the server has no such certificate");
    }
    for version in ["-tls1", "-tls1_1"] {
        assert!(!openssl(&["s_client", "-connect", &address, version]).0, "{version}");
    }
    assert!(layan.kirim(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").is_none(), "no plain HTTP");
    // Whoever steals the authority's key cannot speak for others: its certificate forbids it.
    let at = |name: &str| arsip.path(name).display().to_string();
    let key = arsip.path("arsip/kunci/web-ca.kunci.pem").display().to_string();
    for (name, held) in [("kantor.lan", true), ("bank.example", false)] {
        let subject = ["-subj", "/CN=x", "-addext", &format!("subjectAltName=DNS:{name}")].map(str::to_owned);
        let made =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
        let (out, own) = (at("palsu.pem"), at("palsu.kunci.pem"));
        let files = [
            "-CA",
            &ca,
            "-CAkey",
            &key,
            "-out",
            &out,
            "-keyout",
            &own,
            "-addext",
            "basicConstraints=CA:FALSE",
        ];
        let subject: Vec<&str> = subject.iter().map(String::as_str).collect();
        let (made, text) = openssl(&[&made[..], &files, &subject].concat());
        assert!(made, "{text}");
        let (good, text) = openssl(&["verify", "-CAfile", &ca, "-verify_hostname", name, &out]);
        assert_eq!(good, held, "{name}: {text}");
        assert!(held || text.contains("permitted subtree violation"), "{name}: {text}");
    }
    drop(layan.berhenti());
    // Kept over restarts; another name needs another authority, and somebody's decision.
    let before = std::fs::read(&ca).unwrap();
    drop(Layan::mulai(&arsip, &["--tls-local", "--host", "kantor.lan"]).berhenti());
    assert_eq!(std::fs::read(&ca).unwrap(), before);
    let other = ["--listen", "127.0.0.1:0", "--tls-local", "--host", "lain.lan"];
    check(&arsip, &other, 2, &["lain.lan", "kunci/web-ca.pem"]);
}

#[test]
fn other_computers_get_the_certificate_and_a_sheet_about_it() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &["--tls-local", "--host", "kantor.lan"]);
    let (port, ca) = (layan.alamat.port(), arsip.path("arsip/kunci/web-ca.pem").display().to_string());
    let fetch = |path: &str, more: &[&str]| {
        let resolve = format!("kantor.lan:{port}:127.0.0.1");
        let url = format!("https://kantor.lan:{port}{path}");
        let args = ["-sS", "-D", "-", "--cacert", &ca, "--resolve", &resolve, &url];
        let out = Command::new("curl").args(args).args(more).output().unwrap();
        (out.status.success(), out.stdout)
    };
    let (good, answer) = fetch("/ca.crt", &[]);
    let text = String::from_utf8_lossy(&answer).into_owned();
    assert!(good && text.contains("application/x-x509-ca-cert"), "{text}");
    assert!(text.ends_with(&std::fs::read_to_string(&ca).unwrap()), "{text}");
    assert!(text.contains("strict-transport-security: max-age="), "{text}");
    let (good, answer) = fetch("/ca", &[]);
    assert!(good && answer.windows(5).any(|five| five == b"%PDF-"));
    let pdf = answer.windows(5).position(|five| five == b"%PDF-").unwrap();
    let sheet = umum::akar().join("target/tmp/lembar/sertifikat.pdf");
    umum::tulis(&sheet, &answer[pdf..]);
    // The sheet shows what other people's tools show.
    let (good, text) = openssl(&["x509", "-in", &ca, "-noout", "-fingerprint", "-sha256"]);
    assert!(good);
    let sidik: String = text.trim().rsplit('=').next().unwrap().replace(':', "");
    let out = Command::new("pdftotext").arg(&sheet).arg("-").output().unwrap();
    let shown: String = String::from_utf8_lossy(&out.stdout).split_whitespace().collect();
    assert!(shown.contains(&sidik), "{shown} does not show {sidik}");
    drop(layan.berhenti());
    // A certificate that another authority has signed is not believed.
    let stranger = Arsip::baru(CLU);
    let layan = Layan::mulai(&stranger, &["--tls-local", "--host", "kantor.lan"]);
    assert!(!connect(&layan.alamat.to_string(), "kantor.lan", &ca).0);
}

#[test]
fn an_office_may_bring_its_own_certificate() {
    let arsip = Arsip::baru(CLU);
    let at = |name: &str| arsip.path(name).display().to_string();
    let make = |name: &str| {
        let (cert, key) = (at(&format!("{name}.pem")), at(&format!("{name}.kunci.pem")));
        let args =
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x", "-addext"];
        let (made, text) = openssl(
            &[&args[..], &["subjectAltName=DNS:kantor.go.id", "-out", &cert, "-keyout", &key]].concat(),
        );
        assert!(made, "{text}");
        (cert, key)
    };
    let (cert, key) = make("sendiri");
    let layan = Layan::mulai(&arsip, &["--tls-cert", &cert, "--tls-key", &key, "--host", "kantor.go.id"]);
    let (good, text) = connect(&layan.alamat.to_string(), "kantor.go.id", &cert);
    assert!(good, "{text}");
    let (_, other) = make("lain");
    check(&arsip, &["--listen", "127.0.0.1:0", "--tls-cert", &cert, "--tls-key", &other], 2, &["TLS"]);
}
