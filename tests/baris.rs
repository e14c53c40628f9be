//! Every change of a single row of the book is named by the check of the archive: each value of each row of each table
//! exchanged, emptied, filled, swapped with another row's; each row deleted, and copied under another key. Tables and
//! columns are asked of the book itself, so that a new one is tried without being named here.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use suket::{AuditFinding, By, Filter, Hasil, IssueRequest, Outcome, PurgeRequest, Sisipan};
use umum::{HARI, Meja, SANDI, kasus, profil, tetap};

const CLU: &str = "candi-laras-utara";
const OLEH: By<'_> = By { tanggal: HARI, oleh: "petugas uji" };

/// An office in which everything has happened at least twice, and two letters still wait for the archive folder.
fn kantor() -> Meja {
    // Slips also take a number of the general agenda.
    let text = profil(CLU).replace("unit = \"CLU\"", "unit = \"CLU\"\nagenda = \"umum\"\nsisipan = true");
    let text = text
        + "\n[penomoran.seri.lembar]\npola = \"L-{{ urut | pad(4) }}/{{ unit }}\"\nagenda = true\n[masa_berlaku]\nrekomendasi = 6\n[retensi]\ntanda-terima = 0\nregister = 0\n";
    let mut meja = Meja::dengan(&text, |_| {});
    let letter = |meja: &mut Meja, jenis: &str, key: Option<&str>, old: Option<&str>| {
        let mut case = kasus(CLU, jenis);
        case.case.kunci_permintaan = key.map(str::to_owned);
        case.case.menggantikan = old.map(str::to_owned);
        case.case.alasan_ganti = old.map(|_| "salah ketik".to_owned());
        meja.satu(case).0
    };
    meja.office.outside("umum", (1, 3), "buku kertas", OLEH).unwrap();
    let first = letter(&mut meja, "rekomendasi", Some("K-1"), None);
    let old = letter(&mut meja, "rekomendasi", None, None);
    let new = letter(&mut meja, "rekomendasi", None, Some(&old.nomor));
    let newest = letter(&mut meja, "rekomendasi", Some("K-2"), Some(&new.nomor));
    letter(&mut meja, "tanda-terima", None, None);
    let late = letter(&mut meja, "keterangan-perekaman", Some("K-3"), None);
    meja.office.hand_over(&newest, "SITI CONTOH", &mut tetap(5), OLEH).unwrap();
    meja.office.outside("umum", (10, 10), "listrik padam", OLEH).unwrap();
    meja.office.hand_over(&late, "BUDI CONTOH", &mut tetap(6), OLEH).unwrap();
    meja.office.collected(&late, OLEH).unwrap();
    meja.office.void(&first, "salah orang", OLEH).unwrap();
    meja.office.void(&late, "salah cetak", OLEH).unwrap();
    for (jenis, hasil) in [("rekomendasi", Hasil::Dikembalikan), ("pengembalian", Hasil::Ditarik)] {
        meja.office.apply(&kasus(CLU, jenis).case, &mut tetap(7), OLEH).unwrap();
        let one = meja.office.applications(HARI.year()).unwrap().pop().unwrap();
        meja.office.answer(one.seq, hasil, "kurang akta kelahiran", OLEH).unwrap();
    }
    for alasan in ["tertinggal", "lupa dicatat"] {
        let mut case = kasus(CLU, "keterangan-perekaman");
        case.case.sisipan = Sisipan { sesudah: Some(5), alasan: Some(alasan.to_owned()) };
        meja.satu(case);
    }
    let seal = meja.office.unlock_seal(SANDI, HARI).unwrap();
    for month in ["2026-09", "2026-10"] {
        meja.office.close(month.parse().unwrap(), &seal, OLEH).unwrap();
    }
    musnahkan(&mut meja, jiff::civil::date(2027, 1, 5));
    letter(&mut meja, "tanda-terima", None, None);
    musnahkan(&mut meja, jiff::civil::date(2027, 1, 6));
    let cases = vec![kasus(CLU, "pengembalian"), kasus(CLU, "pengembalian")];
    let request =
        IssueRequest { cases, date: HARI, signers: &meja.signers, skip_invalid: false, progress: &|| {} };
    let outcomes = meja.office.issue(request).unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Issued(_))), "{outcomes:?}");
    meja.office.collected(&newest, OLEH).unwrap();
    let signer = meja.office.unlock_log(SANDI).unwrap();
    meja.office.sign_log(&signer).unwrap();
    meja
}

/// Destroys what is due.
fn musnahkan(meja: &mut Meja, tanggal: jiff::civil::Date) {
    let list = meja.office.purge_list(tanggal).unwrap();
    let request = PurgeRequest {
        berita_acara: "045.2/1/2027",
        sidik: &list.sidik,
        setuju: ["ANI CONTOH", "BUDI CONTOH"],
        by: By { tanggal, oleh: "petugas uji" },
    };
    let signer = meja.office.unlock_log(SANDI).unwrap();
    meja.office.purge(request, &signer, None).unwrap();
}

type Row = Vec<Value>;

/// A table of the book with its rows.
struct Tabel {
    name: String,
    columns: Vec<Kolom>,
    /// Columns of each unique index besides the key.
    unique: Vec<Vec<usize>>,
    rows: Vec<Row>,
}

struct Kolom {
    name: String,
    tipe: String,
    nullable: bool,
    key: bool,
}

/// One change: rows that go, rows that come.
struct Ubahan {
    /// Table, column, what is done.
    kind: (String, String, &'static str),
    /// Values by which a finding may name the place.
    place: Row,
    gone: Vec<Row>,
    come: Vec<Row>,
}

/// Another value of the same kind, as somebody would write it.
fn lain(value: &Value, how: &str) -> Option<Value> {
    Some(match (value, how) {
        (Value::Integer(n), "akhir") => Value::Integer(n + 1),
        (Value::Integer(n), "awal") => Value::Integer(n - 1),
        (Value::Blob(bytes), _) if !bytes.is_empty() => {
            let mut bytes = bytes.clone();
            let place = if how == "akhir" { bytes.len() - 1 } else { 0 };
            bytes[place] ^= 1;
            Value::Blob(bytes)
        }
        (Value::Text(text), _) if !text.is_empty() => {
            let mut letters: Vec<char> = text.chars().collect();
            let place = if how == "akhir" { letters.len() - 1 } else { letters.len() / 2 };
            letters[place] = match letters[place] {
                '9' | 'z' | 'Z' => '0',
                c @ ('0'..='8' | 'a'..='y' | 'A'..='Y') => char::from(u8::try_from(c).unwrap() + 1),
                _ => 'x',
            };
            Value::Text(letters.into_iter().collect())
        }
        _ => return None,
    })
}

impl Tabel {
    fn read(db: &Connection, name: &str) -> Self {
        let list = |sql: &str| -> Vec<Row> {
            let mut query = db.prepare(sql).unwrap();
            let width = query.column_count();
            query
                .query_map([], |row| (0..width).map(|i| row.get(i)).collect())
                .unwrap()
                .map(Result::unwrap)
                .collect()
        };
        let text = |value: &Value| if let Value::Text(text) = value { text.clone() } else { String::new() };
        let columns: Vec<Kolom> = list(&format!("PRAGMA table_info({name})"))
            .iter()
            .map(|row| {
                let key = row[5] != Value::Integer(0);
                let nullable = row[3] == Value::Integer(0) && !key;
                Kolom { name: text(&row[1]), tipe: text(&row[2]), nullable, key }
            })
            .collect();
        let unique = list(&format!("PRAGMA index_list({name})"))
            .iter()
            .filter(|index| index[2] == Value::Integer(1) && index[3] == Value::Text("u".to_owned()))
            .map(|index| {
                let columns = list(&format!("PRAGMA index_info({})", text(&index[1])));
                columns.iter().map(|row| if let Value::Integer(n) = row[1] { n } else { 0 }).collect()
            })
            .map(|list: Vec<i64>| list.into_iter().map(|n| usize::try_from(n).unwrap()).collect())
            .collect();
        Self { name: name.to_owned(), columns, unique, rows: list(&format!("SELECT * FROM {name}")) }
    }

    fn ubahan(&self) -> Vec<Ubahan> {
        let mut all = Vec::new();
        for (n, row) in self.rows.iter().enumerate() {
            let mut add = |column: &str, what, gone: Vec<Row>, come: Vec<Row>| {
                let kind = (self.name.clone(), column.to_owned(), what);
                all.push(Ubahan { kind, place: row.clone(), gone, come });
            };
            let with = |column: usize, value: Value| {
                let mut other = row.clone();
                other[column] = value;
                other
            };
            for (i, column) in self.columns.iter().enumerate() {
                for how in ["akhir", "awal"] {
                    if let Some(value) = lain(&row[i], how) {
                        add(&column.name, how, vec![row.clone()], vec![with(i, value)]);
                    }
                }
                if column.nullable {
                    let value = if row[i] == Value::Null { self.filling(i) } else { Value::Null };
                    let what = if row[i] == Value::Null { "isi" } else { "kosong" };
                    add(&column.name, what, vec![row.clone()], vec![with(i, value)]);
                }
                // In a table of keys alone nothing would have changed.
                let others = self.rows[n + 1..].iter().filter(|other| row.len() > 1 && other[i] != row[i]);
                for other in others.take(2) {
                    let mut swapped = other.clone();
                    swapped[i] = row[i].clone();
                    let pair = vec![with(i, other[i].clone()), swapped];
                    add(&column.name, "tukar", vec![row.clone(), other.clone()], pair);
                }
            }
            add("", "hapus", vec![row.clone()], Vec::new());
            for copy in self.copies(row) {
                add("", "salin", Vec::new(), vec![copy]);
            }
        }
        all
    }

    /// A value for a column that has none: another row's, or one that such a column could hold.
    fn filling(&self, column: usize) -> Value {
        let known = self.rows.iter().map(|row| &row[column]).find(|value| **value != Value::Null);
        known.cloned().unwrap_or_else(|| match self.columns[column].tipe.as_str() {
            "INTEGER" => Value::Integer(0),
            "TEXT" => Value::Text("2026-12-31".to_owned()),
            _ => Value::Blob(vec![7; 32]),
        })
    }

    /// The row under every key near those that are there, and with other values where two rows must differ.
    fn copies(&self, row: &Row) -> Vec<Row> {
        let mut copy = row.clone();
        for index in &self.unique {
            let last = index[index.len() - 1];
            let few: BTreeSet<String> = self.rows.iter().map(|row| format!("{:?}", row[last])).collect();
            let other = self.rows.iter().map(|other| &other[last]).find(|value| **value != row[last]);
            let other = other.filter(|_| few.len() * 2 <= self.rows.len()).cloned();
            copy[last] = other.or_else(|| lain(&row[last], "akhir")).unwrap_or(Value::Null);
            if let (Value::Integer(_), Some(Value::Integer(high))) = (&row[last], self.highest(last)) {
                copy[last] = Value::Integer(high + 1);
            }
        }
        let key = self.columns.iter().rposition(|column| column.key).unwrap();
        let keys = match (&row[key], self.highest(key)) {
            (Value::Integer(_), Some(Value::Integer(high))) => (0..=high + 2).map(Value::Integer).collect(),
            (value, _) => vec![lain(value, "akhir").unwrap(), lain(value, "awal").unwrap()],
        };
        let taken = |value: &Value| self.rows.iter().any(|other| other[key] == *value);
        keys.into_iter()
            .filter(|value| !taken(value))
            .map(|value| {
                let mut other = copy.clone();
                other[key] = value;
                other
            })
            .collect()
    }

    fn highest(&self, column: usize) -> Option<Value> {
        let number = |row: &Row| if let Value::Integer(n) = row[column] { Some(n) } else { None };
        let numbers = self.rows.iter().filter_map(number);
        numbers.max().map(Value::Integer)
    }

    /// Puts a change into the book; `false` where the book itself refuses it even now.
    fn put(&self, db: &mut Connection, ubahan: &Ubahan) -> bool {
        let tx = db.transaction().unwrap();
        for row in &ubahan.gone {
            let keys: Vec<usize> = (0..row.len()).filter(|i| self.columns[*i].key).collect();
            let name = |i: &usize| format!("{} = ?", self.columns[*i].name);
            let places = keys.iter().map(name).collect::<Vec<_>>().join(" AND ");
            let sql = format!("DELETE FROM main.{} WHERE {places}", self.name);
            assert_eq!(tx.execute(&sql, params_from_iter(keys.iter().map(|i| &row[*i]))).unwrap(), 1);
        }
        for row in &ubahan.come {
            let marks = vec!["?"; row.len()].join(", ");
            let sql = format!("INSERT INTO main.{} VALUES ({marks})", self.name);
            if tx.execute(&sql, params_from_iter(row)).is_err() {
                return false;
            }
        }
        tx.commit().unwrap();
        true
    }

    fn restore(&self, db: &Connection) {
        let name = &self.name;
        db.execute_batch(&format!(
            "BEGIN; DELETE FROM main.{name}; INSERT INTO main.{name} SELECT * FROM asal.{name}; COMMIT"
        ))
        .unwrap();
    }
}

/// A second hand on the office's book, which nothing holds back; the book as it was is attached as `asal`.
fn tangan_lain(meja: &Meja, copy: &tempfile::TempDir) -> (Connection, Vec<Tabel>) {
    let db = Connection::open(meja.folder.path().join("buku.sqlite")).unwrap();
    let names = |kind: &str| -> Vec<String> {
        let sql = "SELECT name FROM sqlite_master WHERE type = ?1 AND name NOT LIKE 'sqlite_%' ORDER BY name";
        db.prepare(sql)
            .unwrap()
            .query_map([kind], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    for trigger in names("trigger") {
        db.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    let tables = names("table").iter().map(|name| Tabel::read(&db, name)).collect();
    let asal = copy.path().join("asal.sqlite").display().to_string();
    db.execute("VACUUM INTO ?1", [&asal]).unwrap();
    db.execute("ATTACH ?1 AS asal", [&asal]).unwrap();
    db.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF",
    )
    .unwrap();
    (db, tables)
}

/// What the check finds besides the letters that wait.
fn temuan(meja: &Meja, quick: bool) -> Vec<AuditFinding> {
    let mut found = meja.office.audit(quick, &|_, _| {}).unwrap().temuan;
    // The triggers were taken away to change rows at all, which is told too.
    found.retain(|finding| !["belum-dipindah", "skema-berubah"].contains(&finding.kode));
    found
}

/// Whether a finding says where: the letter's number, a file, the table, or a number of the row.
fn says_where(finding: &AuditFinding, ubahan: &Ubahan, numbers: &BTreeMap<i64, String>) -> bool {
    let words: Vec<&str> = finding.pesan.split([' ', '/', ':', ';', ',']).collect();
    let own = |value: &Value| match value {
        Value::Integer(n) => {
            words.contains(&n.to_string().as_str())
                || finding.nomor.as_ref().is_some_and(|nomor| numbers.get(n) == Some(nomor))
        }
        Value::Text(text) => finding.nomor.as_ref() == Some(text),
        Value::Null | Value::Real(_) | Value::Blob(_) => false,
    };
    let rows = ubahan.gone.iter().chain(&ubahan.come).chain([&ubahan.place]);
    finding.berkas.is_some() || words.contains(&ubahan.kind.0.as_str()) || rows.flatten().any(own)
}

#[test]
fn every_single_row_change_is_named() {
    let meja = kantor();
    let letters = meja.office.list(&Filter::default()).unwrap();
    let numbers = letters.into_iter().map(|row| (i64::try_from(row.seq).unwrap(), row.nomor)).collect();
    let copy = tempfile::tempdir().unwrap();
    let (mut db, tables) = tangan_lain(&meja, &copy);
    assert_eq!(temuan(&meja, false), [], "the book as it is");
    let (mut kinds, mut quiet, mut refused, mut tried) = (BTreeSet::new(), BTreeSet::new(), 0, 0);
    let mut unnamed = Vec::new();
    for table in &tables {
        assert!(table.rows.len() >= 2, "{}: this office must have rows of every table", table.name);
        for ubahan in table.ubahan() {
            if !table.put(&mut db, &ubahan) {
                refused += 1;
                continue;
            }
            tried += 1;
            let mut found = temuan(&meja, true);
            if found.is_empty() {
                // What only the letters themselves can tell.
                found = temuan(&meja, false);
            }
            if found.iter().any(|finding| says_where(finding, &ubahan, &numbers)) {
                if found.iter().all(|finding| finding.kode != "buku-rusak") {
                    quiet.insert(ubahan.kind.clone());
                }
                kinds.insert(ubahan.kind);
            } else {
                let codes: Vec<_> = found.iter().map(|finding| (finding.kode, &finding.pesan)).collect();
                unnamed.push(format!("{:?} {:?}: {codes:?}", ubahan.kind, ubahan.place));
            }
            table.restore(&db);
        }
    }
    println!(
        "{tried} perubahan, {} macam ({} luput dari SQLite), {refused} ditolak SQLite",
        kinds.len(),
        quiet.len()
    );
    assert!(unnamed.is_empty(), "{} not named:\n{}", unnamed.len(), unnamed.join("\n"));
    for table in &tables {
        for what in ["hapus", "salin"] {
            assert!(kinds.contains(&(table.name.clone(), String::new(), what)), "{} {what}", table.name);
        }
        for column in &table.columns {
            let tried = kinds.iter().any(|(name, own, _)| (name, own) == (&table.name, &column.name));
            assert!(tried, "{}.{}", table.name, column.name);
        }
    }
    assert!(quiet.len() >= 60, "kinds of change that SQLite's own check calls ok");
    assert_eq!(temuan(&meja, false), [], "everything was put back");
}
