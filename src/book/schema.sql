-- The agenda book, schema 3. Names are the field's own; every table says what it holds. Made in one transaction.

-- The log: one leaf per change, without gap. Covers every value in the tables below but the personal ones.
CREATE TABLE catatan (
  seq  INTEGER PRIMARY KEY CHECK (seq >= 0),
  isi  TEXT NOT NULL,                                  -- canonical JSON
  rincian TEXT,                                        -- details of a letter, whose digest is in `isi`
  daun BLOB NOT NULL CHECK (length(daun) = 32)         -- RFC 6962 leaf hash
) STRICT;

-- The tree over the leaves: hashes of its complete subtrees above level 0.
CREATE TABLE simpul (
  tingkat INTEGER NOT NULL CHECK (tingkat >= 1),
  indeks  INTEGER NOT NULL CHECK (indeks >= 0),
  sidik   BLOB NOT NULL CHECK (length(sidik) = 32),
  PRIMARY KEY (tingkat, indeks)
) STRICT, WITHOUT ROWID;

-- Checkpoints: size and root of the log, signed under its own key (C2SP tlog-checkpoint).
CREATE TABLE titik (
  ukuran  INTEGER PRIMARY KEY CHECK (ukuran >= 1),
  sebelum INTEGER UNIQUE REFERENCES titik (ukuran),    -- the checkpoint before
  akar    BLOB NOT NULL CHECK (length(akar) = 32),
  isi     TEXT NOT NULL                                -- the signed note
) STRICT;

-- Letters that were issued. Rows stay for ever.
CREATE TABLE surat (
  seq          INTEGER PRIMARY KEY REFERENCES catatan (seq),
  seri         TEXT NOT NULL,
  tahun        INTEGER NOT NULL,
  urut         INTEGER NOT NULL CHECK (urut >= 1),      -- of an insertion the number that it stands behind
  sisipan      TEXT NOT NULL DEFAULT '' CHECK (sisipan = '' OR length(sisipan) = 1 AND sisipan BETWEEN 'a' AND 'z'),
  alasan_sisipan TEXT CHECK ((sisipan <> '') = (alasan_sisipan IS NOT NULL) AND trim(alasan_sisipan) <> ''),
  nomor        TEXT NOT NULL,
  tanggal      TEXT NOT NULL CHECK (substr(tanggal, 1, 4) = printf('%04d', tahun)),
  jenis        TEXT NOT NULL,
  perihal      TEXT NOT NULL,
  penyegel     TEXT NOT NULL,
  kid          BLOB NOT NULL CHECK (length(kid) = 8),
  sidik        BLOB NOT NULL CHECK (length(sidik) = 32),
  tanda_tangan BLOB NOT NULL CHECK (length(tanda_tangan) = 64),
  kode         TEXT NOT NULL CHECK (length(kode) = 14), -- short code at the foot of the paper
  berlaku_sampai TEXT,                                  -- last day on which it is good; open without
  templat      BLOB NOT NULL CHECK (length(templat) = 32),
  profil       BLOB NOT NULL CHECK (length(profil) = 32),
  versi        TEXT NOT NULL,
  menggantikan INTEGER UNIQUE REFERENCES surat (seq),
  UNIQUE (seri, tahun, urut, sisipan),
  UNIQUE (nomor, tahun)
) STRICT;
CREATE INDEX surat_tanggal ON surat (seri, tanggal);
CREATE INDEX surat_bulan ON surat (tanggal);
CREATE INDEX surat_sidik ON surat (sidik);
CREATE INDEX surat_kode ON surat (kode);

-- Second numbers: a letter of another series also stands in the general agenda. Taken with the letter, in its leaf.
CREATE TABLE agenda (
  seq   INTEGER PRIMARY KEY REFERENCES surat (seq),
  seri  TEXT NOT NULL,
  tahun INTEGER NOT NULL,
  urut  INTEGER NOT NULL CHECK (urut >= 1),
  nomor TEXT NOT NULL,
  UNIQUE (seri, tahun, urut),
  UNIQUE (tahun, nomor)
) STRICT;

-- Where a letter's bytes are: digest of the PDF, and the name of the stored bytes. The log holds `sidik` and
-- `tanda_tangan` of the same bytes; the check of the archive compares them with the file itself.
CREATE TABLE berkas (
  seq    INTEGER PRIMARY KEY REFERENCES surat (seq),
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  objek  BLOB NOT NULL UNIQUE CHECK (length(objek) = 32),
  ukuran INTEGER NOT NULL
) STRICT;

-- Templates, fonts and profiles that were handed to the archive, once each.
CREATE TABLE lampiran (objek BLOB PRIMARY KEY CHECK (length(objek) = 32)) STRICT;

-- Personal data, apart from everything else so that it can be destroyed lawfully; the log holds salted digests.
CREATE TABLE orang (
  seq   INTEGER PRIMARY KEY REFERENCES surat (seq),
  garam BLOB NOT NULL CHECK (length(garam) = 16),
  nik   TEXT,
  nama  TEXT NOT NULL,
  kasus TEXT NOT NULL,
  permintaan BLOB CHECK (length(permintaan) = 32)      -- digest of the request's content
) STRICT;
CREATE INDEX orang_nik ON orang (nik);

-- Request keys: asking again gives the same letter. The digest of the content stands with the person.
CREATE TABLE permintaan (
  kunci TEXT PRIMARY KEY,
  seq   INTEGER NOT NULL REFERENCES surat (seq)
) STRICT;

-- Committed bytes on their way to the archive folder.
CREATE TABLE antrean (
  objek BLOB PRIMARY KEY CHECK (length(objek) = 32),
  isi   BLOB NOT NULL
) STRICT;

-- What happened to letters after they were issued: cancelled, handed over, card collected.
CREATE TABLE peristiwa (
  seq     INTEGER PRIMARY KEY REFERENCES catatan (seq),
  jenis   TEXT NOT NULL CHECK (jenis IN ('batal', 'serah', 'ambil')),
  surat   INTEGER NOT NULL REFERENCES surat (seq),
  tanggal TEXT NOT NULL,
  oleh    TEXT NOT NULL,
  alasan  TEXT CHECK ((jenis = 'batal') = (alasan IS NOT NULL)),
  UNIQUE (surat, jenis)
) STRICT;
CREATE INDEX peristiwa_tanggal ON peristiwa (tanggal);

-- Who received letters: personal data; the log holds salted digests.
CREATE TABLE penerima (
  seq   INTEGER PRIMARY KEY REFERENCES peristiwa (seq),
  garam BLOB NOT NULL CHECK (length(garam) = 16),
  nama  TEXT NOT NULL
) STRICT;

-- Numbers that were written outside suket, before it or by hand: used, never given again.
CREATE TABLE luar (
  seq     INTEGER PRIMARY KEY REFERENCES catatan (seq),
  seri    TEXT NOT NULL,
  tahun   INTEGER NOT NULL,
  dari    INTEGER NOT NULL CHECK (dari >= 1),
  sampai  INTEGER NOT NULL CHECK (sampai >= dari AND sampai <= 9999999),
  tanggal TEXT NOT NULL CHECK (substr(tanggal, 1, 4) = printf('%04d', tahun)),
  alasan  TEXT NOT NULL,
  oleh    TEXT NOT NULL
) STRICT;
CREATE INDEX luar_seri ON luar (seri, tahun, sampai);
CREATE INDEX luar_tanggal ON luar (seri, tanggal);
CREATE INDEX luar_bulan ON luar (tanggal);

-- Closed months: nothing of them changes any more. Register, trust file and checkpoint of the closing are in the
-- archive under these names; each closing names the leaf of the one before.
CREATE TABLE tutup (
  seq         INTEGER PRIMARY KEY REFERENCES catatan (seq),
  bulan       TEXT NOT NULL UNIQUE CHECK (bulan GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
  tanggal     TEXT NOT NULL,
  oleh        TEXT NOT NULL,
  register    BLOB NOT NULL CHECK (length(register) = 32),
  sidik       BLOB NOT NULL CHECK (length(sidik) = 32),
  kepercayaan BLOB NOT NULL CHECK (length(kepercayaan) = 32),
  titik       BLOB NOT NULL CHECK (length(titik) = 32),
  sebelum     BLOB CHECK (length(sebelum) = 32)
) STRICT;
CREATE INDEX tutup_sidik ON tutup (sidik);

-- Applications: numbered by year, also those that never became a letter.
CREATE TABLE permohonan (
  seq     INTEGER PRIMARY KEY REFERENCES catatan (seq),
  tahun   INTEGER NOT NULL,
  urut    INTEGER NOT NULL CHECK (urut >= 1),
  tanggal TEXT NOT NULL CHECK (substr(tanggal, 1, 4) = printf('%04d', tahun)),
  jenis   TEXT NOT NULL,
  oleh    TEXT NOT NULL,
  UNIQUE (tahun, urut)
) STRICT;
CREATE INDEX permohonan_tanggal ON permohonan (tanggal);

-- Who applied: personal data (name, NIK, village as canonical JSON); the log holds salted digests.
CREATE TABLE pemohon (
  seq   INTEGER PRIMARY KEY REFERENCES permohonan (seq),
  garam BLOB NOT NULL CHECK (length(garam) = 16),
  data  TEXT NOT NULL
) STRICT;

-- What became of applications.
CREATE TABLE jawaban (
  seq        INTEGER PRIMARY KEY REFERENCES catatan (seq),
  permohonan INTEGER NOT NULL REFERENCES permohonan (seq),
  tanggal    TEXT NOT NULL,
  hasil      TEXT NOT NULL CHECK (hasil IN ('dikembalikan', 'dilanjutkan', 'ditarik', 'selesai')),
  keterangan TEXT NOT NULL,
  oleh       TEXT NOT NULL
) STRICT;
CREATE INDEX jawaban_permohonan ON jawaban (permohonan);

-- Lawful destructions: the berita acara, who has agreed (a name a line), and months whose registers were destroyed.
CREATE TABLE musnah (
  seq          INTEGER PRIMARY KEY REFERENCES catatan (seq),
  tanggal      TEXT NOT NULL,
  oleh         TEXT NOT NULL,
  berita_acara TEXT NOT NULL,
  setuju       TEXT NOT NULL,
  register     TEXT NOT NULL
) STRICT;

-- What was destroyed: letters and applications, by their leaf number. Their rows stay.
CREATE TABLE dimusnahkan (
  catatan INTEGER PRIMARY KEY REFERENCES catatan (seq),
  musnah  INTEGER NOT NULL REFERENCES musnah (seq)
) STRICT;
CREATE INDEX dimusnahkan_musnah ON dimusnahkan (musnah);

CREATE TRIGGER musnah_bulan_tertutup BEFORE INSERT ON musnah
WHEN substr(NEW.tanggal, 1, 7) <= (SELECT max(bulan) FROM tutup)
BEGIN SELECT RAISE(ABORT, 'bulan pemusnahan sudah ditutup'); END;
CREATE TRIGGER musnah_tetap BEFORE UPDATE ON musnah BEGIN SELECT RAISE(ABORT, 'pemusnahan tidak boleh diubah'); END;
CREATE TRIGGER musnah_kekal BEFORE DELETE ON musnah BEGIN SELECT RAISE(ABORT, 'pemusnahan tidak boleh dihapus'); END;
CREATE TRIGGER dimusnahkan_tetap BEFORE UPDATE ON dimusnahkan BEGIN SELECT RAISE(ABORT, 'pemusnahan tidak boleh diubah'); END;
CREATE TRIGGER dimusnahkan_kekal BEFORE DELETE ON dimusnahkan BEGIN SELECT RAISE(ABORT, 'pemusnahan tidak boleh dihapus'); END;
CREATE TRIGGER permohonan_urut BEFORE INSERT ON permohonan
WHEN NEW.urut <> 1 + (SELECT coalesce(max(urut), 0) FROM permohonan WHERE tahun = NEW.tahun)
BEGIN SELECT RAISE(ABORT, 'nomor permohonan harus tepat berikutnya'); END;
CREATE TRIGGER permohonan_bulan_tertutup BEFORE INSERT ON permohonan
WHEN substr(NEW.tanggal, 1, 7) <= (SELECT max(bulan) FROM tutup)
BEGIN SELECT RAISE(ABORT, 'bulan permohonan sudah ditutup'); END;
CREATE TRIGGER jawaban_bulan_tertutup BEFORE INSERT ON jawaban
WHEN substr(NEW.tanggal, 1, 7) <= (SELECT max(bulan) FROM tutup)
BEGIN SELECT RAISE(ABORT, 'bulan jawaban sudah ditutup'); END;
CREATE TRIGGER jawaban_tanggal_mundur BEFORE INSERT ON jawaban
WHEN NEW.tanggal < (SELECT tanggal FROM permohonan WHERE seq = NEW.permohonan)
  OR NEW.tanggal < (SELECT max(tanggal) FROM jawaban WHERE permohonan = NEW.permohonan)
BEGIN SELECT RAISE(ABORT, 'tanggal jawaban tidak boleh mundur'); END;
CREATE TRIGGER jawaban_terakhir BEFORE INSERT ON jawaban
WHEN EXISTS (SELECT 1 FROM jawaban WHERE permohonan = NEW.permohonan AND hasil IN ('ditarik', 'selesai'))
BEGIN SELECT RAISE(ABORT, 'permohonan sudah dijawab'); END;
CREATE TRIGGER permohonan_tetap BEFORE UPDATE ON permohonan BEGIN SELECT RAISE(ABORT, 'permohonan tidak boleh diubah'); END;
CREATE TRIGGER permohonan_kekal BEFORE DELETE ON permohonan BEGIN SELECT RAISE(ABORT, 'permohonan tidak boleh dihapus'); END;
CREATE TRIGGER pemohon_tetap BEFORE UPDATE ON pemohon BEGIN SELECT RAISE(ABORT, 'pemohon tidak boleh diubah'); END;
CREATE TRIGGER jawaban_tetap BEFORE UPDATE ON jawaban BEGIN SELECT RAISE(ABORT, 'jawaban tidak boleh diubah'); END;
CREATE TRIGGER jawaban_kekal BEFORE DELETE ON jawaban BEGIN SELECT RAISE(ABORT, 'jawaban tidak boleh dihapus'); END;
CREATE TRIGGER tutup_berurut BEFORE INSERT ON tutup
WHEN NEW.bulan <> (SELECT strftime('%Y-%m', max(bulan) || '-01', '+1 month') FROM tutup)
  OR ((SELECT count(*) FROM tutup) = 0 AND NEW.bulan > substr((SELECT min(tanggal) FROM surat), 1, 7))
  OR ((SELECT count(*) FROM tutup) = 0 AND NEW.bulan > substr((SELECT min(tanggal) FROM luar), 1, 7))
BEGIN SELECT RAISE(ABORT, 'bulan ditutup berurutan'); END;
CREATE TRIGGER surat_bulan_tertutup BEFORE INSERT ON surat
WHEN substr(NEW.tanggal, 1, 7) <= (SELECT max(bulan) FROM tutup)
BEGIN SELECT RAISE(ABORT, 'bulan surat sudah ditutup'); END;
CREATE TRIGGER luar_bulan_tertutup BEFORE INSERT ON luar
WHEN substr(NEW.tanggal, 1, 7) <= (SELECT max(bulan) FROM tutup)
BEGIN SELECT RAISE(ABORT, 'bulan nomor luar sudah ditutup'); END;
CREATE TRIGGER peristiwa_bulan_tertutup BEFORE INSERT ON peristiwa
WHEN substr(NEW.tanggal, 1, 7) <= (SELECT max(bulan) FROM tutup)
BEGIN SELECT RAISE(ABORT, 'bulan peristiwa sudah ditutup'); END;
CREATE TRIGGER tutup_tetap BEFORE UPDATE ON tutup BEGIN SELECT RAISE(ABORT, 'penutupan tidak boleh diubah'); END;
CREATE TRIGGER tutup_kekal BEFORE DELETE ON tutup BEGIN SELECT RAISE(ABORT, 'penutupan tidak boleh dihapus'); END;

-- Letters that hold the dates of their series: all but those that were cancelled before their own day came.
CREATE VIEW jadi AS
  SELECT s.seq, s.seri, s.tahun, s.urut, s.sisipan, s.tanggal FROM surat s WHERE NOT EXISTS
    (SELECT 1 FROM peristiwa p WHERE p.surat = s.seq AND p.jenis = 'batal' AND p.tanggal < s.tanggal);

-- Every place of a series with its date: numbers, insertions, numbers in the general agenda, ranges outside.
CREATE VIEW bertanggal AS
  SELECT seri, tahun, urut AS dari, urut AS sampai, tanggal FROM jadi
  UNION ALL
  SELECT a.seri, a.tahun, a.urut, a.urut, j.tanggal FROM agenda a JOIN jadi j ON j.seq = a.seq
  UNION ALL
  SELECT seri, tahun, dari, sampai, tanggal FROM luar;

-- One counter for each series and year: letters, numbers in the general agenda, numbers outside. Insertions stand
-- beside it.
CREATE TRIGGER luar_urut BEFORE INSERT ON luar
WHEN NEW.dari <> 1 + max(
  (SELECT coalesce(max(urut), 0) FROM surat WHERE seri = NEW.seri AND tahun = NEW.tahun),
  (SELECT coalesce(max(urut), 0) FROM agenda WHERE seri = NEW.seri AND tahun = NEW.tahun),
  (SELECT coalesce(max(sampai), 0) FROM luar WHERE seri = NEW.seri AND tahun = NEW.tahun))
BEGIN SELECT RAISE(ABORT, 'nomor luar harus tepat berikutnya'); END;
CREATE TRIGGER luar_tanggal_mundur BEFORE INSERT ON luar
WHEN NEW.tanggal < (SELECT tanggal FROM jadi WHERE seri = NEW.seri AND sisipan = '' ORDER BY tanggal DESC LIMIT 1)
  OR NEW.tanggal < (SELECT j.tanggal FROM agenda a JOIN jadi j ON j.seq = a.seq WHERE a.seri = NEW.seri
    ORDER BY a.tahun DESC, a.urut DESC LIMIT 1)
  OR NEW.tanggal < (SELECT max(tanggal) FROM luar WHERE seri = NEW.seri)
BEGIN SELECT RAISE(ABORT, 'tanggal tidak boleh mundur'); END;
CREATE TRIGGER peristiwa_tanggal_mundur BEFORE INSERT ON peristiwa
WHEN NEW.tanggal < (SELECT max(tanggal) FROM peristiwa)
BEGIN SELECT RAISE(ABORT, 'tanggal peristiwa tidak boleh mundur'); END;
CREATE TRIGGER sesudah_batal BEFORE INSERT ON peristiwa
WHEN EXISTS (SELECT 1 FROM peristiwa WHERE surat = NEW.surat AND jenis = 'batal')
BEGIN SELECT RAISE(ABORT, 'surat sudah dibatalkan'); END;
CREATE TRIGGER batal_atau_diganti BEFORE INSERT ON peristiwa
WHEN NEW.jenis = 'batal' AND EXISTS (SELECT 1 FROM surat WHERE menggantikan = NEW.surat)
BEGIN SELECT RAISE(ABORT, 'surat sudah diganti'); END;
CREATE TRIGGER diganti_atau_batal BEFORE INSERT ON surat
WHEN EXISTS (SELECT 1 FROM peristiwa WHERE surat = NEW.menggantikan AND jenis = 'batal')
BEGIN SELECT RAISE(ABORT, 'surat yang diganti sudah dibatalkan'); END;
CREATE TRIGGER surat_urut BEFORE INSERT ON surat
WHEN NEW.sisipan = '' AND NEW.urut <> 1 + max(
  (SELECT coalesce(max(urut), 0) FROM surat WHERE seri = NEW.seri AND tahun = NEW.tahun),
  (SELECT coalesce(max(urut), 0) FROM agenda WHERE seri = NEW.seri AND tahun = NEW.tahun),
  (SELECT coalesce(max(sampai), 0) FROM luar WHERE seri = NEW.seri AND tahun = NEW.tahun))
BEGIN SELECT RAISE(ABORT, 'nomor urut harus tepat berikutnya'); END;
CREATE TRIGGER surat_tanggal_mundur BEFORE INSERT ON surat
WHEN NEW.sisipan = '' AND (
  NEW.tanggal < (SELECT tanggal FROM jadi WHERE seri = NEW.seri AND sisipan = '' ORDER BY tanggal DESC LIMIT 1)
  OR NEW.tanggal < (SELECT j.tanggal FROM agenda a JOIN jadi j ON j.seq = a.seq WHERE a.seri = NEW.seri
    ORDER BY a.tahun DESC, a.urut DESC LIMIT 1)
  OR NEW.tanggal < (SELECT max(tanggal) FROM luar WHERE seri = NEW.seri))
BEGIN SELECT RAISE(ABORT, 'tanggal surat tidak boleh mundur'); END;
CREATE TRIGGER sisipan_tempat BEFORE INSERT ON surat
WHEN NEW.sisipan <> '' AND (
  NOT EXISTS (SELECT 1 FROM surat WHERE seri = NEW.seri AND tahun = NEW.tahun AND urut = NEW.urut AND sisipan = '')
  AND NOT EXISTS (SELECT 1 FROM agenda WHERE seri = NEW.seri AND tahun = NEW.tahun AND urut = NEW.urut)
  AND NOT EXISTS (SELECT 1 FROM luar WHERE seri = NEW.seri AND tahun = NEW.tahun AND NEW.urut BETWEEN dari AND sampai)
  OR unicode(NEW.sisipan) <> 1 + (SELECT coalesce(max(unicode(sisipan)), 96) FROM surat
    WHERE seri = NEW.seri AND tahun = NEW.tahun AND urut = NEW.urut AND sisipan <> ''))
BEGIN SELECT RAISE(ABORT, 'sisipan harus di belakang nomor yang terpakai, dengan huruf berikutnya'); END;
CREATE TRIGGER sisipan_tanggal BEFORE INSERT ON surat
WHEN NEW.sisipan <> '' AND (
  NEW.tanggal < (SELECT max(tanggal) FROM bertanggal WHERE seri = NEW.seri AND tahun = NEW.tahun AND dari <= NEW.urut)
  OR NEW.tanggal > coalesce(
    (SELECT min(tanggal) FROM bertanggal WHERE seri = NEW.seri AND tahun = NEW.tahun AND sampai > NEW.urut),
    (SELECT max(tanggal) FROM bertanggal WHERE seri = NEW.seri)))
BEGIN SELECT RAISE(ABORT, 'tanggal sisipan harus di antara nomor di sebelahnya'); END;
CREATE TRIGGER agenda_urut BEFORE INSERT ON agenda
WHEN NEW.urut <> 1 + max(
  (SELECT coalesce(max(urut), 0) FROM surat WHERE seri = NEW.seri AND tahun = NEW.tahun),
  (SELECT coalesce(max(urut), 0) FROM agenda WHERE seri = NEW.seri AND tahun = NEW.tahun),
  (SELECT coalesce(max(sampai), 0) FROM luar WHERE seri = NEW.seri AND tahun = NEW.tahun))
BEGIN SELECT RAISE(ABORT, 'nomor agenda harus tepat berikutnya'); END;
CREATE TRIGGER agenda_surat BEFORE INSERT ON agenda
WHEN NEW.seq <> (SELECT max(seq) FROM catatan)
  OR NOT EXISTS (SELECT 1 FROM surat
    WHERE seq = NEW.seq AND tahun = NEW.tahun AND seri <> NEW.seri AND sisipan = '')
BEGIN SELECT RAISE(ABORT, 'nomor agenda hanya bersama surat seri lain'); END;
CREATE TRIGGER agenda_tanggal_mundur BEFORE INSERT ON agenda
WHEN (SELECT tanggal FROM surat WHERE seq = NEW.seq)
    < (SELECT tanggal FROM jadi WHERE seri = NEW.seri AND sisipan = '' ORDER BY tanggal DESC LIMIT 1)
  OR (SELECT tanggal FROM surat WHERE seq = NEW.seq)
    < (SELECT j.tanggal FROM agenda a JOIN jadi j ON j.seq = a.seq WHERE a.seri = NEW.seri
    ORDER BY a.tahun DESC, a.urut DESC LIMIT 1)
  OR (SELECT tanggal FROM surat WHERE seq = NEW.seq) < (SELECT max(tanggal) FROM luar WHERE seri = NEW.seri)
BEGIN SELECT RAISE(ABORT, 'tanggal agenda tidak boleh mundur'); END;
CREATE TRIGGER catatan_urut BEFORE INSERT ON catatan
WHEN NEW.seq <> (SELECT coalesce(max(seq) + 1, 0) FROM catatan)
BEGIN SELECT RAISE(ABORT, 'catatan harus tanpa lubang'); END;
CREATE TRIGGER titik_urut BEFORE INSERT ON titik
WHEN NEW.sebelum IS NOT (SELECT max(ukuran) FROM titik) OR NEW.sebelum >= NEW.ukuran
  OR NEW.ukuran > (SELECT coalesce(max(seq) + 1, 0) FROM catatan)
BEGIN SELECT RAISE(ABORT, 'titik periksa harus menyambung yang terakhir'); END;
CREATE TRIGGER simpul_tetap BEFORE UPDATE ON simpul BEGIN SELECT RAISE(ABORT, 'simpul tidak boleh diubah'); END;
CREATE TRIGGER simpul_kekal BEFORE DELETE ON simpul BEGIN SELECT RAISE(ABORT, 'simpul tidak boleh dihapus'); END;
CREATE TRIGGER titik_tetap BEFORE UPDATE ON titik BEGIN SELECT RAISE(ABORT, 'titik periksa tidak boleh diubah'); END;
CREATE TRIGGER titik_kekal BEFORE DELETE ON titik BEGIN SELECT RAISE(ABORT, 'titik periksa tidak boleh dihapus'); END;
CREATE TRIGGER surat_tetap BEFORE UPDATE ON surat BEGIN SELECT RAISE(ABORT, 'surat tidak boleh diubah'); END;
CREATE TRIGGER surat_kekal BEFORE DELETE ON surat BEGIN SELECT RAISE(ABORT, 'surat tidak boleh dihapus'); END;
CREATE TRIGGER agenda_tetap BEFORE UPDATE ON agenda BEGIN SELECT RAISE(ABORT, 'agenda tidak boleh diubah'); END;
CREATE TRIGGER agenda_kekal BEFORE DELETE ON agenda BEGIN SELECT RAISE(ABORT, 'agenda tidak boleh dihapus'); END;
CREATE TRIGGER catatan_tetap BEFORE UPDATE ON catatan BEGIN SELECT RAISE(ABORT, 'catatan tidak boleh diubah'); END;
CREATE TRIGGER catatan_kekal BEFORE DELETE ON catatan BEGIN SELECT RAISE(ABORT, 'catatan tidak boleh dihapus'); END;
CREATE TRIGGER berkas_tetap BEFORE UPDATE ON berkas BEGIN SELECT RAISE(ABORT, 'berkas tidak boleh diubah'); END;
CREATE TRIGGER berkas_kekal BEFORE DELETE ON berkas BEGIN SELECT RAISE(ABORT, 'berkas tidak boleh dihapus'); END;
CREATE TRIGGER permintaan_tetap BEFORE UPDATE ON permintaan BEGIN SELECT RAISE(ABORT, 'permintaan tidak boleh diubah'); END;
CREATE TRIGGER permintaan_kekal BEFORE DELETE ON permintaan BEGIN SELECT RAISE(ABORT, 'permintaan tidak boleh dihapus'); END;
CREATE TRIGGER peristiwa_tetap BEFORE UPDATE ON peristiwa BEGIN SELECT RAISE(ABORT, 'peristiwa tidak boleh diubah'); END;
CREATE TRIGGER peristiwa_kekal BEFORE DELETE ON peristiwa BEGIN SELECT RAISE(ABORT, 'peristiwa tidak boleh dihapus'); END;
CREATE TRIGGER luar_tetap BEFORE UPDATE ON luar BEGIN SELECT RAISE(ABORT, 'nomor luar tidak boleh diubah'); END;
CREATE TRIGGER luar_kekal BEFORE DELETE ON luar BEGIN SELECT RAISE(ABORT, 'nomor luar tidak boleh dihapus'); END;
CREATE TRIGGER penerima_tetap BEFORE UPDATE ON penerima BEGIN SELECT RAISE(ABORT, 'penerima tidak boleh diubah'); END;
CREATE TRIGGER orang_tetap BEFORE UPDATE ON orang BEGIN SELECT RAISE(ABORT, 'data orang tidak boleh diubah'); END;
