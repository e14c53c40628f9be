// Reads trust files: what an office's root says of the office and its keys. A file whose signature does not hold, or
// that is older than the one seen before, is refused. Knows no page and no network.

import { Refused, hex, isDate, must, sha256, unhex, utf8, verify } from "./periksa.js";

const SCHEMA = "suket-trust/1";

/** JSON with sorted keys and no white space (RFC 8785, for text, whole numbers, lists and objects). */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const fields = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${fields.join(",")}}`;
  }
  must(typeof value !== "number" || Number.isSafeInteger(value), "pecahan");
  return JSON.stringify(value);
}

/** One DER element: where its content starts and where it ends. */
function element(der, at) {
  const long = der[at + 1] & 0x80 ? der[at + 1] & 0x7f : 0;
  must(long <= 2 && der[at + 1] !== 0x80, "akar tidak terbaca");
  const start = at + 2 + long;
  const end = start + (long ? parseInt(hex(der.subarray(at + 2, start)), 16) : der[at + 1]);
  must(end <= der.length, "akar tidak terbaca");
  return { start, end };
}

/** Public key (SubjectPublicKeyInfo, hex) and validity of a certificate, by their places in it (RFC 5280, 4.1). */
function certificate(pem) {
  const [, body] = /^-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/.exec(pem);
  const der = Uint8Array.from(atob(body.replace(/\s/g, "")), (c) => c.charCodeAt(0));
  const after = (from, count) => (count === 0 ? from : after(element(der, from).end, count - 1));
  const version = element(der, element(der, 0).start).start;
  const serial = der[version] === 0xa0 ? after(version, 1) : version;
  const [validity, info] = [after(serial, 3), after(serial, 5)];
  const first = element(der, validity).start;
  const day = (at) => {
    const { start, end } = element(der, at);
    const text = String.fromCharCode(...der.subarray(start, end));
    const [, year, rest] = /^(\d\d|\d{4})(\d{4})\d{6}Z$/.exec(text);
    return `${year.length === 2 ? `20${year}` : year}-${rest.slice(0, 2)}-${rest.slice(2)}`;
  };
  return { key: hex(der.subarray(info, after(info, 1))), first: day(first), last: day(after(first, 1)) };
}

/** What stands before the raw key (RFC 8410, RFC 5480). */
const BEFORE = {
  "ed25519": "302a300506032b6570032100",
  "ecdsa-p256": "3059301306072a8648ce3d020106082a8648ce3d030107034200",
};

function rootKey(pem) {
  const { key } = certificate(pem);
  must(key.length === 88 && key.startsWith(BEFORE.ed25519), "akar bukan Ed25519");
  return unhex(key.slice(24));
}

/** One key; the entry must say what its certificate says. */
async function trustedKey(entry) {
  const { kid, penyegel, algoritma, publik, status, mulai, sampai, dicabut_sejak: since } = entry;
  const { key, first, last } = certificate(entry.sertifikat);
  must(typeof penyegel === "string" && isDate(mulai), "kunci tidak lengkap");
  must([sampai, since].every((day) => day === undefined || isDate(day)), "tanggal kunci rusak");
  must(Object.hasOwn(BEFORE, algoritma) && key === BEFORE[algoritma] + publik, "kunci bukan kunci sertifikatnya");
  must(hex((await sha256(unhex(publik))).subarray(0, 8)) === kid, "nama kunci tidak cocok");
  must(first <= mulai && (sampai ?? last) <= last, "masa kunci melampaui sertifikatnya");
  must(status === "dicabut" || (status === "aktif" && since === undefined), "status kunci rusak");
  return [kid, { ...entry, publik: unhex(publik), berakhir: sampai ?? last }];
}

/** An office that its own root vouches for. Throws what is wrong. */
async function office(file, root, sidik) {
  const { tanda_tangan: seal, ...rest } = file;
  const signed = /^[0-9a-f]{128}$/.test(seal) && await verify(root, unhex(seal), utf8(canonical(rest)));
  must(signed, "tanda tangan akar tidak cocok");
  must(file.skema === SCHEMA, "skema tidak dikenal");
  must(Number.isSafeInteger(file.versi) && file.versi > 0, "versi rusak");
  must(isDate(file.tanggal) && isDate(file.segel_sejak), "tanggal rusak");
  must(["kantor", "nama", "host", "telepon"].every((name) => typeof file[name] === "string"), "isi tidak lengkap");
  const kunci = new Map(await Promise.all(file.kunci.map(trustedKey)));
  must(kunci.size === file.kunci.length, "kunci ganda");
  return { ...file, kunci, sidik };
}

/** The newest of the file offered and the file seen before; a file never goes back to an older version. */
async function newest(file, kept, note) {
  const root = rootKey(file.akar);
  const sidik = hex(await sha256(root));
  const old = await office(kept[sidik], root, sidik).catch(() => null);
  try {
    const fresh = await office(file, root, sidik);
    const back = `versi ${fresh.versi} lebih lama daripada versi ${old?.versi} yang sudah dikenal`;
    must(!old || old.versi <= fresh.versi, back);
    const forked = old?.versi === fresh.versi && canonical(kept[sidik]) !== canonical(file);
    must(!forked, `ada dua isi berbeda dengan versi ${fresh.versi}`);
    return [fresh, file];
  } catch (error) {
    if (!old) throw error;
    note(error);
    return [old, kept[sidik]];
  }
}

/**
 * Reads a list of trust files. `kept` holds, by the root's fingerprint, the newest file seen before. Gives the offices
 * by their code, notes about what was refused, and what to keep for the next visit.
 */
export async function readTrust(list, kept = {}) {
  const [kantor, catatan, keep] = [new Map(), [], {}];
  for (const file of list) {
    const nama = String(file?.nama ?? "tanpa nama");
    const note = (error) => {
      const why = error instanceof Refused ? error.message : "isi rusak";
      catatan.push(`Daftar kunci ${nama} ditolak: ${why}.`);
    };
    try {
      const [used, source] = await newest(file, kept, note);
      must(!kantor.has(used.kantor), `kode kantor ${used.kantor} sudah dipakai`);
      if (Object.entries(kept).some(([id, old]) => id !== used.sidik && old?.kantor === used.kantor)) {
        catatan.push(`Akar ${nama} berubah sejak kunjungan terakhir. Cocokkan sidiknya dengan lembar kepercayaan.`);
      }
      kantor.set(used.kantor, used);
      keep[used.sidik] = source;
    } catch (error) {
      note(error);
    }
  }
  return { kantor, catatan, kept: keep };
}
