// Runs the check page's logic on real letters and on hostile ones.
//
//     node halaman.mjs [kantor.json harap.tsv [2026-11-21]]
//
// kantor.json: the page's list of trust files. harap.tsv: verdict TAB number TAB text of a QR. The date is "today".
// The hostile ones are made here with keys of their own, so that "validly signed but wrong" is really signed.

import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import * as B from "./halaman-bahan.mjs";

// Node 18 has WebCrypto under another name.
globalThis.crypto ??= webcrypto;
const page = new URL("../../templates/web/periksa/", import.meta.url);
const { ableToVerify, check, tanggal, withBook } = await import(new URL("periksa.js", page));
const { readTrust } = await import(new URL("kepercayaan.js", page));

const TODAY = "2026-11-21";
const HOST = "suket.contoh.example";
let passed = 0;
let failed = 0;

function told(ok, what) {
  if (ok) passed += 1;
  else failed += 1;
  if (!ok) console.log(`GAGAL: ${what}`);
}

async function expect(what, wanted, text, trusted, today = TODAY) {
  const found = await check(text, trusted, today);
  told(found.putusan === wanted, `${what}: ${found.putusan}, bukan ${wanted}`);
  return found;
}

async function realLetters([trustPath, expectedPath, today = TODAY]) {
  const { kantor, catatan } = await readTrust(JSON.parse(readFileSync(trustPath, "utf8")));
  told(catatan.length === 0, catatan.join(" "));
  for (const line of readFileSync(expectedPath, "utf8").split("\n").filter(Boolean)) {
    const [wanted, nomor, text] = line.split("\t");
    const found = await expect(`${nomor || text.slice(0, 40)}`, wanted, text, kantor, today);
    told((found.fakta?.nomor ?? "") === nomor, `nomor ${found.fakta?.nomor}, bukan ${nomor}`);
  }
}

const office = await B.newOffice("63.05.06", "Kantor Camat Contoh", { host: HOST });
const { key } = office;
const trusted = (await readTrust([office.file])).kantor;
const FACTS = [
  1, "400.12.2.1/0001/CLU/XI/2026", B.day("2026-11-21"), "SITI CONTOH NURHALIZA", B.day("2005-03-12"), 9902,
];
const withFact = (i, value) => FACTS.map((fact, at) => (at === i ? value : fact));
const letter = async (facts = FACTS, signer = key, kantor = "63.05.06") =>
  B.sealed(signer, B.payload(kantor, facts));
const good = await letter();
const bytes = B.cose(good);

async function genuine() {
  const found = await expect("surat asli", "asli", B.qr(bytes, HOST), trusted);
  told(found.kalimat === "Segel asli; hanya data di bawah ini yang dijamin.", "kalimat");
  told(found.warna === "hijau" && found.peringatan === "", "warna dan alamat");
  const { nomor, nama, nik, lahir, tanggal: date, jenis } = found.fakta;
  told(nomor === FACTS[1] && nama === FACTS[3] && nik === "************9902", "nomor, nama, NIK");
  told(lahir === "2005-03-12" && date === TODAY && jenis === "keterangan-perekaman", "tanggal dan jenis");
  told(tanggal("2026-03-01") === "1 Maret 2026", "tanggal seperti di kertas");
  const bits = BigInt(`0x${B.hex(B.sha256(bytes))}`).toString(2).padStart(256, "0").slice(0, 60).match(/.{5}/g);
  const symbols = bits.map((five) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[parseInt(five, 2)]).join("");
  told(found.kode === symbols.replace(/^(.{4})(.{4})/, "$1-$2-"), `kode surat ${found.kode}`);
  told(await ableToVerify(), "Ed25519");
  const plain = await expect("SUKET:", "asli", B.qr(bytes), trusted);
  told(plain.peringatan === "", "QR tanpa alamat tidak diperingatkan");
  await expect("spasi di tepi", "asli", ` ${B.qr(bytes)}\n`, trusted);
  const foreign = await expect("alamat lain", "asli", B.qr(bytes, "palsu.example"), trusted);
  told(/palsu\.example.*suket\.contoh/.test(foreign.peringatan), "alamat lain disebut");
  await expect("tanpa lahir dan NIK", "asli", B.qr(B.cose(await letter([4, "1", 20000, "BUDI", null, null]))), trusted);
  await expect("lahir sebelum 1970", "asli", B.qr(B.cose(await letter(withFact(4, -9000)))), trusted);
  await expect("jenis sendiri", "asli", B.qr(B.cose(await letter(withFact(0, "surat-domisili")))), trusted);
  for (const [until, wanted] of [["2026-11-21", "asli"], ["2026-11-20", "kedaluwarsa"]]) {
    await expect(`berlaku sampai ${until}`, wanted, B.qr(B.cose(await letter([...FACTS, B.day(until)]))), trusted);
  }
}

/** Nobody without the key: any change of the text. */
async function changedText() {
  const text = B.qr(bytes);
  for (let at = 6; at < text.length; at += 1) {
    const other = String((Number(text[at]) + 1 + (at % 9)) % 10);
    const found = await check(text.slice(0, at) + other + text.slice(at + 1), trusted, TODAY);
    told(found.warna !== "hijau", `angka ke-${at} diubah: ${found.putusan}`);
  }
  for (let at = 0; at < bytes.length; at += 1) {
    for (const bit of [1, 0x80]) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= bit;
      const found = await check(B.qr(flipped), trusted, TODAY);
      told(["diubah", "kunci-tidak-dikenal"].includes(found.putusan), `bita ${at} diubah: ${found.putusan}`);
    }
  }
  for (let length = 0; length < bytes.length; length += 1) {
    const found = await check(B.qr(bytes.subarray(0, length)), trusted, TODAY);
    told(found.putusan === (length ? "diubah" : "bukan-surat"), `terpotong pada ${length}: ${found.putusan}`);
  }
  const own = B.digits(bytes);
  const texts = [
    "", "https://contoh.example/", "KTP 6305065203059902", "SUKET:", "SUKET:12a", "SUKET:9", "SUKET:999",
    `suket:${own}`,
    `http://${HOST}/v#${own}`, `https://${HOST}/v/#${own}`, `https://${HOST}/v#${own}x`, `SUKET:${own.slice(0, -1)}`,
    `SUKET:${"9".repeat(17)}${own.slice(17)}`, `SUKET:${"1".repeat(5000)}`, `SUKET:${own}٣٤٥`,
  ];
  for (const other of texts) await expect(`teks ${other.slice(0, 30)}`, "bukan-surat", other, trusted);
  await expect("bita tambahan", "diubah", B.qr(B.cat(bytes, [0])), trusted);
  await expect("panjang sekali", "diubah", B.qr(Buffer.alloc(1200, 0x81)), trusted);
  await expect("bersarang dalam", "diubah", B.qr(Buffer.alloc(900, 0x81)), trusted);
  await expect("panjang bohong", "diubah", B.qr(Buffer.from("d29bffffffffffffffff", "hex")), trusted);
}

/** Signed by the true key, but not in the one form. */
async function signedButWrong() {
  const [h, b] = [good.header, good.body];
  const signed = async (body, header) => B.cose(await B.sealed(key, body, header));
  const facts = (i, value) => B.payload("63.05.06", withFact(i, value));
  const office1 = [B.int(1), B.text("63.05.06")];
  const list = (...items) => [B.int(-65537), B.list(...items)];
  const raw = [B.int(1), B.text(FACTS[1]), B.int(FACTS[2]), B.text(FACTS[3]), B.int(FACTS[4]), B.int(9902)];
  const parts = (outer, ...items) => B.cat(outer, ...items);
  const [ph, pb, ps] = [B.blob(h), B.blob(b), B.blob(good.signature)];
  const array = Buffer.from("d284", "hex");
  const kid = [B.int(4), B.blob(key.kid)];
  const alg = (n) => [B.int(1), B.int(n)];
  const hostile = {
    "tanpa tag": bytes.subarray(1),
    "tag 61 di luar": B.tag(61, bytes),
    "tag 98": parts(Buffer.from("d86284", "hex"), ph, B.map(), pb, ps),
    "tag tidak terpendek": parts(Buffer.from("d81284", "hex"), ph, B.map(), pb, ps),
    "larik tidak terpendek": parts(Buffer.from("d29804", "hex"), ph, B.map(), pb, ps),
    "larik tanpa panjang": parts(Buffer.from("d29f", "hex"), ph, B.map(), pb, ps, [0xff]),
    "lima unsur": parts(Buffer.from("d285", "hex"), ph, B.map(), pb, ps, B.NULL),
    "tiga unsur": parts(Buffer.from("d283", "hex"), ph, B.map(), pb),
    "kepala terbuka berisi": parts(array, ph, B.map(kid), pb, ps),
    "kepala terbuka larik": parts(array, ph, B.list(), pb, ps),
    "muatan null": parts(array, ph, B.map(), B.NULL, ps),
    "panjang muatan tidak terpendek": parts(array, ph, B.map(), B.blob(b, 2), ps),
    "segel 63 bita": parts(array, ph, B.map(), pb, B.blob(good.signature.subarray(1))),
    "segel 65 bita": parts(array, ph, B.map(), pb, B.blob(B.cat(good.signature, [0]))),
    "segel kosong": parts(array, ph, B.map(), pb, B.blob([])),
    "segel nol": parts(array, ph, B.map(), pb, B.blob(Buffer.alloc(64))),
    "alg -7": await signed(b, B.map(alg(-7), kid)),
    "alg -19": await signed(b, B.map(alg(-19), kid)),
    "alg 5 (HMAC)": await signed(b, B.map(alg(5), kid)),
    "tanpa alg": await signed(b, B.map(kid)),
    "alg tidak terpendek": await signed(b, B.map([B.int(1), B.int(-8, 1)], kid)),
    "alg ganda": await signed(b, B.map(alg(-8), alg(-8), kid)),
    "kid sebelum alg": await signed(b, B.map(kid, alg(-8))),
    "tanpa kid": await signed(b, B.map(alg(-8))),
    "kid 7 bita": await signed(b, B.map(alg(-8), [B.int(4), B.blob(key.kid.subarray(1))])),
    "kid teks": await signed(b, B.map(alg(-8), [B.int(4), B.text(B.hex(key.kid).slice(0, 8))])),
    "kepala bertambah": await signed(b, B.map(alg(-8), kid, [B.int(3), B.int(60)])),
    "kepala kosong": await signed(b, Buffer.alloc(0)),
    "ekor di kepala": await signed(b, B.cat(h, [0])),
    "ekor di muatan": await signed(B.cat(b, [0])),
    "muatan kosong": await signed(Buffer.alloc(0)),
    "kunci peta ganda": await signed(B.map(office1, office1, list(...raw))),
    "fakta ganda": await signed(B.map(office1, list(...raw), list(...raw))),
    "urutan terbalik": await signed(B.map(list(...raw), office1)),
    "klaim bertambah": await signed(B.map(office1, list(...raw), [B.int(6), B.int(0)])),
    "klaim lain": await signed(B.map(office1, [B.int(-65538), B.list(...raw)])),
    "peta tanpa panjang": await signed(B.cat([0xbf], ...office1, ...list(...raw), [0xff])),
    "kantor bita": await signed(B.map([B.int(1), B.blob(Buffer.from("63.05.06"))], list(...raw))),
    "lima fakta": await signed(B.map(office1, list(...raw.slice(0, 5)))),
    "delapan fakta": await signed(B.map(office1, list(...raw, B.int(1), B.int(1)))),
    "fakta ketujuh null": await signed(B.map(office1, list(...raw, B.NULL))),
    "jenis 0": await signed(facts(0, 0)),
    "jenis 5": await signed(facts(0, 5)),
    "jenis -1": await signed(facts(0, -1)),
    "jenis bawaan sebagai teks": await signed(facts(0, "rekomendasi")),
    "jenis tidak terpendek": await signed(facts(0, B.int(1, 1))),
    "nomor angka": await signed(facts(1, 12)),
    "nomor panjang tidak terpendek": await signed(facts(1, B.text(FACTS[1], 2))),
    "nomor bukan UTF-8": await signed(facts(1, B.cat(B.head(3, 2), [0xc3, 0x28]))),
    "hari tidak terpendek": await signed(facts(2, B.int(FACTS[2], 4))),
    "hari pecahan": await signed(facts(2, Buffer.from("fb40d44f8000000000", "hex"))),
    "hari di luar kalender": await signed(facts(2, 900_000_000)),
    "hari sebelum tahun 1": await signed(facts(2, -800_000)),
    "lahir sebelum tahun 1": await signed(facts(4, -800_000)),
    "nomor panjang sekali": await signed(facts(1, "1".repeat(1000))),
    "hari 64 bit": await signed(facts(2, Buffer.from("1bffffffffffffffff", "hex"))),
    "hari bilangan besar": await signed(facts(2, Buffer.from("c24150", "hex"))),
    "nama null": await signed(facts(3, null)),
    "lahir teks": await signed(facts(4, "2005-03-12")),
    "lahir undefined": await signed(facts(4, Buffer.of(0xf7))),
    "NIK -1": await signed(facts(5, -1)),
    "NIK 10000": await signed(facts(5, 10000)),
    "NIK teks": await signed(facts(5, "9902")),
    "NIK benar": await signed(facts(5, Buffer.of(0xf5))),
    "muatan surat lain": B.cose({ ...good, body: (await letter(withFact(3, "ORANG LAIN"))).body }),
    "segel surat lain": B.cose({ ...good, signature: (await letter(withFact(1, "2"))).signature }),
    "kode kantor lain": B.cose(await letter(FACTS, key, "63.05.07")),
  };
  for (const [what, attack] of Object.entries(hostile)) {
    const found = await expect(what, "diubah", B.qr(attack, HOST), trusted);
    told(found.fakta === null, `${what}: data ditampilkan`);
  }
}

const certified = (publicKey, last) => B.certificate(office.root, "Akar", publicKey, "Segel", last);

/** A key entry for sealing PDFs; its id must never open a QR. */
async function ecdsaEntry() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const publik = Buffer.from(await crypto.subtle.exportKey("raw", pair.publicKey));
  const raw = B.sha256(publik).subarray(0, 8);
  const sertifikat = await certified(Buffer.from(await crypto.subtle.exportKey("spki", pair.publicKey)));
  return { raw, kid: B.hex(raw), publik: B.hex(publik), algoritma: "ecdsa-p256", sertifikat };
}

async function otherKeys() {
  const stranger = await B.newKey();
  await expect("kunci asing", "kunci-tidak-dikenal", B.qr(B.cose(await letter(FACTS, stranger))), trusted);
  const borrowed = await letter(FACTS, { ...stranger, kid: key.kid });
  await expect("kunci asing dengan kid kantor", "diubah", B.qr(B.cose(borrowed)), trusted);
  await expect("kid lain, segel benar", "kunci-tidak-dikenal",
    B.qr(B.cose(await letter(FACTS, { ...key, kid: stranger.kid }))), trusted);
  await expect("daftar kosong", "kunci-tidak-dikenal", B.qr(bytes), new Map());

  const changed = async (change, more = {}) => {
    const file = { ...office.file, ...more, kunci: [{ ...office.entry, ...change, raw: undefined }] };
    delete file.kunci[0].raw;
    return (await readTrust([await B.signTrust(office.root, file)])).kantor;
  };
  const p256 = await ecdsaEntry();
  const cases = [
    ["kunci ecdsa", "kunci-tidak-dikenal", p256],
    ["sertifikat berakhir", "di-luar-masa-jabatan", { sertifikat: await certified(key.raw, "2026-11-20") }],
    ["hari terakhir sertifikat", "asli", { sertifikat: await certified(key.raw, "2026-11-21") }],
    ["sebelum masa", "di-luar-masa-jabatan", { mulai: "2026-11-22" }],
    ["hari pertama", "asli", { mulai: "2026-11-21" }],
    ["hari terakhir", "asli", { sampai: "2026-11-21" }],
    ["sesudah masa", "di-luar-masa-jabatan", { sampai: "2026-11-20" }],
    ["dicabut hari itu", "kunci-dicabut", { status: "dicabut", dicabut_sejak: "2026-11-21" }],
    ["dicabut tanpa tanggal", "kunci-dicabut", { status: "dicabut" }],
    ["dicabut dan di luar masa", "kunci-dicabut",
      { status: "dicabut", dicabut_sejak: "2026-01-01", sampai: "2026-01-01" }],
    ["dicabut kemudian", "asli", { status: "dicabut", dicabut_sejak: "2026-11-22", sebab: "laptop hilang" }],
  ];
  for (const [what, wanted, change] of cases) {
    const kantor = await changed(change);
    told(kantor.size === 1, `${what}: daftar ditolak`);
    const text = change === p256 ? B.qr(B.cose(await letter(FACTS, { ...key, kid: p256.raw }))) : B.qr(bytes);
    const found = await expect(what, wanted, text, kantor);
    if (what === "dicabut kemudian") {
      const note = "Kunci ini dicabut sejak 22 November 2026 (laptop hilang): tanggal surat hanya dapat dipastikan "
        + "dari buku agenda kantor";
      told(found.tidak_diperiksa[0] === note, "pencabutan disebut di antara yang tidak diperiksa");
    }
  }
  // Another office knows our key too; it must not speak for ours.
  const other = await B.newOffice("63.05.07", "Kantor Camat Lain");
  const file = await B.signTrust(other.root, { ...other.file, kunci: [{ ...office.entry, penyegel: "Lain" }] });
  const both = (await readTrust([file, office.file])).kantor;
  const found = await expect("kunci dikenal dua kantor", "asli", B.qr(bytes), both);
  told(found.penyegel === "Segel Kantor Camat Contoh", `penyegel ${found.penyegel}`);
  await expect("kantor lain menyegel atas nama kita", "diubah",
    B.qr(B.cose(await letter(FACTS, other.key))),
    (await readTrust([other.file, office.file])).kantor);
}

async function trustFiles() {
  const refused = async (what, list, kept = {}, left = 0) => {
    const { kantor, catatan } = await readTrust(list, kept);
    told(kantor.size === left && catatan.length > 0, `${what}: ${kantor.size} kantor, ${catatan.join(" ")}`);
  };
  const { file, root, entry } = office;
  const signed = (change) => B.signTrust(root, { ...file, ...change });
  const key = (change) => signed({ kunci: [{ ...entry, ...change }] });
  const other = await B.newOffice("63.05.06", "Kantor Camat Contoh");
  const flipped = file.tanda_tangan.replace(/^./, (c) => (c === "0" ? "1" : "0"));
  const { tanda_tangan: _, ...bare } = file;
  const { telepon: _phone, ...silent } = file;
  // The same root key, said to be for another algorithm (X25519).
  const der = Buffer.from(file.akar.split("\n").slice(1, -2).join(""), "base64");
  der[der.indexOf(Buffer.from("2b6570032100", "hex")) + 2] = 0x6e;
  const x25519 = `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
  const p256 = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", p256.publicKey)).toString("base64");
  const list = {
    "tanda tangan rusak": { ...file, tanda_tangan: flipped },
    "tanda tangan hilang": bare,
    "tanda tangan kosong": { ...file, tanda_tangan: "" },
    "nama diubah": { ...file, nama: "Kantor Camat Lain" },
    "versi dinaikkan": { ...file, versi: 99 },
    "kunci ditambah": { ...file, kunci: [entry, { ...other.entry }] },
    "medan ditambah": { ...file, catatan: "x" },
    "pencabutan dihapus": { ...(await key({ status: "dicabut", dicabut_sejak: TODAY })), kunci: [entry] },
    "akar lain, tanda tangan lama": { ...file, akar: other.file.akar },
    "ditandatangani akar lain": await B.signTrust(other.root, file),
    "akar bukan PEM": { ...file, akar: "x" },
    "akar terpotong": { ...file, akar: file.akar.replace(/\n.{64}\n/, "\n") },
    "akar bukan Ed25519": { ...file, akar: `-----BEGIN CERTIFICATE-----\n${spki}\n-----END CERTIFICATE-----\n` },
    "akar X25519": await signed({ akar: x25519 }),
    "angka pecahan": await signed({ lain: 1.5 }),
    "segel_sejak rusak": await signed({ segel_sejak: "" }),
    "penyegel bukan teks": await key({ penyegel: 1 }),
    "skema lain": await signed({ skema: "suket-trust/2" }),
    "versi pecahan": await signed({ versi: 1.5 }),
    "versi nol": await signed({ versi: 0 }),
    "versi teks": await signed({ versi: "2" }),
    "tanggal mustahil": await signed({ tanggal: "2026-02-30" }),
    "tanpa telepon": await B.signTrust(root, silent),
    "kunci ganda": await signed({ kunci: [entry, entry] }),
    "kid tidak cocok": await key({ kid: "0000000000000000" }),
    "publik tidak cocok": await key({ publik: B.hex(other.key.raw) }),
    "publik huruf besar": await key({ publik: entry.publik.toUpperCase() }),
    "publik pendek": await key({ publik: entry.publik.slice(2) }),
    "algoritma asing": await key({ algoritma: "ed448" }),
    "status asing": await key({ status: "mungkin" }),
    "publik sertifikat lain": await key({ publik: B.hex(other.key.raw), kid: other.entry.kid }),
    "algoritma bukan milik sertifikat": await key({ algoritma: "ecdsa-p256" }),
    "algoritma bawaan objek": await key({ algoritma: "constructor" }),
    "sampai sesudah sertifikat": await key({ sampai: "2047-01-01" }),
    "mulai sebelum sertifikat": await key({ mulai: "2022-12-31" }),
    "aktif tetapi dicabut": await key({ dicabut_sejak: TODAY }),
    "sertifikat rusak": await key({ sertifikat: "x" }),
    "mulai rusak": await key({ mulai: "kemarin" }),
    "sampai rusak": await key({ sampai: "2026-13-01" }),
    "bukan objek": "x",
    "null": null,
  };
  for (const [what, attack] of Object.entries(list)) await refused(what, [attack]);
  await refused("satu rusak, satu baik", [null, file], {}, 1);
  await refused("dua akar untuk satu kantor", [file, other.file], {}, 1);

  const newer = await signed({ versi: 2, kunci: [{ ...entry, status: "dicabut", dicabut_sejak: "2023-01-01" }] });
  const first = await readTrust([newer]);
  told(first.kantor.size === 1 && first.catatan.length === 0, "versi 2 diterima");
  told((await readTrust([newer], first.kept)).catatan.length === 0, "versi yang sama diterima lagi");
  const forked = await readTrust([await signed({ versi: 2, nama: "Lain" })], first.kept);
  told(/dua isi/.test(forked.catatan.join()), "dua isi dengan satu versi");
  told(forked.kantor.get("63.05.06").nama === file.nama, "yang dilihat lebih dulu tetap dipakai");
  const back = await readTrust([file], first.kept);
  told(back.catatan.length === 1 && back.kantor.get("63.05.06").versi === 2, "versi 1 sesudah versi 2 ditolak");
  told(back.kept[back.kantor.get("63.05.06").sidik].versi === 2, "versi 2 tetap diingat");
  await expect("versi lama tidak menghidupkan kunci", "kunci-dicabut", B.qr(bytes), back.kantor);
  const broken = await readTrust([{ ...newer, tanda_tangan: flipped }], first.kept);
  told(broken.catatan.length === 1 && broken.kantor.size === 1, "berkas rusak: yang tersimpan tetap dipakai");
  const forged = { [Object.keys(first.kept)[0]]: { ...newer, versi: 3 } };
  told((await readTrust([file], forged)).kantor.get("63.05.06").versi === 1, "ingatan palsu tidak dipakai");
  told((await readTrust([file], { x: null, y: 3 })).kantor.size === 1, "ingatan rusak tidak mengganggu");
  told((await readTrust([], first.kept)).kantor.size === 0, "kantor yang dihapus dari daftar tidak dipercaya");
  const moved = await readTrust([other.file], first.kept);
  told(moved.kantor.size === 1 && /Akar .* berubah/.test(moved.catatan.join()), "akar baru disebut");
  const reordered = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(file).reverse())));
  told((await readTrust([reordered])).kantor.size === 1, "urutan medan tidak berarti");
}

/** What the office's server says can only take away, and must be whole. */
async function book() {
  const asli = await check(B.qr(bytes), trusted, TODAY);
  const open = (found) => found.tidak_diperiksa.some((what) => what.startsWith("pembatalan"));
  const say = (putusan, hari = TODAY, found = asli) => withBook(found, { putusan, hari });
  for (const putusan of ["asli", "dibatalkan", "diganti", "tidak-tercatat", "kedaluwarsa"]) {
    const now = say(putusan);
    told(now.putusan === putusan && !open(now) && now.dasar.at(-1).includes("21 November 2026"), `buku: ${putusan}`);
    told(now.fakta === asli.fakta, "data tetap dari segel");
  }
  told(say("kunci-dicabut").putusan === "kunci-dicabut" && open(say("kunci-dicabut")), "buku tidak ditanya");
  for (const [putusan, hari] of [["bagus", TODAY], ["toString", TODAY], [undefined, TODAY], ["asli", "kemarin"], ["asli"]]) {
    told(withBook(asli, { putusan, hari }) === asli, `jawaban rusak: ${putusan}`);
  }
  const bad = await check("SUKET:123", trusted, TODAY);
  told(say("asli", TODAY, bad) === bad, "yang bukan surat tidak menjadi asli");
  const late = await check(B.qr(B.cose(await letter([...FACTS, B.day("2026-11-20")]))), trusted, TODAY);
  told(say("asli", TODAY, late).putusan === "kedaluwarsa", "yang kedaluwarsa tidak menjadi asli");
}

if (process.argv.length > 2) await realLetters(process.argv.slice(2));
await genuine();
await changedText();
await signedButWrong();
await otherKeys();
await trustFiles();
await book();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
