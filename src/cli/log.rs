//! The log on the command line: `suket book verify`, `book checkpoint`, `get --receipt`.

use std::path::Path;

use suket::{LogSigner, Office, Verifier};

use super::args::{Global, Which};
use super::cases::write_file;
use super::keep::backup;
use super::look::find;
use super::say::{self, Failure};
use super::{archive, outside};

/// `suket book verify`.
pub(crate) fn verify(global: &Global, since: Option<&Path>) -> Result<u8, Failure> {
    let office = outside::look(global)?;
    let since = since.map(kept).transpose()?;
    let report = office.verify_log(since.as_deref()).map_err(outside::failure)?;
    if let Some(since) = since.as_deref() {
        // Looking writes nothing; only where an archive that was restored waits for such a witness is it noted down.
        if !office.unconfirmed().map_err(outside::failure)?.is_empty() {
            drop(office);
            backup::witness(global, since)?;
        }
    }
    Ok(archive::tell(&report, global))
}

/// A checkpoint or a proof that was kept elsewhere: its file, or a picture of a register page with its QR.
pub(crate) fn kept(path: &Path) -> Result<String, Failure> {
    let wrong = |why: &str| {
        let text = format!("{}: {why}", path.display());
        Failure::new(say::CALL, text, "berikan titik periksa, bukti, atau foto halaman register")
    };
    let bytes = std::fs::read(path).map_err(|e| wrong(&e.to_string()))?;
    if Verifier::is_picture(&bytes) {
        let found = Verifier::read_picture(&bytes).map_err(|e| wrong(&e.to_string()))?;
        return found.into_iter().next().ok_or_else(|| wrong("kode QR tidak terbaca"));
    }
    let text =
        String::from_utf8(bytes).map_err(|_binary| wrong("bukan teks dan bukan gambar PNG atau JPEG"))?;
    // Mail programs turn line ends.
    Ok(text.replace("\r\n", "\n"))
}

/// `suket book checkpoint`.
pub(crate) fn checkpoint(global: &Global, out: Option<&Path>) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    let newest = office.checkpoint().map_err(outside::failure)?;
    if newest.is_none_or(|(_, since)| since > 0) {
        let signer = office.unlock_log(&outside::passphrase(false)?).map_err(outside::failure)?;
        office.sign_log(&signer).map_err(outside::failure)?;
    }
    let Some((newest, _)) = office.checkpoint().map_err(outside::failure)? else {
        return Err(Failure::new(say::CALL, "buku agenda masih kosong", "terbitkan surat lebih dahulu"));
    };
    match out {
        Some(path) => write_file(path, newest.isi.as_bytes())?,
        None if global.json => {}
        None => say::line(newest.isi.trim_end()),
    }
    if global.json {
        let line = serde_json::json!({
            "catatan": newest.ukuran,
            "titik_periksa": newest.isi,
            "berkas": out.map(|path| path.display().to_string()),
        });
        say::line(&line.to_string());
    }
    Ok(say::DONE)
}

/// `suket get --receipt`.
pub(crate) fn receipt(global: &Global, which: &Which, out: &Path) -> Result<u8, Failure> {
    let office = outside::open(global, Some(1))?;
    let entry = find(&office, which)?;
    let text = office.receipt(&entry).map_err(outside::failure)?.ok_or_else(|| {
        let advice = "tandatangani dahulu dengan suket book checkpoint";
        Failure::new(say::MACHINE, "belum ada titik periksa yang memuat surat ini", advice)
    })?;
    write_file(out, text.as_bytes())?;
    if global.json {
        let line = serde_json::json!({
            "nomor": entry.nomor,
            "catatan": entry.seq,
            "bukti": text,
            "berkas": out.display().to_string(),
        });
        say::line(&line.to_string());
    }
    Ok(say::DONE)
}

/// The log's key, if a passphrase is at hand: opened before anything is recorded, so that a wrong one changes nothing.
pub(crate) fn signer(office: &Office) -> Result<Option<LogSigner>, Failure> {
    let passphrase = outside::passphrase_at_hand()?;
    passphrase.map(|passphrase| office.unlock_log(&passphrase).map_err(outside::failure)).transpose()
}

/// Signs the log after something was recorded. Without its key the next letter signs it.
pub(crate) fn sign(office: &mut Office, signer: Option<&LogSigner>, global: &Global) -> Result<(), Failure> {
    match signer {
        Some(signer) => {
            office.sign_log(signer).map_err(outside::failure)?;
        }
        None if !global.quiet => {
            say::advice(
                "catatan ini ditandatangani bersama surat berikutnya, atau sekarang dengan suket book checkpoint",
            );
        }
        None => {}
    }
    Ok(())
}
