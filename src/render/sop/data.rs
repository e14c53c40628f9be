//! What the SOP's template receives, and what the router does.

use serde_json::{Value, json};

use super::super::document::emblem;
use super::super::{Assets, RenderError, wrong};
use super::TEMPLATE;
use crate::profile::{Paper, Profile};
use crate::route::{self, Answer, Chart, Edge, Node, Shape, Um};
use crate::sop::{Bentuk, Dasar, Kotak, Pasangan, Simbol, Sop};

/// What is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The table on an endless sheet, to see how high its rows are.
    Measure,
    /// Cover and chart.
    Pages,
    /// The chart alone, on one sheet.
    Chart,
}

/// A sheet across.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    pub(super) width: Um,
    pub(super) height: Um,
    pub(super) margin: Um,
    pub(super) top: Um,
    pub(super) bottom: Um,
}

impl Sheet {
    pub(super) fn new(paper: Paper) -> Self {
        let (width, height) = match paper {
            Paper::F4 => (330_000, 215_000),
            Paper::A4 => (297_000, 210_000),
        };
        Self { width, height, margin: 10_000, top: 11_000, bottom: 14_000 }
    }
}

/// The narrowest lane that symbols, two lines on each side and an answer fit in.
const NARROWEST: Um = 19_400;
const WIDEST: Um = 29_000;
/// Number, activity, needs, time, output, remark: at least.
const LEAST: [Um; 6] = [8_000, 43_000, 32_000, 15_000, 25_000, 17_500];
/// Who gets what is left, in hundredths.
const SHARE: [Um; 6] = [0, 48, 27, 2, 15, 8];

/// Widths of the columns.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub(super) lane: Um,
    pub(super) widths: Vec<Um>,
    /// From the table's edge to the first lane.
    pub(super) left: Um,
    /// Size of the lanes' heads.
    head: Um,
}

impl Columns {
    /// `None` where the lanes would be too narrow.
    pub(super) fn new(sop: &Sop, sheet: Sheet) -> Option<Self> {
        let lanes = Um::try_from(sop.pelaksana.len()).ok().filter(|lanes| *lanes > 0)?;
        let columns = if sop.kepala.keterangan.is_some() { 6 } else { 5 };
        let least: Um = LEAST.iter().take(columns).sum();
        let whole = sheet.width - 2 * sheet.margin;
        let lane = ((whole - least) / lanes).min(WIDEST);
        // Without remarks there is room for more, but the rule of the paper is the same.
        let all: Um = LEAST.iter().sum();
        if lane < NARROWEST || (whole - all) / lanes < NARROWEST {
            return None;
        }
        let rest = whole - least - lane * lanes;
        let shares: Um = SHARE.iter().take(columns).sum();
        let mut texts =
            LEAST.iter().zip(SHARE).take(columns).map(|(width, share)| width + rest * share / shares);
        let mut widths: Vec<Um> = texts.by_ref().take(2).collect();
        let left = widths.iter().sum();
        widths.extend(std::iter::repeat_n(lane, sop.pelaksana.len()));
        widths.extend(texts);
        let widest =
            sop.pelaksana.iter().flat_map(|lane| lane.label.split(' ')).map(width).max().unwrap_or(1);
        // 7 pt is 2470 micrometres to the em.
        let head = ((lane - 1500) * 1000 / widest.max(1)).min(2470);
        Some(Self { lane, widths, left, head })
    }
}

/// About how wide a bold word is, in thousandths of an em; rather too wide.
fn width(word: &str) -> Um {
    word.chars()
        .map(|c| match c {
            'M' | 'W' | 'm' => 900,
            'i' | 'l' | 'I' | 'j' | '.' | ',' | '(' | ')' | '/' | 't' | 'f' => 340,
            c if c.is_uppercase() => 740,
            _ => 600,
        })
        .sum()
}

/// The SOP as the router sees it.
pub(super) fn chart(sop: &Sop) -> Chart {
    let shape = |bentuk| if bentuk == Bentuk::Keputusan { Shape::Rhombus } else { Shape::Box };
    let node =
        |symbol: &Simbol| Node { row: symbol.langkah, lane: symbol.pelaksana, shape: shape(symbol.bentuk) };
    let answer = |ya: bool| if ya { Answer::Ya } else { Answer::Tidak };
    Chart {
        lanes: sop.pelaksana.len(),
        nodes: sop.simbol.iter().map(node).collect(),
        edges: sop
            .panah
            .iter()
            .map(|arrow| Edge { from: arrow.dari, to: arrow.ke, answer: arrow.jawaban.map(answer) })
            .collect(),
    }
}

/// Every text that is printed, with its line.
pub(super) fn texts(sop: &Sop) -> Vec<(&str, u32)> {
    let mut list: Vec<(&str, u32)> = vec![(&sop.nama, 1), (&sop.judul, 1)];
    for step in &sop.langkah {
        let all = [&step.kegiatan, &step.waktu.teks, &step.keterangan];
        let all = all.into_iter().chain(&step.kelengkapan).chain(&step.output);
        list.extend(all.map(|text| (text.as_str(), step.baris)));
    }
    list.extend(sop.pelaksana.iter().map(|lane| (lane.label.as_str(), lane.baris)));
    list.extend(sop.catatan.iter().flat_map(|note| &note.butir).map(|text| (text.as_str(), 1)));
    list.extend(sop.pengantar.iter().flat_map(|pair| [(pair.label.as_str(), 1), (pair.nilai.as_str(), 1)]));
    if let Some(cover) = &sop.sampul {
        let boxes = cover.kiri.iter().chain(&cover.kanan).flat_map(|part| &part.butir);
        list.extend(cover.instansi.iter().chain(boxes).map(|text| (text.as_str(), 1)));
    }
    list
}

/// What a symbol says to those who do not see it.
fn spoken(sop: &Sop, index: usize, symbol: &Simbol) -> String {
    let what = match symbol.bentuk {
        Bentuk::Mulai => "Mulai",
        Bentuk::Proses => "Kegiatan",
        Bentuk::Keputusan => "Keputusan",
        Bentuk::Selesai => "Selesai",
    };
    let lane = |symbol: &Simbol| sop.pelaksana.get(symbol.pelaksana).map_or("", |lane| lane.label.as_str());
    let mut text = format!("{what} oleh {}, langkah {}.", lane(symbol), symbol.langkah + 1);
    for arrow in sop.keluar(index) {
        let Some(to) = sop.simbol.get(arrow.ke) else { continue };
        let answer = match arrow.jawaban {
            Some(true) => "Ya: ",
            Some(false) => "Tidak: ",
            None => "",
        };
        let back = if to.langkah < symbol.langkah { "kembali" } else { "lanjut" };
        text.push_str(&format!(" {answer}{back} ke {}, langkah {}.", lane(to), to.langkah + 1));
    }
    text
}

/// The whole chart in words, for the SVG.
pub(super) fn described(sop: &Sop) -> String {
    let symbols = sop.simbol.iter().enumerate().map(|(index, symbol)| spoken(sop, index, symbol));
    symbols.collect::<Vec<_>>().join(" ")
}

/// Everything for the template; only modus, rows and their drawings change from pass to pass.
pub(super) struct Data<'a> {
    sop: &'a Sop,
    columns: &'a Columns,
    fixed: Value,
}

impl<'a> Data<'a> {
    pub(super) fn new(
        sop: &'a Sop,
        profile: &Profile,
        assets: &Assets,
        sheet: Sheet,
        columns: &'a Columns,
    ) -> Self {
        let pair = |pair: &Pasangan| json!({ "label": pair.label, "nilai": pair.nilai });
        let boxes = |list: &[Kotak]| -> Vec<Value> {
            let part =
                |part: &Kotak| json!({ "label": part.label, "butir": part.butir, "bernomor": part.bernomor });
            list.iter().map(part).collect()
        };
        let cover = sop.sampul.as_ref().map(|cover| {
            json!({
                "instansi": cover.instansi, "alamat": cover.alamat, "tempat": cover.tempat,
                "baris": cover.baris.iter().map(pair).collect::<Vec<_>>(),
                "disahkan": cover.disahkan.as_ref().map(|by| json!({
                    "label": by.label, "jabatan": by.jabatan, "nama": by.nama, "pangkat": by.pangkat, "nip": by.nip,
                })),
                "label_nama": cover.label_nama, "kiri": boxes(&cover.kiri), "kanan": boxes(&cover.kanan),
            })
        });
        let concluded = sop.simbol.iter().any(|symbol| symbol.dasar == Dasar::Disimpulkan)
            || sop.panah.iter().any(|arrow| arrow.dasar == Dasar::Disimpulkan);
        let number = sop.sampul.as_ref().and_then(|cover| cover.baris.first()).map(|line| line.nilai.clone());
        let foot = number.map_or_else(|| sop.nama.clone(), |number| format!("{number} · {}", sop.nama));
        let heads = &sop.kepala;
        let fixed = json!({
            "nama": sop.nama, "judul": sop.judul, "kantor": profile.nama, "kaki": foot, "contoh": profile.contoh,
            "lambang": emblem(profile, assets),
            "kertas": {
                "lebar": sheet.width, "tinggi": sheet.height, "tepi": sheet.margin, "atas": sheet.top,
                "bawah": sheet.bottom,
            },
            "kolom": {
                "lebar": columns.widths, "kiri": columns.left, "x": 1300, "y": 1400, "huruf": columns.head,
            },
            "pengantar": sop.pengantar.iter().map(pair).collect::<Vec<_>>(),
            "kepala": {
                "nomor": heads.nomor, "kegiatan": heads.kegiatan, "pelaksana": heads.pelaksana,
                "mutu_baku": heads.mutu_baku, "kelengkapan": heads.kelengkapan, "waktu": heads.waktu,
                "output": heads.output, "keterangan": heads.keterangan,
            },
            "lajur": sop.pelaksana.iter().map(|lane| lane.label.as_str()).collect::<Vec<_>>(),
            "sampul": cover,
            "catatan": sop.catatan.iter().map(|note| json!({ "judul": note.judul, "butir": note.butir })).collect::<Vec<_>>(),
            "disimpulkan": concluded,
        });
        Self { sop, columns, fixed }
    }

    /// The data of one pass. `chart_page` is the number of the chart's first page.
    pub(super) fn json(
        &self,
        mode: Mode,
        pages: &[route::Page],
        chart_page: usize,
    ) -> Result<String, RenderError> {
        let (name, rows) = match mode {
            Mode::Measure => {
                let steps = (0..self.sop.langkah.len()).map(|row| self.row(row, 0, Vec::new(), &Value::Null));
                ("ukur", steps.chain([strip(1000, &Value::Null)]).collect())
            }
            Mode::Pages => ("cetak", self.rows(pages, chart_page)),
            Mode::Chart => ("bagan", self.rows(pages, chart_page)),
        };
        let mut data = self.fixed.clone();
        if let Some(object) = data.as_object_mut() {
            object.insert("modus".to_owned(), name.into());
            object.insert("baris".to_owned(), Value::Array(rows));
        }
        serde_json::to_string(&data).map_err(|e| wrong(TEMPLATE, &e.to_string()))
    }

    fn rows(&self, pages: &[route::Page], chart_page: usize) -> Vec<Value> {
        let mut rows = Vec::new();
        for (index, page) in pages.iter().enumerate() {
            let mut drawing = overlay(pages, index, chart_page);
            if let Some(height) = page.head {
                rows.push(strip(height, &drawing.take()));
            }
            let mut top = page.head.unwrap_or(0);
            for (row, height) in (page.start..).zip(&page.heights) {
                let symbols = page
                    .symbols
                    .iter()
                    .filter_map(|placed| Some((placed, self.sop.simbol.get(placed.node)?)))
                    .filter(|(_, symbol)| symbol.langkah == row)
                    .map(|(placed, symbol)| {
                        let lane = Um::try_from(symbol.pelaksana).unwrap_or(0);
                        json!({
                            "lajur": symbol.pelaksana, "w": placed.half.0, "h": placed.half.1,
                            "x": placed.x - placed.half.0 - lane * self.columns.lane,
                            "y": placed.y - placed.half.1 - top,
                            "bentuk": if symbol.bentuk == Bentuk::Keputusan { "keputusan" }
                                else if symbol.bentuk == Bentuk::Proses { "proses" } else { "kapsul" },
                            "alt": spoken(self.sop, placed.node, symbol),
                        })
                    })
                    .collect();
                rows.push(self.row(row, *height, symbols, &drawing.take()));
                top += height;
            }
            if let Some(height) = page.foot {
                rows.push(strip(height, &Value::Null));
            }
        }
        rows
    }

    fn row(&self, row: usize, height: Um, symbols: Vec<Value>, drawing: &Value) -> Value {
        let Some(step) = self.sop.langkah.get(row) else { return Value::Null };
        json!({
            "nomor": format!("{}.", row + 1), "tinggi": height, "simbol": symbols, "lapis": drawing,
            "kegiatan": step.kegiatan, "kelengkapan": step.kelengkapan, "waktu": step.waktu.teks,
            "output": step.output, "keterangan": step.keterangan,
        })
    }
}

fn strip(height: Um, drawing: &Value) -> Value {
    json!({ "tinggi": height, "simbol": null, "lapis": drawing })
}

/// Lines, pentagons and answers of a page.
fn overlay(pages: &[route::Page], index: usize, chart_page: usize) -> Value {
    let Some(page) = pages.get(index) else { return Value::Null };
    let elsewhere = |letter: &str, enters: bool| {
        let found = pages.iter().enumerate().filter(|(_, other)| {
            other.pentagons.iter().any(|pentagon| pentagon.letter == letter && pentagon.enters != enters)
        });
        found.map(|(at, _)| (at + chart_page).to_string()).collect::<Vec<_>>().join(", ")
    };
    let pentagons: Vec<Value> = page
        .pentagons
        .iter()
        .map(|pentagon| {
            json!({
                "x": pentagon.x, "y": pentagon.y, "w": route::PENTAGON.0, "h": route::PENTAGON.1,
                "huruf": pentagon.letter, "masuk": pentagon.enters,
                "halaman": format!("hal. {}", elsewhere(&pentagon.letter, pentagon.enters)),
            })
        })
        .collect();
    let labels: Vec<Value> = page
        .labels
        .iter()
        .map(|label| {
            let text = if label.answer == Answer::Ya { "Ya" } else { "Tidak" };
            json!({ "x": label.x, "y": label.y, "teks": text })
        })
        .collect();
    json!({
        "garis": page.lines.iter().map(|line| &line.points).collect::<Vec<_>>(),
        "segilima": pentagons,
        "label": labels,
    })
}
