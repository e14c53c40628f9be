//! People of [`super::awak`] who sit at the pages: who reads a page expects it to open.

use std::io::{Read, Write};
use std::net::TcpStream;

use suket::Peranan;

use super::arsip::Arsip;
use super::awak;
use super::layan::{Jawab, Layan};

/// Makes an account of each role, named after it; the Camat is the official who signs. Done before the daemon starts.
pub(crate) fn semua(arsip: &Arsip, pejabat: Option<&str>) {
    for role in Peranan::ALL {
        awak::akun_pejabat(arsip, role, pejabat.filter(|_| role == Peranan::Camat));
    }
}

/// Somebody who is signed in at a daemon.
pub(crate) struct Orang<'a> {
    layan: &'a Layan,
    diri: awak::Orang,
    pub(crate) csrf: String,
}

impl<'a> Orang<'a> {
    pub(crate) fn masuk(layan: &'a Layan, nama: &str) -> Self {
        let diri = awak::Orang::bernama(layan, nama, String::new());
        Self { layan, csrf: diri.csrf.clone(), diri }
    }

    pub(crate) fn get(&self, path: &str) -> Jawab {
        self.diri.get(self.layan, path)
    }

    /// A page that must open; gives its text.
    pub(crate) fn baca(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.teks());
        polos(&answer)
    }

    /// A form of this session.
    pub(crate) fn kirim(&self, path: &str, fields: &[(&str, &str)]) -> Jawab {
        self.diri.post(self.layan, path, fields)
    }

    /// A form with a file, with a token that may be another one.
    pub(crate) fn unggah(&self, path: &str, csrf: &str, field: &str, bytes: &[u8]) -> Jawab {
        self.diri.unggah(self.layan, path, csrf, (field, bytes))
    }

    /// Opens a stream and reads until these words have come; gives what was read, and the rest to be read.
    pub(crate) fn dengar(&self, path: &str, words: &str) -> (String, TcpStream) {
        let mut stream = self.layan.sambung();
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{}\r\n", self.diri.head());
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
