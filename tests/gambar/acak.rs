//! Random SOPs: 2 to 60 steps, 2 to 8 lanes, decisions, jumps back and forward, several symbols in a row.

use std::fmt::Write;

/// A small generator, so that each number gives one SOP for ever.
pub(crate) struct Acak(u64);

impl Acak {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D)
    }

    pub(crate) fn di_bawah(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n.max(1)
    }
}

const KATA: [&str; 12] = [
    "menerima",
    "berkas",
    "permohonan",
    "meneliti",
    "kelengkapan",
    "mencatat",
    "agenda",
    "menyerahkan",
    "surat",
    "kepada",
    "pemohon",
    "E-KTP",
];

fn kalimat(acak: &mut Acak, most: usize) -> String {
    let n = 1 + acak.di_bawah(most);
    (0..n)
        .map(|_| KATA.get(acak.di_bawah(KATA.len())).copied().unwrap_or_default())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The SOP with this number; `langkah` and `lajur` may be fixed.
pub(crate) fn sop(seed: u64, langkah: Option<usize>, lajur: Option<usize>) -> String {
    let mut acak = Acak::new(seed);
    let rows = langkah.unwrap_or_else(|| 2 + acak.di_bawah(59));
    let lanes = lajur.unwrap_or_else(|| 2 + acak.di_bawah(7));
    let mut text = format!("nama = \"SOP acak {seed}\"\n");
    for lane in 0..lanes {
        write!(text, "[[pelaksana]]\nid = \"p{lane}\"\nlabel = \"Pelaksana {lane}\"\n").unwrap();
    }
    // Symbols: one a row, now and then two; the first is the start, the last an end.
    let mut symbols: Vec<(usize, usize, &str)> = Vec::new();
    let mut last = acak.di_bawah(lanes);
    for row in 0..rows {
        let lane = if acak.di_bawah(3) == 0 { last } else { acak.di_bawah(lanes) };
        last = lane;
        let shape = match row {
            0 => "mulai",
            _ if row + 1 == rows => "selesai",
            _ if acak.di_bawah(10) < 3 => "keputusan",
            _ => "proses",
        };
        let second = (lane + 1 + acak.di_bawah(lanes - 1)) % lanes;
        if acak.di_bawah(8) == 0 && row + 1 < rows {
            symbols.push((row, lane, shape));
            symbols.push((row, second, "proses"));
        } else {
            symbols.push((row, lane, shape));
        }
    }
    for row in 0..rows {
        write!(text, "[[langkah]]\nkegiatan = \"{}\"\n", kalimat(&mut acak, 24)).unwrap();
        writeln!(text, "kelengkapan = [\"{}\", \"{}\"]", kalimat(&mut acak, 6), kalimat(&mut acak, 6))
            .unwrap();
        writeln!(text, "waktu = \"{} menit\"\noutput = \"{}\"", 1 + acak.di_bawah(60), kalimat(&mut acak, 5))
            .unwrap();
        text.push_str("simbol = [\n");
        for (index, (at, lane, shape)) in symbols.iter().enumerate().filter(|(_, symbol)| symbol.0 == row) {
            writeln!(text, "  {{ id = \"n{index}\", pelaksana = \"p{lane}\", bentuk = \"{shape}\" }},")
                .unwrap();
            assert_eq!(*at, row);
        }
        text.push_str("]\n");
    }
    let mut arrow = |from: usize, to: usize, answer: &str| {
        let answer = if answer.is_empty() { String::new() } else { format!("jawaban = \"{answer}\"\n") };
        write!(text, "[[alur]]\ndari = \"n{from}\"\nke = \"n{to}\"\n{answer}").unwrap();
    };
    for (index, (_, _, shape)) in symbols.iter().enumerate() {
        match *shape {
            "selesai" => {}
            "keputusan" => {
                let mut other = acak.di_bawah(symbols.len());
                while other == index || other == index + 1 {
                    other = acak.di_bawah(symbols.len());
                }
                let (yes, no) = if acak.di_bawah(5) == 0 { (other, index + 1) } else { (index + 1, other) };
                arrow(index, yes, "Ya");
                arrow(index, no, "Tidak");
            }
            _ => arrow(index, index + 1, ""),
        }
    }
    text
}
