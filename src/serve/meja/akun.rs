//! Accounts of the staff and tokens of other systems. Secrets are shown once, on the page that answers the form, and stand
//! in no address of the list.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use suket::{Akun, AkunBaru, DeskError, Kerja, Lingkup, Peranan};

use super::frame::{self, with};
use super::session::{Fields, Isian, Orang};
use super::trouble::Trouble;
use crate::cli::outside;
use crate::serve::app::App;

/// `GET /akun`.
pub(super) async fn list(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Akun, "").await?;
    orang.note(&app, Kerja::Akun.as_str(), "", "boleh", "").await?;
    page(&app, &orang, json!({})).await
}

async fn page(app: &App, orang: &Orang, more: Value) -> Result<Response, Trouble> {
    let officials = officials(app).await?;
    let (accounts, tokens) =
        app.meja.desk(|desk| Ok::<_, DeskError>((desk.accounts()?, desk.tokens()?))).await??;
    let akun: Vec<Value> = accounts.iter().map(|akun| row(akun, &officials)).collect();
    let token: Vec<Value> = tokens
        .iter()
        .map(|token| {
            let lingkup: Vec<&str> = token.lingkup.iter().map(|scope| scope.as_str()).collect();
            json!({ "id": token.id, "nama": token.nama, "lingkup": lingkup.join(", "), "aktif": token.aktif })
        })
        .collect();
    let blank = json!({ "masuk": "", "nama": "", "peran": [], "pejabat": "", "aktif": true });
    let own =
        json!({ "akun": akun, "token": token, "pejabat": officials, "semua_peran": roles(), "isian": blank });
    Ok(frame::page(app, orang, "meja/akun.html", with(own, more)))
}

/// Officials of the profile: the name of the key, and words.
async fn officials(app: &App) -> Result<Vec<Value>, Trouble> {
    let one = |pejabat: &suket::Pejabat| json!({ "kunci": pejabat.key_name(), "nama": format!("{}, {}", pejabat.nama, pejabat.jabatan_lengkap()) });
    Ok(app.office.read(move |office| office.profile().pejabat.iter().map(one).collect()).await?)
}

fn roles() -> Vec<&'static str> {
    Peranan::ALL.into_iter().map(Peranan::as_str).collect()
}

fn row(akun: &Akun, officials: &[Value]) -> Value {
    let peran: Vec<&str> = akun.peran.iter().map(|role| role.as_str()).collect();
    let official = akun.pejabat.as_deref().map(|key| {
        let known = officials.iter().find(|one| one.get("kunci").and_then(Value::as_str) == Some(key));
        known.and_then(|one| one.get("nama")).and_then(Value::as_str).unwrap_or(key).to_owned()
    });
    json!({ "id": akun.id, "masuk": akun.masuk, "nama": akun.nama, "peran": peran, "pejabat": akun.pejabat, "pejabat_nama": official, "aktif": akun.aktif, "bersandi": akun.bersandi })
}

/// What the form says of an account.
struct Isi {
    masuk: String,
    nama: String,
    peran: Vec<Peranan>,
    pejabat: Option<String>,
    aktif: bool,
}

impl Isi {
    /// An official that the profile does not know is none.
    async fn read(app: &App, fields: &Fields) -> Result<Self, Trouble> {
        let pejabat = Some(fields.get("pejabat").to_owned()).filter(|key| !key.is_empty());
        if let Some(key) = pejabat.clone() {
            let known = move |office: &suket::Office| {
                office.profile().pejabat.iter().any(|pejabat| pejabat.key_name() == key)
            };
            let known = app.office.read(known).await?;
            if !known {
                return Err(Trouble::Said("pejabat itu tidak ada di kantor.toml".to_owned()));
            }
        }
        Ok(Self {
            masuk: fields.get("masuk").to_lowercase(),
            nama: fields.get("nama").to_owned(),
            peran: Peranan::ALL
                .into_iter()
                .filter(|role| fields.all("peran").any(|name| name == role.as_str()))
                .collect(),
            pejabat,
            aktif: !fields.get("aktif").is_empty(),
        })
    }

    fn of(akun: &Akun) -> Self {
        let Akun { masuk, nama, peran, pejabat, aktif, .. } = akun.clone();
        Self { masuk, nama, peran, pejabat, aktif }
    }

    fn told(&self) -> AkunBaru<'_> {
        AkunBaru {
            masuk: &self.masuk,
            nama: &self.nama,
            peran: &self.peran,
            pejabat: self.pejabat.as_deref(),
            aktif: self.aktif,
        }
    }

    /// The form again as it was filled in.
    fn again(&self, galat: &str) -> Value {
        let peran: Vec<&str> = self.peran.iter().map(|role| role.as_str()).collect();
        json!({ "galat": galat, "isian": { "masuk": self.masuk, "nama": self.nama, "peran": peran, "pejabat": self.pejabat, "aktif": self.aktif } })
    }
}

/// `POST /akun`: a new account, and the link by which its owner sets a password.
pub(super) async fn add(
    State(app): State<App>,
    headers: HeaderMap,
    isian: Isian,
) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, Kerja::Akun, "akun baru").await?;
    let isi = Isi { aktif: true, ..Isi::read(&app, &fields).await? };
    let (now, again) = (orang.waktu, isi.again(""));
    let added = app.meja.desk(move |desk| desk.add_account(&isi.told(), &mut outside::entropy, now)).await?;
    match added {
        Ok((akun, link)) => {
            orang.note(&app, "akun-baru", &akun.id, "boleh", &words(&akun)).await?;
            let told = json!({ "nama": akun.nama, "tautan": address(&app, &headers, &link) });
            page(&app, &orang, json!({ "undangan": told })).await
        }
        Err(DeskError::Said(galat)) => page(&app, &orang, with(again, json!({ "galat": galat }))).await,
        Err(other) => Err(other.into()),
    }
}

/// Roles of an account, for the trail.
fn words(akun: &Akun) -> String {
    let peran: Vec<&str> = akun.peran.iter().map(|role| role.as_str()).collect();
    format!("{}{}", peran.join(" "), if akun.aktif { "" } else { " (tidak aktif)" })
}

/// A link as somebody opens it who works on this page: with the name by which the page was asked for.
fn address(app: &App, headers: &HeaderMap, link: &str) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if app.config.tls || app.config.behind_proxy { "https" } else { "http" };
    format!("{scheme}://{host}/undangan/{link}")
}

/// `GET /akun/{id}`: one account, to be changed.
pub(super) async fn edit(
    State(app): State<App>,
    Path(id): Path<String>,
    orang: Orang,
) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Akun, "").await?;
    let akun = account(&app, &id).await?;
    orang.note(&app, Kerja::Akun.as_str(), &id, "boleh", "").await?;
    one(&app, &orang, &akun, Isi::of(&akun).again("")).await
}

async fn account(app: &App, id: &str) -> Result<Akun, Trouble> {
    let asked = id.to_owned();
    Ok(app.meja.desk(move |desk| desk.account(&asked)).await??)
}

async fn one(app: &App, orang: &Orang, akun: &Akun, more: Value) -> Result<Response, Trouble> {
    let officials = officials(app).await?;
    let own = json!({ "satu": row(akun, &officials), "pejabat": officials, "semua_peran": roles() });
    Ok(frame::page(app, orang, "meja/akun-satu.html", with(own, more)))
}

/// `POST /akun/{id}`: changes an account; its sessions end.
pub(super) async fn change(
    State(app): State<App>,
    Path(id): Path<String>,
    isian: Isian,
) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, Kerja::Akun, &id).await?;
    let akun = account(&app, &id).await?;
    let isi = Isi::read(&app, &fields).await?;
    put(&app, &orang, &akun, isi, "akun-ubah").await
}

async fn put(
    app: &App,
    orang: &Orang,
    akun: &Akun,
    isi: Isi,
    perbuatan: &'static str,
) -> Result<Response, Trouble> {
    let (id, again) = (akun.id.clone(), isi.again(""));
    match app.meja.desk(move |desk| desk.change_account(&id, &isi.told())).await? {
        Ok(changed) => {
            orang.note(app, perbuatan, &changed.id, "boleh", &words(&changed)).await?;
            Ok(Redirect::to("/akun").into_response())
        }
        Err(DeskError::Said(galat)) => one(app, orang, akun, with(again, json!({ "galat": galat }))).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /akun/{id}/nonaktif`: signed out at once, and no longer let in.
pub(super) async fn end(
    State(app): State<App>,
    Path(id): Path<String>,
    isian: Isian,
) -> Result<Response, Trouble> {
    let orang = isian.orang;
    orang.must(&app, Kerja::Akun, &id).await?;
    let akun = account(&app, &id).await?;
    put(&app, &orang, &akun, Isi { aktif: false, ..Isi::of(&akun) }, "akun-nonaktif").await
}

/// `POST /akun/{id}/undangan`: a new link; earlier ones end.
pub(super) async fn invite(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    isian: Isian,
) -> Result<Response, Trouble> {
    let orang = isian.orang;
    orang.must(&app, Kerja::Akun, &id).await?;
    let akun = account(&app, &id).await?;
    if !akun.aktif {
        return Err(Trouble::Said("akun ini tidak aktif; aktifkan dahulu".to_owned()));
    }
    orang.note(&app, "akun-undangan", &id, "boleh", "").await?;
    let now = orang.waktu;
    let link = app.meja.desk(move |desk| desk.invite(&id, &mut outside::entropy, now)).await??;
    let told = json!({ "nama": akun.nama, "tautan": address(&app, &headers, &link) });
    page(&app, &orang, json!({ "undangan": told })).await
}

/// `POST /token`: a new token for another system.
pub(super) async fn add_token(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, Kerja::Akun, "token baru").await?;
    let nama = fields.get("nama").to_owned();
    let lingkup: Vec<Lingkup> = Lingkup::ALL
        .into_iter()
        .filter(|scope| fields.all("lingkup").any(|name| name == scope.as_str()))
        .collect();
    let (now, asked) = (orang.waktu, nama.clone());
    let added =
        app.meja.desk(move |desk| desk.add_token(&asked, &lingkup, &mut outside::entropy, now)).await?;
    match added {
        Ok((token, secret)) => {
            let lingkup: Vec<&str> = token.lingkup.iter().map(|scope| scope.as_str()).collect();
            orang.note(&app, "token-baru", &token.id, "boleh", &lingkup.join(" ")).await?;
            page(&app, &orang, json!({ "rahasia": { "nama": token.nama, "rahasia": secret } })).await
        }
        Err(DeskError::Said(galat)) => {
            page(&app, &orang, json!({ "galat_token": galat, "nama_token": nama })).await
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /token/{id}/akhiri`.
pub(super) async fn end_token(
    State(app): State<App>,
    Path(id): Path<String>,
    isian: Isian,
) -> Result<Response, Trouble> {
    let orang = isian.orang;
    orang.must(&app, Kerja::Akun, &id).await?;
    let asked = id.clone();
    app.meja.desk(move |desk| desk.end_token(&asked)).await??;
    orang.note(&app, "token-akhiri", &id, "boleh", "").await?;
    Ok(Redirect::to("/akun").into_response())
}
