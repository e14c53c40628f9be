//! The pages of the staff: signing in, the board, cases and what is done to them. Everything works without JavaScript.

mod berkas;
mod cetak;
pub(super) mod form;
mod frame;
mod kata;
mod masuk;
pub(super) mod open;
mod papan;
pub(super) mod session;
pub(super) mod state;
pub(super) mod terbit;
pub(super) mod terima;
mod tindak;
pub(super) mod trouble;

use axum::Router;
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
        .route("/berkas/{id}/ubah", get(berkas::edit))
        .route("/berkas/{id}/draf.pdf", get(cetak::draft))
        .route("/berkas/{id}/salinan.pdf", get(cetak::copy))
        .route("/berkas/{id}/lembar/{n}", get(cetak::slip))
        .route("/berkas/{id}/{perbuatan}", post(tindak::act))
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
    match terbit::recover(app).await {
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
