//! A book as a paper: landscape, heads on every page, "page x of y", signature blocks at the end.
//!
//! Pages are planned before anything is set ([`Plan`]). So a book of any size is set in parts, on all cores and in little
//! memory, and the parts become one PDF.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::closing::Closing;
use super::document::{Document, emblem};
use super::join::join;
use super::plan::{Heights, Page, Plan};
use super::{Assets, RenderError, export, qr, set, wrong};
use crate::profile::{Kop, Paper, Profile};
use crate::register::{Buku, Cetakan, Gaya};

const TEMPLATE: &str = "buku/buku.typ";
/// Rows that are set in one go: fewer cost time, more cost memory.
const LEAST: usize = 40;
const MOST: usize = 200;

/// What every part is set with, and its own pages.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    common: &'a Common<'a>,
    halaman: &'a [Page],
    /// Only in the last part: what stands behind the rows.
    penutup: Option<&'a Closing<'a>>,
    /// Pages of the whole.
    jumlah: usize,
}

#[derive(Serialize)]
struct Common<'a> {
    kertas: Paper,
    kop: &'a Kop,
    lambang: String,
    contoh: bool,
    nama: &'a str,
    judul: &'a str,
    keterangan: &'a str,
    kolom: Vec<Head>,
    lebar: &'a [f64],
    tinggi: Heights,
    stempel: Option<Stamp>,
}

#[derive(Serialize)]
struct Head {
    teks: String,
    tengah: bool,
    coret: bool,
    tegas: bool,
}

/// The stamp at the foot of each page.
#[derive(Serialize)]
struct Stamp {
    ukuran: u64,
    akar: String,
    modul: usize,
    sisi: f64,
}

/// Sets a book.
pub(crate) fn book(
    buku: &Buku,
    cetakan: &Cetakan,
    profile: &Profile,
    assets: &Assets,
) -> Result<Vec<u8>, RenderError> {
    let symbol = cetakan.stempel.as_ref().map(|stempel| qr::symbol(&stempel.qr)).transpose()?;
    let closing = Closing::new(buku, cetakan, profile);
    let plan =
        Plan::new(buku, cetakan, profile, assets, &closing, symbol.as_ref().map(|symbol| symbol.modules))
            .ok_or_else(|| wrong(TEMPLATE, "huruf Arimo tidak ada"))?;
    let stempel = cetakan.stempel.as_ref().zip(symbol.as_ref()).map(|(stempel, symbol)| Stamp {
        ukuran: stempel.ukuran,
        akar: stempel.akar.clone(),
        modul: symbol.modules,
        sisi: plan.heights.qr,
    });
    let common = Common {
        kertas: profile.paper(),
        kop: &profile.kop,
        lambang: emblem(profile, assets),
        contoh: profile.contoh,
        nama: &profile.nama,
        judul: &buku.judul,
        keterangan: &cetakan.keterangan,
        kolom: buku
            .kolom
            .iter()
            .zip(&plan.heads)
            .map(|(kolom, teks)| Head {
                teks: teks.clone(),
                tengah: kolom.tengah,
                coret: matches!(kolom.gaya, Gaya::Nomor | Gaya::Nama),
                tegas: kolom.gaya == Gaya::Catatan,
            })
            .collect(),
        lebar: &plan.widths,
        tinggi: plan.heights,
        stempel,
    };
    let press = Press {
        common: &common,
        closing: &closing,
        qr: symbol.map(|symbol| symbol.luma).unwrap_or_default(),
        ident: format!("{}/{}/{}", profile.kode_wilayah, buku.nama, buku.masa.kode()),
        date: buku.masa.akhir(),
        profile,
        assets,
    };
    let result = press.print(&plan.pages);
    typst::comemo::evict(0);
    result
}

/// Everything but the pages.
struct Press<'a> {
    common: &'a Common<'a>,
    closing: &'a Closing<'a>,
    qr: Vec<u8>,
    ident: String,
    date: jiff::civil::Date,
    profile: &'a Profile,
    assets: &'a Assets,
}

impl Press<'_> {
    /// Sets all pages. Where charts stand at the end, only Typst knows how many pages that takes; then all is set once
    /// more with the right number of pages.
    fn print(&self, pages: &[Page]) -> Result<Vec<u8>, RenderError> {
        let parts = chunks(pages);
        let mut total = pages.len();
        loop {
            let set = self.parts(&parts, total)?;
            let count = set.iter().map(|(_, count)| count).sum();
            if count == total {
                let pdfs = set.into_iter().map(|(pdf, _)| pdf).collect();
                return join(pdfs).ok_or_else(|| wrong(TEMPLATE, "bagian-bagian buku tidak dapat digabung"));
            }
            if total > pages.len() {
                return Err(wrong(TEMPLATE, &format!("{count} halaman, direncanakan {total}")));
            }
            total = count;
        }
    }

    /// Sets parts on all workers; they come back in their order.
    fn parts(&self, parts: &[&[Page]], total: usize) -> Result<Vec<(Vec<u8>, usize)>, RenderError> {
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..self.assets.workers().min(parts.len()) {
                scope.spawn(|| {
                    // A pool of its own, so that the PDF writer does not wait for another part.
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
                    let work = || {
                        loop {
                            let place = next.fetch_add(1, Ordering::Relaxed);
                            let Some(pages) = parts.get(place) else { return };
                            let set = self.part(pages, place + 1 == parts.len(), total);
                            typst::comemo::evict(0);
                            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((place, set));
                        }
                    };
                    match &pool {
                        Ok(pool) => pool.install(work),
                        Err(_) => work(),
                    }
                });
            }
        });
        let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        done.sort_by_key(|(place, _)| *place);
        if done.len() < parts.len() {
            return Err(wrong(TEMPLATE, "satu utas pencetak berhenti"));
        }
        done.into_iter().map(|(_, set)| set).collect()
    }

    /// Sets one part; gives the PDF and how many pages it has.
    fn part(&self, halaman: &[Page], last: bool, jumlah: usize) -> Result<(Vec<u8>, usize), RenderError> {
        let data = Data { common: self.common, halaman, penutup: last.then_some(self.closing), jumlah };
        let json = serde_json::to_string(&data).map_err(|e| wrong(TEMPLATE, &e.to_string()))?;
        let paged = set(&Document { json, qr: self.qr.clone() }, TEMPLATE, self.assets)?;
        let count = paged.pages().len();
        Ok((export(&paged, &self.ident, self.date, self.profile)?, count))
    }
}

/// Pages in parts of about as many rows: few enough for the memory, enough of them for all workers. The number of
/// workers itself does not enter, so that it changes no byte.
fn chunks(pages: &[Page]) -> Vec<&[Page]> {
    let most = (pages.iter().map(Page::rows).sum::<usize>() / 4).clamp(LEAST, MOST);
    let mut parts = Vec::new();
    let mut rest = pages;
    while !rest.is_empty() {
        let mut rows = 0;
        let fits = |page: &&Page| {
            rows += page.rows();
            rows <= most
        };
        let (part, later) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        parts.push(part);
        rest = later;
    }
    parts
}
