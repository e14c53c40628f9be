//! The binary run on an archive of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

pub(crate) struct Arsip {
    pub(crate) folder: tempfile::TempDir,
}

impl Arsip {
    pub(crate) fn kosong() -> Self {
        let arsip = Self { folder: tempfile::tempdir().unwrap() };
        write(&arsip.path("sandi"), b"sandi uji\n");
        arsip
    }

    pub(crate) fn baru(profile: &str) -> Self {
        let arsip = Self::kosong();
        let file = arsip.path("kantor.toml");
        // The office has sealed long before the tests' day, whatever day it is now.
        let text = suket::Profile::builtin(profile).unwrap();
        write(&file, format!("segel_sejak = 2026-01-01\n{text}").as_bytes());
        let out = arsip.run(&["init", "--profile", &file.display().to_string()]);
        assert_eq!(code(&out), 0, "{}", err(&out));
        arsip
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_suket"))
            .arg("--archive")
            .arg(self.path("arsip"))
            .args(args)
            .env("SUKET_PASSPHRASE_FILE", self.path("sandi"))
            .output()
            .unwrap()
    }

    pub(crate) fn count(&self) -> usize {
        lines(&self.run(&["--json", "list"])).len()
    }
}

pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::io::Write::write_all(&mut std::fs::File::create(path).unwrap(), bytes).unwrap();
}

pub(crate) fn code(out: &Output) -> i32 {
    out.status.code().unwrap()
}

pub(crate) fn err(out: &Output) -> String {
    String::from_utf8(out.stderr.clone()).unwrap()
}

pub(crate) fn lines(out: &Output) -> Vec<Value> {
    String::from_utf8(out.stdout.clone())
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub(crate) fn kasus(kantor: &str, jenis: &str) -> String {
    super::akar().join(format!("tests/kasus/kantor/{kantor}/{jenis}.toml")).display().to_string()
}
