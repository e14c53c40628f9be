//! People at the daemon's pages: an office with one account of each role, and a session that sends forms as a browser does.

use std::io::{Read, Write};
use std::net::TcpStream;

use suket::{AkunBaru, Desk, Peranan};

use super::arsip::Arsip;
use super::layan::{Jawab, Layan, medan};

/// The password of every account of the tests.
pub(crate) const SANDI_ORANG: &str = "kata rahasia uji";

/// Makes an account of each role, named after it; the Camat is the official who signs. Done before the daemon starts.
pub(crate) fn semua(arsip: &Arsip, pejabat: Option<&str>) {
    let mut desk = Desk::open(&arsip.path("arsip/meja.sqlite")).unwrap();
    let now = "2026-11-21T01:00:00Z".parse().unwrap();
    let mut entropy = super::tetap(7);
    for role in Peranan::ALL {
        let new = AkunBaru {
            masuk: role.as_str(),
            nama: &format!("Contoh {}", role.as_str()),
            peran: &[role],
            pejabat: pejabat.filter(|_| role == Peranan::Camat),
            aktif: true,
        };
        let (akun, _) = desk.add_account(&new, &mut entropy, now).unwrap();
        desk.set_password(&akun.id, SANDI_ORANG, &mut entropy).unwrap();
    }
}

/// Somebody who is signed in.
pub(crate) struct Orang<'a> {
    layan: &'a Layan,
    kue: String,
    pub(crate) csrf: String,
}

impl<'a> Orang<'a> {
    pub(crate) fn masuk(layan: &'a Layan, nama: &str) -> Self {
        let body = medan(&[("masuk", nama), ("sandi", SANDI_ORANG)]);
        let answer = layan.post("/masuk", "application/x-www-form-urlencoded", body.as_bytes());
        assert_eq!(answer.status, 303, "{nama}: {}", answer.teks());
        let kue = answer.kepala["set-cookie"].split(';').next().unwrap().to_owned();
        let mut own = Self { layan, kue, csrf: String::new() };
        own.csrf = sesudah(&own.get("/sandi").teks(), "name=\"csrf\" value=\"");
        own
    }

    fn kepala(&self) -> String {
        format!("cookie: {}\r\nsec-fetch-site: same-origin\r\n", self.kue)
    }

    pub(crate) fn get(&self, path: &str) -> Jawab {
        self.layan.get_sebagai(path, &self.kepala())
    }

    /// A page that must open; gives its text.
    pub(crate) fn baca(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.teks());
        polos(&answer)
    }

    /// A form of this session.
    pub(crate) fn kirim(&self, path: &str, fields: &[(&str, &str)]) -> Jawab {
        let body = medan(&[&[("csrf", self.csrf.as_str())], fields].concat());
        self.layan.post_sebagai(path, "application/x-www-form-urlencoded", body.as_bytes(), &self.kepala())
    }

    /// A form with a file, with a token that may be another one.
    pub(crate) fn unggah(&self, path: &str, csrf: &str, field: &str, bytes: &[u8]) -> Jawab {
        let part = "--batas\r\ncontent-disposition: form-data; name=";
        let before = format!("{part}\"csrf\"\r\n\r\n{csrf}\r\n{part}\"{field}\"; filename=\"a\"\r\n\r\n");
        let body = [before.as_bytes(), bytes, b"\r\n--batas--\r\n"].concat();
        self.layan.post_sebagai(path, "multipart/form-data; boundary=batas", &body, &self.kepala())
    }

    /// Opens a stream and reads until these words have come; gives what was read, and the rest to be read.
    pub(crate) fn dengar(&self, path: &str, words: &str) -> (String, TcpStream) {
        let mut stream = self.layan.sambung();
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{}\r\n", self.kepala());
        stream.write_all(head.as_bytes()).unwrap();
        let (mut text, mut buffer) = (String::new(), [0; 512]);
        while !text.contains(words) {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "{path}: {text}");
            text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        (text, stream)
    }
}

/// The text of a page; slashes stand in it as they are.
pub(crate) fn polos(answer: &Jawab) -> String {
    answer.teks().replace("&#x2f;", "/")
}

/// What stands between these words and the next quotation mark.
pub(crate) fn sesudah(text: &str, before: &str) -> String {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before}: {text}")).1;
    rest.split('"').next().unwrap().to_owned()
}
