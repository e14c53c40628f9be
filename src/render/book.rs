//! A book as a paper: landscape, heads on every page, "page x of y", signature blocks at the end.
//!
//! Pages are planned before anything is set ([`Plan`]). So a book of any size is set in parts, on all cores and in little
//! memory, and the parts become one PDF.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::document::{Document, emblem};
use super::join::join;
use super::plan::{self, Heights, Page, Plan};
use super::{Assets, RenderError, export, qr, set, wrong};
use crate::calendar;
use crate::profile::{Kop, Paper, Profile, Tertanda};
use crate::register::{Buku, Cetakan, Gaya};

const TEMPLATE: &str = "buku/buku.typ";
/// Rows that are set in one go; more need more memory and no less time.
const PART: usize = 250;

/// What every part is set with, and its own pages.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    common: &'a Common<'a>,
    halaman: &'a [Page],
    /// Only in the last part: what stands behind the rows.
    penutup: Option<&'a End<'a>>,
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

#[derive(Serialize)]
struct End<'a> {
    nihil: Option<&'a str>,
    kalimat: &'a [String],
    bagan: Vec<Chart<'a>>,
    dikirim: bool,
    tempat_tanggal: String,
    mengetahui: Vec<Tertanda>,
    petugas: Tertanda,
}

#[derive(Serialize)]
struct Chart<'a> {
    judul: &'a str,
    alt: String,
    batang: &'a [(String, u32)],
    terbesar: u32,
}

/// Sets a book.
pub(crate) fn book(
    buku: &Buku,
    cetakan: &Cetakan,
    profile: &Profile,
    assets: &Assets,
) -> Result<Vec<u8>, RenderError> {
    let symbol = cetakan.stempel.as_ref().map(|stempel| qr::symbol(&stempel.qr)).transpose()?;
    let plan = Plan::new(buku, cetakan, profile, assets, symbol.as_ref().map(|symbol| symbol.modules))
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
        end: end(buku, profile),
        qr: symbol.map(|symbol| symbol.luma).unwrap_or_default(),
        ident: format!("{}/{}/{}", profile.kode_wilayah, buku.nama, buku.masa.kode()),
        date: buku.masa.akhir(),
        profile,
        assets,
    };
    let result = press.print(plan.pages);
    typst::comemo::evict(0);
    result
}

fn end<'a>(buku: &'a Buku, profile: &Profile) -> End<'a> {
    let date = buku.masa.akhir();
    let place =
        if profile.tempat_surat.is_empty() { String::new() } else { format!("{}, ", profile.tempat_surat) };
    End {
        nihil: buku.nihil().then_some(buku.kosong.as_str()),
        kalimat: &buku.penutup,
        bagan: buku
            .bagan
            .iter()
            .map(|bagan| {
                let bars: Vec<String> = bagan.batang.iter().map(|(name, n)| format!("{name} {n}")).collect();
                Chart {
                    judul: &bagan.judul,
                    alt: format!("Bagan batang. {}: {}.", bagan.judul, bars.join("; ")),
                    batang: &bagan.batang,
                    terbesar: bagan.batang.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1),
                }
            })
            .collect(),
        dikirim: buku.dikirim,
        tempat_tanggal: format!("{place}{}", calendar::tanggal_panjang(date)),
        mengetahui: profile.register.mengetahui(&profile.pejabat, date),
        petugas: profile.register.petugas(),
    }
}

/// Everything but the pages.
struct Press<'a> {
    common: &'a Common<'a>,
    end: End<'a>,
    qr: Vec<u8>,
    ident: String,
    date: jiff::civil::Date,
    profile: &'a Profile,
    assets: &'a Assets,
}

impl Press<'_> {
    /// Sets all pages. The last one goes first: only Typst knows whether what stands at the end needs more pages.
    fn print(&self, mut pages: Vec<Page>) -> Result<Vec<u8>, RenderError> {
        let mut closing = self.closing(&pages, pages.len())?;
        if closing.1 > 1 {
            // Signatures never stand alone: two rows go with them.
            if self.end.bagan.is_empty() {
                plan::carry(&mut pages);
            }
            let total = pages.len() - 1 + closing.1;
            closing = self.closing(&pages, total)?;
        }
        let (_, earlier) = pages.split_last().unzip();
        let earlier = earlier.unwrap_or_default();
        let mut pdfs = self.parts(&chunks(earlier), earlier.len() + closing.1)?;
        if pdfs.is_empty() {
            return Ok(closing.0);
        }
        pdfs.push(closing.0);
        join(&pdfs).ok_or_else(|| wrong(TEMPLATE, "bagian-bagian buku tidak dapat digabung"))
    }

    /// Sets the last page and what stands behind the rows.
    fn closing(&self, pages: &[Page], total: usize) -> Result<(Vec<u8>, usize), RenderError> {
        self.part(pages.get(pages.len().saturating_sub(1)..).unwrap_or_default(), true, total)
    }

    /// Sets parts on all workers; they come back in their order.
    fn parts(&self, parts: &[&[Page]], total: usize) -> Result<Vec<Vec<u8>>, RenderError> {
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
                            let set = self.part(pages, false, total);
                            typst::comemo::evict(self.assets.workers());
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
        done.into_iter()
            .zip(parts)
            .map(|((_, set), pages)| {
                let (pdf, count) = set?;
                let differs = || wrong(TEMPLATE, &format!("{count} halaman, direncanakan {}", pages.len()));
                (count == pages.len()).then_some(pdf).ok_or_else(differs)
            })
            .collect()
    }

    /// Sets one part; gives the PDF and how many pages it has.
    fn part(&self, halaman: &[Page], last: bool, jumlah: usize) -> Result<(Vec<u8>, usize), RenderError> {
        let data = Data { common: self.common, halaman, penutup: last.then_some(&self.end), jumlah };
        let json = serde_json::to_string(&data).map_err(|e| wrong(TEMPLATE, &e.to_string()))?;
        let paged = set(&Document { json, qr: self.qr.clone() }, TEMPLATE, self.assets)?;
        let count = paged.pages().len();
        Ok((export(&paged, &self.ident, self.date, self.profile)?, count))
    }
}

/// Pages in parts of about [`PART`] rows.
fn chunks(pages: &[Page]) -> Vec<&[Page]> {
    let mut parts = Vec::new();
    let mut rest = pages;
    while !rest.is_empty() {
        let mut rows = 0;
        let fits = |page: &&Page| {
            rows += page.rows();
            rows <= PART
        };
        let (part, later) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        parts.push(part);
        rest = later;
    }
    parts
}
