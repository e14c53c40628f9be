//! Deeds: one address for each, `POST /berkas/{id}/{perbuatan}`. Each is asked of the table of rights first, with the
//! case as it stands now; what is refused is written down.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use suket::{
    By, Cap, Case, Hasil as HasilMohon, IssueRequest, OfficeError, Outcome, Pengembalian, Perbuatan,
    Peristiwa, Status, Tindakan,
};
use zeroize::Zeroizing;

use super::open::{self, Kata, Terbuka};
use super::session::{Fields, Isian, Orang};
use super::terbit::{self, Hasil, Yes};
use super::trouble::Trouble;
use super::{berkas, cetak, form};
use crate::cli::outside;
use crate::serve::app::App;

/// `POST /berkas/{id}/ubah`: the same address shows the form, so it has a route of its own.
pub(super) async fn edit(
    state: State<App>,
    Path(id): Path<String>,
    isian: Isian,
) -> Result<Response, Trouble> {
    Box::pin(act(state, Path((id, Perbuatan::Ubah.as_str().to_owned())), isian)).await
}

/// See the module.
pub(super) async fn act(
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
    isian: Isian,
) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    let act = Perbuatan::parse(&name).ok_or(Trouble::Unknown("perbuatan"))?;
    let mut it = open::open(&app, &orang, &id).await?;
    it.must(&app, &orang, act).await?;
    // Who acts on a page that somebody else has changed meanwhile must read it again.
    let versi = fields.get("versi");
    if !versi.is_empty() && versi != it.berkas.versi.to_string() {
        return Err(suket::DeskError::Changed.into());
    }
    orang.note(&app, act.as_str(), &id, "boleh", "").await?;
    if let Some(answer) = other(&app, &orang, &mut it, act, &fields).await? {
        return Ok(answer);
    }
    let deed = plain(&app, &orang, &mut it, act, &fields).await?;
    let said = fields.get("alasan").to_owned();
    let kata = Kata { perbuatan: act.as_str(), keterangan: &said };
    open::apply(&app, &mut it, deed, &orang.cap(), kata).await?;
    Ok(back(&id))
}

fn back(id: &str) -> Response {
    Redirect::to(&format!("/berkas/{id}")).into_response()
}

/// Deeds that answer with something else than the case.
async fn other(
    app: &App,
    orang: &Orang,
    it: &mut Terbuka,
    act: Perbuatan,
    fields: &Fields,
) -> Result<Option<Response>, Trouble> {
    let answer = match act {
        Perbuatan::Ubah | Perbuatan::Rekam => berkas::save(app, orang, it, act, fields).await?,
        Perbuatan::Setujui | Perbuatan::Disposisi => {
            let yes = Yes { sha256: fields.get("sha256").to_owned(), disposisi: act == Perbuatan::Disposisi };
            may_sign(app, orang, act).await?;
            let cap = orang.cap();
            terbit::say_yes(app, it, yes, &cap).await?;
            let one = open::unchecked(app, it.berkas.id.clone()).await?;
            let passphrase = Some(Zeroizing::new(fields.get("kata_sandi").to_owned()));
            let done = terbit::issue(app, vec![one], passphrase, &cap).await?;
            match done.into_iter().next() {
                Some((_, Hasil::Tidak(why))) => return Err(Trouble::Said(why)),
                _ => back(&it.berkas.id),
            }
        }
        Perbuatan::Cetak | Perbuatan::CetakUlang => cetak::letter(app, orang, it, act, fields).await?,
        Perbuatan::Lihat | Perbuatan::Draf => return Err(Trouble::Unknown("perbuatan")),
        Perbuatan::Lanjut
        | Perbuatan::Tidak
        | Perbuatan::Kembalikan
        | Perbuatan::Kembali
        | Perbuatan::Tunggu
        | Perbuatan::Teruskan
        | Perbuatan::Tarik
        | Perbuatan::Paraf
        | Perbuatan::TolakParaf
        | Perbuatan::TolakSetuju
        | Perbuatan::Tinta
        | Perbuatan::TolakTinta
        | Perbuatan::Hubungi
        | Perbuatan::Serahkan
        | Perbuatan::TandaTerima => return Ok(None),
    };
    Ok(Some(answer))
}

/// Deeds that only move the case; what the book has to know of them is written there first.
async fn plain(
    app: &App,
    orang: &Orang,
    it: &mut Terbuka,
    act: Perbuatan,
    fields: &Fields,
) -> Result<Tindakan, Trouble> {
    let alasan = fields.get("alasan").to_owned();
    Ok(match act {
        Perbuatan::Lanjut => {
            ready_for(app, it).await?;
            Tindakan::Lanjut
        }
        Perbuatan::Tidak => Tindakan::Tidak(suket::reason(&alasan)?),
        Perbuatan::Kembalikan => give_back(app, orang, it, fields).await?,
        Perbuatan::Kembali => {
            answer(app, orang, it, HasilMohon::Dilanjutkan, "pemohon datang kembali").await?;
            Tindakan::Kembali
        }
        Perbuatan::Tunggu => Tindakan::Tunggu(fields.get("sebab").to_owned()),
        Perbuatan::Teruskan => Tindakan::Teruskan,
        Perbuatan::Tarik => {
            answer(app, orang, it, HasilMohon::Ditarik, &suket::reason(&alasan)?).await?;
            Tindakan::Tarik(alasan)
        }
        Perbuatan::Paraf => {
            let tanggal = app.today();
            let sha256 = terbit::seen(app, it, tanggal).await?;
            if sha256 != fields.get("sha256") {
                return Err(Trouble::Said(
                    "surat ini bukan lagi yang Anda lihat; baca sekali lagi".to_owned(),
                ));
            }
            Tindakan::Paraf { sha256, tanggal, peran: it.at.pelaku }
        }
        Perbuatan::TolakParaf | Perbuatan::TolakSetuju => Tindakan::Tolak(alasan),
        Perbuatan::Tinta => Tindakan::Tinta,
        Perbuatan::TolakTinta => {
            let said = suket::reason(&alasan)?;
            void(app, orang, it, said.clone()).await?;
            Tindakan::TolakTinta(said)
        }
        Perbuatan::Hubungi => Tindakan::Hubungi,
        Perbuatan::Serahkan => {
            hand_over(app, orang, it, fields.get("penerima").to_owned()).await?;
            Tindakan::Serahkan
        }
        Perbuatan::TandaTerima => Tindakan::Lembar(slip(app, it, "tanda-terima", None).await?),
        Perbuatan::Lihat
        | Perbuatan::Draf
        | Perbuatan::Ubah
        | Perbuatan::Rekam
        | Perbuatan::Setujui
        | Perbuatan::Disposisi
        | Perbuatan::Cetak
        | Perbuatan::CetakUlang => return Err(Trouble::Unknown("perbuatan")),
    })
}

/// Where papers were checked or a letter was drafted, the case goes on only if it has what these need.
async fn ready_for(app: &App, it: &Terbuka) -> Result<(), Trouble> {
    let (papers, whole) = (it.at.tahap == suket::Tahap::Periksa, it.at.tahap == suket::Tahap::Konsep);
    if !papers && !whole {
        return Ok(());
    }
    let (raw, date) = (form::whole(it.berkas.to_issue()), app.today());
    let findings = app.office.read(move |office| office.findings(raw, date)).await?;
    let stops = |finding: &&suket::Finding| {
        finding.refuses() && (whole || (papers && finding.kode == suket::Code::SyaratKurang))
    };
    let list: Vec<&str> = findings.iter().filter(stops).map(|finding| finding.pesan.as_str()).collect();
    if list.is_empty() { Ok(()) } else { Err(Trouble::Said(list.join("; "))) }
}

/// Whoever says yes as a signer must be the official whose mandate covers the day, where the account names one.
pub(super) async fn may_sign(app: &App, orang: &Orang, act: Perbuatan) -> Result<(), Trouble> {
    let Some(own) = orang.sesi.akun.pejabat.clone().filter(|_| act == Perbuatan::Setujui) else {
        return Ok(());
    };
    let today = app.today();
    let signer = app
        .office
        .read(move |office| {
            office.profile().signer_on(today).map(|pejabat| (pejabat.key_name(), pejabat.nama.clone()))
        })
        .await?;
    match signer {
        Some((key, _)) if key == own => Ok(()),
        Some((_, nama)) => Err(Trouble::Said(format!("hari ini yang berwenang menandatangani: {nama}"))),
        None => Err(Trouble::Said("hari ini tidak ada pejabat yang berwenang menandatangani".to_owned())),
    }
}

/// The slip that says what is missing, under the office's seal; the application is answered in the book.
async fn give_back(app: &App, orang: &Orang, it: &Terbuka, fields: &Fields) -> Result<Tindakan, Trouble> {
    let kurang: Vec<String> = fields.all("kurang").map(str::to_owned).collect();
    let sebab = fields.get("alasan").to_owned();
    if kurang.is_empty() && sebab.is_empty() {
        return Err(Trouble::Said("pilih apa yang kurang, atau tulis sebabnya".to_owned()));
    }
    let mut why: Vec<String> = Vec::new();
    if !kurang.is_empty() {
        why.push(format!("kurang {}", kurang.join(", ")));
    }
    why.extend(Some(sebab.clone()).filter(|text| !text.is_empty()));
    let why = suket::reason(&why.join("; "))?;
    let saran = Some(fields.get("saran").to_owned()).filter(|text| !text.is_empty());
    let what = Pengembalian { kurang, sebab: Some(sebab).filter(|text| !text.is_empty()), saran };
    let lembar = slip(app, it, "pengembalian", Some(what)).await?;
    answer(app, orang, it, HasilMohon::Dikembalikan, &why).await?;
    Ok(Tindakan::Kembalikan { sebab: why, lembar: Some(lembar) })
}

/// Makes a slip of a case; gives its number. Asked again after a crash, it is the same slip.
async fn slip(
    app: &App,
    it: &Terbuka,
    jenis: &str,
    pengembalian: Option<Pengembalian>,
) -> Result<String, Trouble> {
    let what = serde_json::to_string(&pengembalian).unwrap_or_default();
    let digest = terbit::sha256(what.as_bytes());
    let short = digest.get(..8).unwrap_or_default();
    let kunci = format!("meja-{}-{jenis}-{}-{short}", it.berkas.id, it.berkas.lembar.len());
    let case = Case {
        jenis: jenis.to_owned(),
        kunci_permintaan: Some(kunci),
        pengembalian: pengembalian.unwrap_or_default(),
        menggantikan: None,
        alasan_ganti: None,
        ..it.berkas.kasus.clone()
    };
    let (raw, date) = (form::whole(case), app.today());
    let outcome = app
        .office
        .write(move |office, signers| {
            let request =
                IssueRequest { cases: vec![raw], date, signers, skip_invalid: false, progress: &|| {} };
            office.issue(request)
        })
        .await??;
    match outcome.into_iter().next() {
        Some(Outcome::Issued(letter)) => Ok(letter.entry.nomor),
        Some(Outcome::Refused(findings) | Outcome::HeldBack(findings)) => {
            let list: Vec<String> =
                findings.into_iter().filter(suket::Finding::refuses).map(|finding| finding.pesan).collect();
            Err(Trouble::Said(list.join("; ")))
        }
        None => Err(Trouble::Panicked),
    }
}

/// Answers the application in the book.
pub(super) async fn answer(
    app: &App,
    orang: &Orang,
    it: &Terbuka,
    hasil: HasilMohon,
    why: &str,
) -> Result<(), Trouble> {
    let Some(nomor) = it.berkas.permohonan else { return Ok(()) };
    let (why, oleh, tanggal) = (why.to_owned(), orang.sesi.akun.nama.clone(), app.today());
    change(app, move |office| {
        // Asked again after a crash, it is there already.
        let known = office.applications(nomor.tahun)?.into_iter().find(|one| one.seq == nomor.seq);
        let last =
            known.and_then(|one| one.jawaban.last().and_then(|event| event.isi.peristiwa.answers(one.seq)));
        if last == Some(hasil) {
            return Ok(());
        }
        office.answer(nomor.seq, hasil, &why, By { tanggal, oleh: &oleh }).map(|_| ())
    })
    .await
}

/// Changes the book, and signs its log.
pub(super) async fn change(
    app: &App,
    job: impl FnOnce(&mut suket::Office) -> Result<(), OfficeError> + Send + 'static,
) -> Result<(), Trouble> {
    app.office
        .write(move |office, signers| {
            job(office)?;
            signers.log().map_or(Ok(0), |log| office.sign_log(log)).map(|_| ())
        })
        .await??;
    Ok(())
}

async fn void(app: &App, orang: &Orang, it: &Terbuka, why: String) -> Result<(), Trouble> {
    let Some(surat) = it.berkas.surat.clone() else { return Err(suket::DeskError::NotNow.into()) };
    let (oleh, tanggal) = (orang.sesi.akun.nama.clone(), app.today());
    change(app, move |office| match office.entry(surat.seq)? {
        Some(entry) if entry.status == Status::Batal => Ok(()),
        Some(entry) => office.void(&entry, &why, By { tanggal, oleh: &oleh }).map(|_| ()),
        None => Err(OfficeError::Said("surat ini tidak ada di buku".to_owned())),
    })
    .await
}

async fn hand_over(app: &App, orang: &Orang, it: &Terbuka, penerima: String) -> Result<(), Trouble> {
    let Some(surat) = it.berkas.surat.clone() else { return Err(suket::DeskError::NotNow.into()) };
    let Cap { nama: oleh, .. } = orang.cap();
    let tanggal = app.today();
    change(app, move |office| {
        let entry = office.entry(surat.seq)?;
        let entry = entry.ok_or_else(|| OfficeError::Said("surat ini tidak ada di buku".to_owned()))?;
        let given = |event: &suket::Event| matches!(event.isi.peristiwa, Peristiwa::Serah { .. });
        if office.events(Some(&entry))?.iter().any(given) {
            return Ok(());
        }
        let by = By { tanggal, oleh: &oleh };
        office.hand_over(&entry, &penerima, &mut outside::entropy, by).map(|_| ())
    })
    .await
}
