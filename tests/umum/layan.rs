//! The daemon run on an archive of its own, and spoken to over plain connections.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use super::arsip::Arsip;

/// A daemon on a free port.
pub(crate) struct Layan {
    child: Child,
    pub(crate) alamat: SocketAddr,
    log: Arc<Mutex<String>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Jawab {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) kepala: BTreeMap<String, String>,
    pub(crate) isi: Vec<u8>,
}

impl Jawab {
    pub(crate) fn teks(&self) -> String {
        String::from_utf8_lossy(&self.isi).into_owned()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let kepala = lines.filter_map(|line| line.split_once(": "));
        let kepala = kepala.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Some(Self { status, kepala, isi: bytes[end + 4..].to_vec() })
    }
}

/// A command that starts the daemon on a free port, on the tests' day.
pub(crate) fn perintah(arsip: &Arsip, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suket"));
    command
        .arg("--archive")
        .arg(arsip.path("arsip"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(args)
        .env("SUKET_PASSPHRASE_FILE", arsip.path("sandi"))
        .env("SUKET_UJI_HARI", "2026-11-21")
        .env_remove("CREDENTIALS_DIRECTORY")
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    command
}

impl Layan {
    pub(crate) fn mulai(arsip: &Arsip, args: &[&str]) -> Self {
        Self::dengan(perintah(arsip, args))
    }

    /// Starts the daemon and waits for the line that says where it listens.
    pub(crate) fn dengan(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        let alamat = loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "layanan berhenti: {first}");
            first.push_str(&line);
            if let Some((_, address)) = line.trim().split_once("suket melayani di ") {
                break address.split_once("//").unwrap().1.parse().unwrap();
            }
        };
        let log = Arc::new(Mutex::new(first));
        let reader = std::thread::spawn({
            let log = Arc::clone(&log);
            move || {
                for line in lines.lines().map_while(Result::ok) {
                    let mut log = log.lock().unwrap();
                    log.push_str(&line);
                    log.push('\n');
                }
            }
        });
        Self { child, alamat, log, reader: Some(reader) }
    }

    /// Waits until the keys are open.
    pub(crate) fn siap(self) -> Self {
        while !self.get("/healthz").teks().contains("\"siap\"") {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        self
    }

    pub(crate) fn sambung(&self) -> TcpStream {
        TcpStream::connect(self.alamat).unwrap()
    }

    /// Sends bytes as they are and reads until the daemon closes.
    pub(crate) fn kirim(&self, bytes: &[u8]) -> Option<Jawab> {
        let mut stream = self.sambung();
        // The daemon may answer and close before it has read everything.
        let _cut = stream.write_all(bytes);
        selesai(stream)
    }

    pub(crate) fn get(&self, path: &str) -> Jawab {
        self.get_sebagai(path, "")
    }

    /// `more` are further lines of the head.
    pub(crate) fn get_sebagai(&self, path: &str, more: &str) -> Jawab {
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{more}\r\n");
        self.kirim(head.as_bytes()).unwrap()
    }

    pub(crate) fn post(&self, path: &str, kind: &str, body: &[u8]) -> Jawab {
        self.post_sebagai(path, kind, body, "")
    }

    pub(crate) fn post_sebagai(&self, path: &str, kind: &str, body: &[u8], more: &str) -> Jawab {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {kind}\r\n\
             content-length: {length}\r\n{more}\r\n"
        );
        self.kirim(&[head.as_bytes(), body].concat()).unwrap()
    }

    /// A form's file, as a browser sends it.
    pub(crate) fn berkas(&self, bytes: &[u8]) -> Jawab {
        let before = "--batas\r\ncontent-disposition: form-data; name=\"berkas\"; filename=\"a\"\r\n\r\n";
        let body = [before.as_bytes(), bytes, b"\r\n--batas--\r\n"].concat();
        self.post("/periksa/berkas", "multipart/form-data; boundary=batas", &body)
    }

    /// Asks it to stop, as systemd does.
    pub(crate) fn minta_berhenti(&self) {
        let killed = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success());
    }

    /// Waits for the end; gives everything that it has said.
    pub(crate) fn tunggu(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
        (status, self.log.lock().unwrap().clone())
    }

    pub(crate) fn berhenti(self) -> String {
        self.minta_berhenti();
        let (status, log) = self.tunggu();
        assert!(status.success(), "{status}: {log}");
        log
    }
}

impl Drop for Layan {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Reads until the daemon closes; `None` without an answer.
pub(crate) fn selesai(mut stream: TcpStream) -> Option<Jawab> {
    let mut bytes = Vec::new();
    let _reset = stream.read_to_end(&mut bytes);
    Jawab::read(&bytes)
}

/// A form's fields, encoded.
pub(crate) fn medan(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02X}")).collect() };
    fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

/// The daemon refuses to start so, with this code, and says these words.
pub(crate) fn menolak(arsip: &Arsip, args: &[&str], code: i32, words: &[&str]) {
    let out = arsip.run(&[&["serve"], args].concat());
    let told = super::arsip::err(&out);
    assert_eq!(out.status.code(), Some(code), "{args:?}: {told}");
    for word in words.iter().chain(&["galat: ", "saran: "]) {
        assert!(told.contains(word), "{args:?} does not say {word:?}: {told}");
    }
}
