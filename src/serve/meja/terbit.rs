//! From the signer's yes to the numbered letter. The yes is put down first, with the request key of the letter; asked
//! again after a crash, the same key gives the same letter and never a second number.

use jiff::civil::Date;
use suket::{
    Cap, Cara, IssueRequest, Office, OfficeError, Outcome, RawCase, Secrets, Signers, SuratBerkas, Tindakan,
};
use zeroize::Zeroizing;

use super::form::whole;
use super::open::{self, Kata, Terbuka};
use super::trouble::Trouble;
use crate::cli::hex;
use crate::serve::app::App;

/// What one case of an act has come to.
pub(crate) enum Hasil {
    /// Numbered.
    Terbit(String),
    /// Not numbered, and why.
    Tidak(String),
}

/// What is needed to say yes.
pub(crate) struct Yes {
    /// SHA-256 of the draft that was seen.
    pub(crate) sha256: String,
    /// Recorded by a clerk from paper.
    pub(crate) disposisi: bool,
}

/// The draft of a letter as it would be on that day: its bytes, or why there is none.
pub(crate) fn draft(office: &Office, raw: RawCase, date: Date) -> Result<Vec<u8>, OfficeError> {
    let checked = office.check(raw, date).map_err(|findings| {
        let text: Vec<String> =
            findings.into_iter().filter(suket::Finding::refuses).map(|finding| finding.pesan).collect();
        OfficeError::Said(text.join("; "))
    })?;
    office.preview(&checked)
}

/// SHA-256 of the draft of a case, in hex.
pub(crate) async fn seen(app: &App, it: &Terbuka, date: Date) -> Result<String, Trouble> {
    let raw = whole(it.berkas.to_issue());
    Ok(app.office.read(move |office| draft(office, raw, date).map(|pdf| sha256(&pdf))).await??)
}

/// SHA-256 in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex(&sha2::Sha256::digest(bytes))
}

/// Whether every initial is still on the letter as it is: wording, template and profile may have changed too. Where not,
/// the case goes back to be initialled again.
pub(crate) async fn still_initialled(app: &App, it: &mut Terbuka, cap: &Cap) -> Result<bool, Trouble> {
    for paraf in it.berkas.paraf.clone() {
        if seen(app, it, paraf.tanggal).await? != paraf.sha256 {
            let kata = Kata { perbuatan: "paraf-basi", keterangan: "isi surat berubah sesudah diparaf" };
            open::apply(app, it, Tindakan::ParafBasi, cap, kata).await?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// Puts the yes down. Then the letter is issued, now or, after a crash, later.
pub(crate) async fn say_yes(app: &App, it: &mut Terbuka, yes: Yes, cap: &Cap) -> Result<(), Trouble> {
    let tanggal = app.today();
    if !still_initialled(app, it, cap).await? {
        return Err(Trouble::Said("surat berubah sesudah diparaf; paraf diminta lagi".to_owned()));
    }
    if seen(app, it, tanggal).await? != yes.sha256 {
        return Err(Trouble::Said("surat ini bukan lagi yang Anda lihat; baca sekali lagi".to_owned()));
    }
    let perbuatan = if yes.disposisi { "disposisi" } else { "setujui" };
    let kata = Kata { perbuatan, keterangan: "" };
    let deed = Tindakan::Setujui { sha256: yes.sha256, tanggal, disposisi: yes.disposisi };
    open::apply(app, it, deed, cap, kata).await
}

/// Issues the letters of cases that have their yes, together: one commit of the book. `passphrase` opens the signer's
/// own key for this act; it is forgotten with it.
pub(crate) async fn issue(
    app: &App,
    mut all: Vec<Terbuka>,
    passphrase: Option<Zeroizing<String>>,
    cap: &Cap,
) -> Result<Vec<(Terbuka, Hasil)>, Trouble> {
    let date = app.today();
    let electronic = app.meja.cara() == Cara::Elektronik;
    let cases: Vec<RawCase> = all.iter().map(|it| whole(it.berkas.to_issue())).collect();
    let done = app
        .office
        .write(move |office, signers| {
            let opened = match (electronic, &passphrase) {
                (true, Some(secret)) => {
                    let secrets = Secrets { passphrase: secret.as_bytes(), pin: Some(secret.as_str()) };
                    office.unlock_official(signers, secrets, date)?
                }
                (true, None) => {
                    return Err(OfficeError::Said("kata sandi kunci penanda tangan belum diisi".to_owned()));
                }
                (false, _) => signers.clone(),
            };
            run(office, cases, date, &opened)
        })
        .await;
    let outcomes = match done {
        Ok(Ok(outcomes)) => outcomes,
        Ok(Err(error)) => return undo(app, all, error.into(), cap).await,
        Err(gone) => return undo(app, all, gone.into(), cap).await,
    };
    let mut results = Vec::new();
    for (mut it, outcome) in all.drain(..).zip(outcomes) {
        let hasil = match outcome {
            Outcome::Issued(letter) => {
                let nomor = letter.entry.nomor.clone();
                enter(app, &mut it, &letter.entry, cap).await?;
                Hasil::Terbit(nomor)
            }
            Outcome::Refused(findings) | Outcome::HeldBack(findings) => {
                let why: Vec<String> = findings
                    .into_iter()
                    .filter(suket::Finding::refuses)
                    .map(|finding| finding.pesan)
                    .collect();
                let why = if why.is_empty() { "tidak diberi nomor".to_owned() } else { why.join("; ") };
                withdraw(app, &mut it, &why, cap).await?;
                Hasil::Tidak(why)
            }
        };
        results.push((it, hasil));
    }
    Ok(results)
}

fn run(
    office: &mut Office,
    cases: Vec<RawCase>,
    date: Date,
    signers: &Signers,
) -> Result<Vec<Outcome>, OfficeError> {
    office.issue(IssueRequest { cases, date, signers, skip_invalid: true, progress: &|| {} })
}

/// The letters could not be made: every yes is taken back, so that it is asked for again. A letter that was committed all
/// the same is found by its request key.
async fn undo(
    app: &App,
    all: Vec<Terbuka>,
    why: Trouble,
    cap: &Cap,
) -> Result<Vec<(Terbuka, Hasil)>, Trouble> {
    for mut it in all {
        if !found(app, &mut it, cap).await? {
            withdraw(app, &mut it, &why.to_string(), cap).await?;
        }
    }
    Err(why)
}

async fn withdraw(app: &App, it: &mut Terbuka, why: &str, cap: &Cap) -> Result<(), Trouble> {
    let kata = Kata { perbuatan: "batal-setuju", keterangan: why };
    open::apply(app, it, Tindakan::BatalSetuju(why.to_owned()), cap, kata).await
}

async fn enter(app: &App, it: &mut Terbuka, entry: &suket::Entry, cap: &Cap) -> Result<(), Trouble> {
    let surat = SuratBerkas {
        seq: entry.seq,
        nomor: entry.nomor.clone(),
        tahun: entry.tahun,
        tanggal: entry.tanggal,
    };
    let kata = Kata { perbuatan: "terbit", keterangan: &entry.nomor };
    open::apply(app, it, Tindakan::Terbit(surat), cap, kata).await
}

/// Enters the letter that the request key of a case has brought already.
async fn found(app: &App, it: &mut Terbuka, cap: &Cap) -> Result<bool, Trouble> {
    let Some(setuju) = it.berkas.setuju.clone() else { return Ok(true) };
    let entry = app.office.read(move |office| office.requested(&setuju.kunci)).await??;
    match entry {
        Some(entry) => enter(app, it, &entry, cap).await.map(|()| true),
        None => Ok(false),
    }
}

/// After a start: cases whose yes was put down, but not their number, and applications that are not in the book yet. In
/// an office with wet ink the letters are issued now; else the signer is asked again, since nobody but him may open his
/// key. Gives how many cases were mended.
pub(crate) async fn recover(app: &App) -> Result<usize, Trouble> {
    let cap = Cap { akun: "suket".to_owned(), nama: "suket".to_owned(), waktu: app.now().timestamp() };
    let (lost, waiting) = app
        .meja
        .desk(|desk| {
            let unregistered = desk.unregistered()?;
            let at = suket::Cari::Tahap(suket::Tahap::Terbit);
            Ok::<_, suket::DeskError>((unregistered, desk.find(at, u32::MAX)?))
        })
        .await??;
    let mended = lost.len() + waiting.len();
    for id in lost {
        let mut it = open::unchecked(app, id).await?;
        super::terima::register(app, &mut it, &cap).await?;
    }
    let mut rest = Vec::new();
    for one in waiting {
        let mut it = open::unchecked(app, one.id).await?;
        if found(app, &mut it, &cap).await? {
            continue;
        }
        if app.meja.cara() == Cara::Elektronik {
            withdraw(app, &mut it, "penandatanganan terputus; setujui sekali lagi", &cap).await?;
        } else {
            rest.push(it);
        }
    }
    if !rest.is_empty() {
        issue(app, rest, None, &cap).await?;
    }
    Ok(mended)
}
