// Test offices for the check page: keys, root certificate, trust file, sealed statements. Writes CBOR on its own, so
// that also what the page must refuse can be validly signed.

import { createHash, webcrypto } from "node:crypto";

const { subtle } = webcrypto;
export const hex = (bytes) => Buffer.from(bytes).toString("hex");
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const cat = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

// ---- CBOR, with `width` to write a number longer than needed

export function head(major, n, width) {
  const shortest = n < 24 ? 0 : n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x100000000 ? 4 : 8;
  const bytes = width ?? shortest;
  if (bytes === 0) return Buffer.of(major << 5 | n);
  const number = Buffer.from(n.toString(16).padStart(2 * bytes, "0"), "hex");
  return cat([major << 5 | 24 + Math.log2(bytes)], number);
}

export const int = (n, width) => (n < 0 ? head(1, -1 - n, width) : head(0, n, width));
export const text = (value, width) => cat(head(3, Buffer.byteLength(value), width), Buffer.from(value));
export const blob = (value, width) => cat(head(2, value.length, width), value);
export const list = (...items) => cat(head(4, items.length), ...items);
export const map = (...pairs) => cat(head(5, pairs.length), ...pairs.flat());
export const NULL = Buffer.of(0xf6);
export const tag = (n, item) => cat(head(6, n), item);
export { cat };

const any = (value) =>
  Buffer.isBuffer(value) ? value : value === null ? NULL : typeof value === "number" ? int(value) : text(value);

/** Days since 1970-01-01. */
export const day = (date) => Date.parse(date) / 86_400_000;

/** `facts`: kind, number, day, name, birth day, last four of the NIK, and perhaps the last day of validity. */
export const payload = (office, facts) => map([int(1), any(office)], [int(-65537), list(...facts.map(any))]);
export const header = (kid) => map([int(1), int(-8)], [int(4), blob(kid)]);

/** Signs what it is given, well-formed or not, and gives the parts of a COSE_Sign1. */
export async function sealed(key, body, protectedHeader = header(key.kid)) {
  const signed = cat(head(4, 4), text("Signature1"), blob(protectedHeader), blob([]), blob(body));
  const signature = Buffer.from(await subtle.sign({ name: "Ed25519" }, key.secret, signed));
  return { header: protectedHeader, body, signature };
}

export const cose = ({ header: h, body, signature }) => tag(18, list(blob(h), map(), blob(body), blob(signature)));

export function digits(bytes) {
  const widths = [0, 3, 5, 8, 10, 13, 15, 17];
  let out = "";
  for (let at = 0; at < bytes.length; at += 7) {
    const block = bytes.subarray(at, at + 7);
    out += BigInt(`0x${hex(block)}`).toString().padStart(widths[block.length], "0");
  }
  return out;
}

export const qr = (bytes, host = "") => (host ? `https://${host}/v#` : "SUKET:") + digits(bytes);

// ---- keys, certificate, trust file

export async function newKey() {
  const pair = await subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const raw = Buffer.from(await subtle.exportKey("raw", pair.publicKey));
  return { secret: pair.privateKey, raw, kid: sha256(raw).subarray(0, 8) };
}

function der(kind, ...parts) {
  const body = cat(...parts);
  const length = body.length < 0x80 ? [body.length]
    : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return cat([kind], length, body);
}

const ED25519 = der(0x30, der(0x06, [0x2b, 0x65, 0x70]));
/** A raw Ed25519 key, or a SubjectPublicKeyInfo as it is. */
const spki = (key) => (key.length === 32 ? der(0x30, ED25519, der(0x03, [0], key)) : key);
const name = (cn) => der(0x30, der(0x31, der(0x30, der(0x06, [0x55, 4, 3]), der(0x0c, Buffer.from(cn)))));
const utc = (date) => der(0x17, Buffer.from(`${date.slice(2).replaceAll("-", "")}000000Z`));

/** A certificate as an office's root writes it, without extensions. */
export async function certificate(signer, issuer, raw, subject, last = "2046-12-31") {
  const tbs = der(0x30, der(0xa0, der(2, [2])), der(2, [0x41, ...sha256(raw).subarray(0, 15)]), ED25519, name(issuer),
    der(0x30, utc("2023-01-01"), utc(last)), name(subject), spki(raw));
  const signature = Buffer.from(await subtle.sign({ name: "Ed25519" }, signer.secret, tbs));
  const body = der(0x30, tbs, ED25519, der(0x03, [0], signature)).toString("base64").match(/.{1,64}/g).join("\n");
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
}

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(",")}}`;
}

/** The file with its signature by the root. */
export async function signTrust(root, file) {
  const { tanda_tangan: _, ...rest } = file;
  const signature = await subtle.sign({ name: "Ed25519" }, root.secret, Buffer.from(canonical(rest)));
  return { ...rest, tanda_tangan: hex(new Uint8Array(signature)) };
}

/** An office with a root, a sealing key and its trust file; `more` goes over the file, `change` over the key. */
export async function newOffice(kantor, nama, more = {}, change = {}) {
  const [root, key] = [await newKey(), await newKey()];
  const akar = await certificate(root, `Akar ${nama} ${kantor}`, root.raw, `Akar ${nama} ${kantor}`);
  const sertifikat = await certificate(root, `Akar ${nama} ${kantor}`, key.raw, `Segel ${nama}`);
  const entry = {
    kid: hex(key.kid), pemegang: "segel", penyegel: `Segel ${nama}`, algoritma: "ed25519", publik: hex(key.raw),
    mulai: "2023-01-01", status: "aktif", sertifikat, ...change,
  };
  const file = {
    skema: "suket-trust/1", versi: 1, tanggal: "2026-11-21", kantor, nama, host: "", telepon: "",
    segel_sejak: "2026-11-21", akar, log: "", kunci: [entry], ...more,
  };
  return { root, key, entry, file: await signTrust(root, file) };
}
