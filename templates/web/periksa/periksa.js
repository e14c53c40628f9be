// Checks the QR of a letter: digits, CBOR, COSE_Sign1, keys. Knows no page and no network.
//
// One exact encoding is accepted: what was read is written again and compared. Keys come from kepercayaan.js; the
// algorithm belongs to the key, never to the letter.

/** Private claim that holds the letter's facts. */
const CLAIM = -65537;
const KINDS = ["keterangan-perekaman", "rekomendasi", "tanda-terima", "pengembalian"];
const MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(" ");
const DAY = 86_400_000;

/** Every verdict with its colour and its sentence. */
const PUTUSAN = {
  "asli": ["hijau", "Segel asli; hanya data di bawah ini yang dijamin."],
  "kedaluwarsa": ["kuning", "Segel asli, tetapi masa berlaku surat ini sudah lewat."],
  "di-luar-masa-jabatan": ["kuning", "Surat ini disegel di luar masa berlaku kunci penyegelnya."],
  "diubah": ["merah", "Surat ini diubah setelah disegel, atau segelnya palsu. Jangan diterima."],
  "kunci-tidak-dikenal": ["merah", "Surat ini disegel dengan kunci yang tidak dikenal. Jangan diterima."],
  "kunci-dicabut": ["merah", "Surat ini disegel dengan kunci yang sudah dicabut. Jangan diterima."],
  "bukan-surat": ["abu-abu", "Ini bukan surat yang disegel dengan suket."],
  "dibatalkan": ["kuning", "Segel asli, tetapi surat ini sudah dibatalkan oleh kantor."],
  "diganti": ["kuning", "Segel asli, tetapi surat ini sudah diganti dengan surat lain."],
  "tidak-tercatat": ["abu-abu", "Segelnya asli, tetapi surat ini tidak tercatat di buku agenda kantor."],
};
const BOOK = "pembatalan dan penggantian (buku agenda tidak ditanya)";
const OPEN = [BOOK, "isi kertas selain data yang disegel"];
const ALWAYS = ["tanda tangan basah dan stempel", "pembawa surat"];

// ---- bytes and text

const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
export const utf8 = (text) => new TextEncoder().encode(text);
const toText = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

export class Refused extends Error {}

export function must(held, what) {
  if (!held) throw new Refused(what);
}

function join(parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Days since 1970-01-01 as `2026-11-21`. */
const iso = (days) => new Date(days * DAY).toISOString().slice(0, 10);
const inYears = (days) => Number.isSafeInteger(days) && days >= -719_162 && days <= 2_932_896;
export const isDate = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && inYears(Date.parse(text) / DAY)
  && iso(Date.parse(text) / DAY) === text;

/** `2026-11-21` as on paper: `21 November 2026`. */
export function tanggal(date) {
  const [year, month, day] = date.split("-").map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

// ---- digits of the QR

const DIGITS = [0, 3, 5, 8, 10, 13, 15, 17];

/** Blocks of 17 digits are seven bytes; a tail of 3, 5, 8, 10, 13 or 15 digits is one to six. */
function fromDigits(digits) {
  const blocks = digits.match(/.{1,17}/g).map((block) => {
    const length = DIGITS.indexOf(block.length);
    const number = BigInt(block);
    if (length < 1 || number >> BigInt(8 * length) !== 0n) return null;
    return unhex(number.toString(16).padStart(2 * length, "0"));
  });
  return blocks.includes(null) ? null : join(blocks);
}

/** Host and sealed bytes of a QR's text; null for any other text. */
function fromText(text) {
  const found = /^(?:SUKET:|https:\/\/(.*?)\/v#)([0-9]{1,4096})$/s.exec(text.trim());
  const bytes = found && fromDigits(found[2]);
  return bytes && { host: found[1] ?? "", bytes };
}

// ---- CBOR (RFC 8949): whole numbers, bytes, text, lists, maps, tags, null

class Tag {
  constructor(tag, value) {
    Object.assign(this, { tag, value });
  }
}

function decode(bytes) {
  let at = 0;
  const take = (length) => {
    must(length <= bytes.length - at, "terpotong");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const item = (depth) => {
    must(depth < 8, "terlalu dalam");
    const [first] = take(1);
    const [major, info] = [first >> 5, first & 31];
    must(info < 28, "panjang tidak tentu");
    const n = info < 24 ? info : Number(BigInt(`0x${hex(take(1 << (info - 24)))}`));
    must(Number.isSafeInteger(n), "angka terlalu besar");
    const next = () => item(depth + 1);
    const list = (each) => Array.from({ length: Math.min(n, bytes.length) }, each);
    if (major === 0) return n;
    if (major === 1) return -1 - n;
    if (major === 2) return take(n);
    if (major === 3) return toText(take(n));
    if (major === 4) return list(next);
    if (major === 5) return new Map(list(() => [next(), next()]));
    if (major === 6) return new Tag(n, next());
    must(first === 0xf6, "jenis tidak dikenal");
    return null;
  };
  return item(0);
}

/** Writes in the one canonical form: shortest numbers, definite lengths. */
function encode(value) {
  const head = (major, n) => {
    const width = n < 24 ? 0 : n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x100000000 ? 4 : 8;
    const info = width === 0 ? n : 24 + Math.log2(width);
    return unhex(hex([major << 5 | info]) + (width ? n.toString(16).padStart(2 * width, "0") : ""));
  };
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return join([head(3, utf8(value).length), utf8(value)]);
  if (value instanceof Uint8Array) return join([head(2, value.length), value]);
  if (value instanceof Tag) return join([head(6, value.tag), encode(value.value)]);
  if (value instanceof Map) return join([head(5, value.size), ...[...value].flat().map(encode)]);
  return join([head(4, value.length), ...value.map(encode)]);
}

// ---- the sealed statement

function facts(kantor, [jenis, nomor, hari, nama, lahir, nik, sampai]) {
  const shown = Number.isInteger(jenis) ? KINDS[jenis - 1] : jenis;
  must(typeof shown === "string" && (shown !== jenis || !KINDS.includes(jenis)), "jenis");
  must([kantor, nomor, nama].every((text) => typeof text === "string"), "teks");
  must(inYears(hari) && (lahir === null || inYears(lahir)) && (sampai === undefined || inYears(sampai)), "tanggal");
  must(nik === null || (Number.isInteger(nik) && nik >= 0 && nik <= 9999), "nik");
  return {
    kantor, jenis: shown, nomor, tanggal: iso(hari), nama,
    lahir: lahir === null ? null : iso(lahir),
    nik: nik === null ? null : `************${String(nik).padStart(4, "0")}`,
    sampai: sampai === undefined ? null : iso(sampai),
  };
}

/** Reads sealed bytes in their only encoding; says nothing yet about the seal. Throws on anything else. */
function parse(bytes) {
  must(bytes.length <= 1024, "terlalu panjang");
  const { value: [header, , payload, signature] } = decode(bytes);
  const [kid, claims] = [decode(header).get(4), decode(payload)];
  const [kantor, list] = [claims.get(1), claims.get(CLAIM)];
  must(kid instanceof Uint8Array && kid.length === 8, "kid");
  must(signature instanceof Uint8Array && signature.length === 64, "tanda tangan");
  must(Array.isArray(list) && (list.length === 6 || list.length === 7), "data");
  const fakta = facts(kantor, list);
  const map = (...pairs) => new Map(pairs);
  const again = [encode(map([1, -8], [4, kid])), map(), encode(map([1, kantor], [CLAIM, list])), signature];
  must(same(encode(new Tag(18, again)), bytes), "bentuk");
  const signed = encode(["Signature1", header, new Uint8Array(), payload]);
  return { fakta, kid: hex(kid), signature, signed };
}

/** The short code at the foot of the paper: 60 bits of SHA-256 in Crockford's base 32. */
async function kode(bytes) {
  const bits = BigInt(`0x${hex((await sha256(bytes)).subarray(0, 8))}`) >> 4n;
  const symbols = Array.from({ length: 12 }, (_, i) => Number(bits >> BigInt(5 * (11 - i)) & 31n));
  return symbols.map((n) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n]).join("").match(/.{4}/g).join("-");
}

// ---- the seal

export async function verify(key, signature, message) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

/** Whether this browser checks Ed25519 truly: a known seal must hold (RFC 8032, 7.1), a changed one must not. */
export async function ableToVerify() {
  const key = unhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  const seal = unhex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  try {
    return await verify(key, seal, unhex("af82")) && !(await verify(key, seal, unhex("af83")));
  } catch {
    return false;
  }
}

// ---- the verdict

const verdict = (putusan, more = {}) => {
  const [warna, kalimat] = PUTUSAN[putusan];
  return { putusan, warna, kalimat, fakta: null, dasar: [], tidak_diperiksa: ALWAYS, ...more };
};

function judged(key, date, until, today) {
  if (key.status === "dicabut" && !(date < key.dicabut_sejak)) return "kunci-dicabut";
  if (date < key.mulai || date > key.berakhir) return "di-luar-masa-jabatan";
  return until !== null && until < today ? "kedaluwarsa" : "asli";
}

/** What a revoked key leaves open, though the letter is older than the revocation. */
function revoked({ status, dicabut_sejak: since, sebab }) {
  const when = (since ? ` sejak ${tanggal(since)}` : "") + (sebab ? ` (${sebab})` : "");
  const rest = "tanggal surat hanya dapat dipastikan dari buku agenda kantor";
  return status === "dicabut" ? [`Kunci ini dicabut${when}: ${rest}`] : [];
}

/** Checks the text of a QR against the offices of `readTrust`; `today` is `2026-11-21`. */
export async function check(text, kantor, today) {
  const read = fromText(text);
  if (!read) return verdict("bukan-surat");
  let parsed;
  try {
    parsed = parse(read.bytes);
  } catch {
    return verdict("diubah");
  }
  const { fakta, kid, signature, signed } = parsed;
  const known = (one) => one?.kunci.get(kid)?.algoritma === "ed25519";
  if (![...kantor.values()].some(known)) return verdict("kunci-tidak-dikenal");
  const own = kantor.get(fakta.kantor);
  const key = known(own) && own.kunci.get(kid);
  if (!key || !(await verify(key.publik, signature, signed))) return verdict("diubah");
  const penyegel = key.penyegel.endsWith(own.nama) ? key.penyegel : `${key.penyegel}, ${own.nama}`;
  const foreign = read.host !== "" && read.host !== own.host;
  return verdict(judged(key, fakta.tanggal, fakta.sampai, today), {
    fakta, penyegel, kantor: own, kode: await kode(read.bytes),
    peringatan: foreign ? `Alamat pada QR (${read.host}) bukan alamat kantor ini (${own.host || "tidak ada"}).` : "",
    dasar: [
      `segel data QR (Ed25519) oleh ${penyegel}`,
      `masa berlaku kunci: ${tanggal(key.mulai)} sampai ${key.sampai ? tanggal(key.sampai) : "sekarang"}`,
      `daftar kunci kantor versi ${own.versi}, ${tanggal(own.tanggal)}`,
    ],
    tidak_diperiksa: [...revoked(key), ...OPEN, ...ALWAYS],
  });
}

/** Verdicts behind which the book was asked. */
const ASKED = ["asli", "kedaluwarsa", "dibatalkan", "diganti", "tidak-tercatat"];

/**
 * What was found here, with what the office's server says (`{ putusan, hari }`). It can only take away from what the seal
 * says: a letter that is not genuine here never becomes genuine there.
 */
export function withBook(found, { putusan, hari }) {
  if (found.fakta === null || !Object.hasOwn(PUTUSAN, putusan) || !isDate(hari)) return found;
  const worse = found.putusan === "asli" ? putusan : found.putusan;
  const [warna, kalimat] = PUTUSAN[worse];
  const told = { ...found, putusan: worse, warna, kalimat };
  if (!ASKED.includes(putusan)) return told;
  return {
    ...told,
    dasar: [...found.dasar, `buku agenda kantor, ${tanggal(hari)}`],
    tidak_diperiksa: found.tidak_diperiksa.filter((what) => what !== BOOK),
  };
}
