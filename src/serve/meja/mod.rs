//! The pages of the staff: signing in, the board, cases and what is done to them. Everything works without JavaScript.

mod akun;
mod berkas;
mod buku;
mod cari;
mod cetak;
mod datasaya;
pub(super) mod form;
mod frame;
mod jejak;
mod kabar;
mod kata;
mod kunci;
mod masuk;
pub(super) mod open;
mod papan;
pub(super) mod session;
mod sop;
pub(super) mod state;
mod surat;
pub(super) mod terbit;
pub(super) mod terima;
mod tindak;
pub(super) mod trouble;
mod unduh;
mod unggah;
mod waktu;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use suket::{AkunBaru, Peranan};

use super::app::App;
use crate::cli::{outside, say};

/// The staff's routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(papan::board))
        .route("/tandatangan", get(papan::inbox).post(papan::sign))
        .route("/hubungi", get(papan::to_call))
        .route("/berkas/baru", get(berkas::new).post(berkas::create))
        .route("/berkas/periksa", post(berkas::check))
        .route("/berkas/{id}", get(berkas::view))
        .route("/berkas/{id}/ubah", get(berkas::edit).post(tindak::edit))
        .route("/berkas/{id}/draf.pdf", get(cetak::draft))
        .route("/berkas/{id}/salinan.pdf", get(cetak::copy))
        .route("/berkas/{id}/lembar/{n}", get(cetak::slip))
        .route("/berkas/{id}/{perbuatan}", post(tindak::act))
        .route("/akun", get(akun::list).post(akun::add))
        .route("/akun/{id}", get(akun::edit).post(akun::change))
        .route("/akun/{id}/nonaktif", post(akun::end))
        .route("/akun/{id}/undangan", post(akun::invite))
        .route("/token", post(akun::add_token))
        .route("/token/{id}/akhiri", post(akun::end_token))
        .route("/buku", get(buku::list))
        .route("/buku/tutup", get(buku::may_close).post(buku::close))
        .route("/buku/luar", get(buku::outside_form).post(buku::outside))
        .route("/buku/unduh/{berkas}", get(unduh::book))
        .route("/cari", get(cari::form).post(cari::person))
        .route("/surat/{seq}", get(surat::view))
        .route("/surat/{seq}/surat.pdf", get(surat::original))
        .route("/surat/{seq}/salinan.pdf", get(surat::copy))
        .route("/surat/{seq}/bukti", get(surat::proof))
        .route("/surat/{seq}/batal", post(surat::void))
        .route("/surat/{seq}/ambil", post(surat::collected))
        .route("/kabar", get(kabar::board))
        .route("/kabar/{id}", get(kabar::job))
        .route(
            "/unggah",
            get(unggah::page).post(unggah::take).layer(DefaultBodyLimit::max(unggah::FILE + 64 * 1024)),
        )
        .route("/unggah/{id}", get(unggah::result))
        .route("/jejak", get(jejak::list))
        .route("/data-saya", get(datasaya::form).post(datasaya::answer))
        .route("/kunci", get(kunci::list))
        .route("/kunci/lembar.pdf", get(kunci::sheet))
        .route("/kunci/trust.json", get(kunci::trust))
        .route("/kunci/sandi", post(kunci::passphrase))
        .route("/sop", get(sop::page))
        .route("/sop/bagan.svg", get(sop::chart))
        .route("/sop/sop.pdf", get(sop::paper))
        .route("/sop/standar.pdf", get(sop::standard))
        .route("/waktu", get(waktu::page))
        .merge(masuk::routes())
}

/// Where nobody can sign in yet: an administrator, and the link by which they set their password, told on the terminal.
pub(super) async fn first_run(app: &App, address: &str) {
    let now = app.now().timestamp();
    let link = app.meja.desk(move |desk| {
        let all = desk.accounts()?;
        let admin = |akun: &&suket::Akun| akun.peran.contains(&Peranan::Administrator);
        if all.iter().filter(admin).any(|akun| akun.aktif && akun.bersandi) {
            return Ok(None);
        }
        match all.iter().find(admin) {
            Some(akun) => desk.invite(&akun.id, &mut outside::entropy, now).map(Some),
            None => desk.add_account(&FIRST, &mut outside::entropy, now).map(|(_, link)| Some(link)),
        }
    });
    match link.await {
        Ok(Ok(Some(link))) => {
            say::err(
                "belum ada administrator; buka tautan ini sekali, di komputer ini, untuk membuat sandinya:",
            );
            say::err(&format!("{address}/undangan/{link}"));
        }
        Ok(Ok(None)) => {}
        Ok(Err(error)) => say::warning(&error.to_string(), "periksa meja.sqlite"),
        Err(error) => say::warning(&error.to_string(), ""),
    }
}

/// Finishes what an earlier run has begun.
pub(super) async fn recover(app: &App) {
    match Box::pin(terbit::recover(app)).await {
        Ok(0) => {}
        Ok(count) => say::err(&format!("{count} berkas yang terputus diteruskan")),
        Err(error) => say::warning(&format!("berkas yang terputus belum diteruskan: {error}"), ""),
    }
}

/// The first account.
const FIRST: AkunBaru<'static> = AkunBaru {
    masuk: "admin",
    nama: "Administrator",
    peran: &[Peranan::Administrator],
    pejabat: None,
    aktif: true,
};
