// The page around periksa.js: reads the link, pasted text or a picture, and shows the verdict. Data becomes text only.

import { readTrust } from "./kepercayaan.js";
import { ableToVerify, check, tanggal, withBook } from "./periksa.js";

const KEPT = "suket-kantor";
/** Each verdict in a word, and what to do. */
const KATA = {
  "asli": ["Asli", "Cocokkan setiap baris dengan kertas. Bila satu saja berbeda, jangan diterima."],
  "kedaluwarsa": ["Kedaluwarsa", "Minta surat yang baru dari kantor."],
  "di-luar-masa-jabatan": ["Di luar masa jabatan", "Tanyakan kepada kantor sebelum menerima surat ini."],
  "diubah": ["Diubah atau palsu", "Pindai sekali lagi. Bila hasilnya tetap begini, tanyakan kepada kantor."],
  "kunci-tidak-dikenal": ["Kunci tidak dikenal", "Tanyakan kepada kantor yang disebut pada surat."],
  "kunci-dicabut": ["Kunci dicabut", "Tanyakan kepada kantor."],
  "dibatalkan": ["Dibatalkan", "Jangan diterima. Tanyakan kepada kantor."],
  "diganti": ["Diganti", "Minta surat penggantinya."],
  "tidak-tercatat": ["Tidak tercatat", "Tanyakan kepada kantor."],
  "bukan-surat": ["Bukan surat bersegel",
    "Pindai QR di kiri bawah surat. Surat tanpa QR hanya dapat ditanyakan kepada kantor."],
};
/** Titles as on paper. A kind of the office's own is shown by its name. */
const JUDUL = {
  "keterangan-perekaman": "Surat Keterangan Telah Melakukan Perekaman KTP-el",
  "rekomendasi": "Rekomendasi Perekaman dan Penerbitan KTP-el",
  "tanda-terima": "Tanda Terima Pengambilan KTP-el",
  "pengembalian": "Lembar Pengembalian Berkas",
};

const at = (id) => document.getElementById(id);
let kantor = new Map();
let kept = false;
/** The office whose book the server of this page can ask; empty where it is a plain web site. */
const buku = document.querySelector("meta[name=suket-buku]").content;

function make(name, text = "", ...children) {
  const made = document.createElement(name);
  made.textContent = text;
  made.append(...children);
  return made;
}

/** Shows one of the page's states. */
function show(id) {
  for (const other of ["tunggu", "gagal", "hasil", "masuk"]) at(other).hidden = other !== id;
}

function fail(reason) {
  at("sebab").textContent = reason;
  show("gagal");
}

/** Today by the clock of this device. */
function today(now) {
  const two = (n) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function phone({ telepon }) {
  if (!telepon) return make("span", "tidak tercantum; tanyakan kepada kabupaten/kota");
  const link = make("a", telepon);
  link.href = `tel:${telepon.replace(/[^0-9+]/g, "")}`;
  return link;
}

function pairs(list) {
  return list.map(([label, value, note]) => {
    const shown = value instanceof Node ? make("dd", "", value) : make("dd", value);
    if (note) shown.append(" ", make("small", note));
    return make("div", "", make("dt", label), shown);
  });
}

/** A number that may break behind its strokes. */
function breakable(text) {
  const whole = make("span");
  for (const part of text.split(/(?<=\/)/)) whole.append(part, make("wbr"));
  return whole;
}

function rows({ fakta, kantor: own, kode }) {
  const cut = fakta.nama.endsWith("…") ? "terlalu panjang untuk QR; cocokkan awalnya" : "";
  const list = [
    ["Kantor", own.nama, `kode ${fakta.kantor}`],
    ["Jenis surat", Object.hasOwn(JUDUL, fakta.jenis) ? JUDUL[fakta.jenis] : fakta.jenis],
    ["Nomor", breakable(fakta.nomor)],
    ["Nama", fakta.nama, cut],
    ["NIK", fakta.nik, "empat angka terakhir"],
    ["Tanggal lahir", fakta.lahir && tanggal(fakta.lahir)],
    ["Tanggal surat", tanggal(fakta.tanggal)],
    ["Berlaku sampai", fakta.sampai && tanggal(fakta.sampai)],
    ["Kode surat", kode, "di kaki kertas"],
  ];
  return pairs(list.filter(([, value]) => value !== null));
}

function result(found) {
  const [kata, saran] = KATA[found.putusan];
  at("putusan").className = found.warna;
  at("tanda").setAttribute("href", `#${found.warna}`);
  at("kata").textContent = kata;
  at("kalimat").textContent = found.kalimat;
  at("saran").textContent = saran;
  at("peringatan").textContent = found.peringatan ?? "";
  at("peringatan").hidden = !found.peringatan;
  const sealed = found.fakta !== null;
  at("banding").hidden = !sealed;
  at("lanjut").hidden = sealed;
  at("judul-fakta").textContent = found.warna === "merah" ? "Isi QR, tidak dijamin" : "Cocokkan dengan kertas";
  at("fakta").replaceChildren(...(sealed ? rows(found) : []));
  at("terbuka").replaceChildren(...found.tidak_diperiksa.map((what) => make("li", what)));
  at("dasar").replaceChildren(...found.dasar.map((what) => make("li", what)));
  if (sealed) at("tanya").replaceChildren(`Telepon ${found.kantor.nama}: `, phone(found.kantor));
  at("sejak").replaceChildren(...[...kantor.values()].map((one) => {
    const since = `${one.nama} menyegel suratnya sejak ${tanggal(one.segel_sejak)}. Yang lebih lama tidak ber-QR.`;
    return make("li", `${found.putusan === "diubah" ? `${one.nama}.` : since} Telepon: `, phone(one));
  }));
  const own = found.fakta?.kantor;
  for (const one of at("daftar").children) one.classList.toggle("lain", sealed && one.dataset.kode !== own);
  const now = new Date();
  const clock = new Intl.DateTimeFormat("id", { hour: "2-digit", minute: "2-digit" }).format(now);
  at("waktu").textContent = `Diperiksa ${tanggal(today(now))} pukul ${clock} menurut jam perangkat ini`
    + (kept ? ". Jaringan tidak menjawab: dipakai daftar kunci dari kunjungan terakhir." : ".");
  document.title = `${kata}: pemeriksaan segel surat`;
  show("hasil");
  at("putusan").focus();
}

let turn = 0;

/** What the book says of a letter of the office that serves this page; null without an answer. */
async function ask(text) {
  try {
    const answer = await fetch("status", { method: "POST", body: text, signal: AbortSignal.timeout(5000) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function run(text) {
  turn += 1;
  const mine = turn;
  try {
    const found = await check(text, kantor, today(new Date()));
    result(found);
    if (!buku || found.fakta?.kantor !== buku) return;
    const told = await ask(text);
    // Somebody may have opened another letter meanwhile.
    if (told && mine === turn) result(withBook(found, told));
  } catch (error) {
    fail(`Pemeriksaan terhenti (${error.name}).`);
  }
}

function form() {
  document.title = "Pemeriksaan segel surat";
  show("masuk");
}

function route() {
  const digits = location.hash.slice(1);
  if (digits) run(`https://${location.host}/v#${digits}`);
  else form();
}

/** What the page trusts, at its foot; and the address that it must have. */
function foot() {
  const offices = [...kantor.values()];
  at("percaya").hidden = false;
  at("kantor").textContent = offices.length === 1 ? offices[0].nama : `${offices.length} kantor`;
  at("daftar").replaceChildren(...offices.map((one) => {
    const list = make("dl", "", ...pairs([
      ["Daftar kunci", `versi ${one.versi}, ${tanggal(one.tanggal)}`],
      ["Menyegel sejak", tanggal(one.segel_sejak)],
      ["Telepon", phone(one)],
      ["Sidik akar", make("code", one.sidik.match(/.{4}/g).join(" "))],
    ]));
    const section = make("section", "", make("h3", `${one.nama} (${one.kantor})`), list);
    section.dataset.kode = one.kantor;
    return section;
  }));
  const hosts = [...new Set(offices.map((one) => one.host).filter(Boolean))];
  const here = !hosts.length || hosts.includes(location.host);
  at("alamat").classList.toggle("peringatan", !here);
  if (!here) at("alamat").append(make("span", `Halaman ini dibuka di ${location.host}. `));
  if (hosts.length) at("alamat").append("Alamat halaman ini harus ", make("strong", hosts.join(" atau ")), ". ");
  at("alamat").append("Surat palsu dapat membawa alamat palsu.");
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

/** Reads the trust files. False if none can be used. */
async function trust() {
  const answer = await fetch("kantor.json", { cache: "no-cache" });
  kept = answer.headers.get("x-suket") === "simpanan";
  const read = await readTrust(await answer.json(), remembered());
  kantor = read.kantor;
  try {
    localStorage.setItem(KEPT, JSON.stringify(read.kept));
  } catch {
    // Without storage the page checks all the same; it only cannot remember versions.
  }
  at("isi-catatan").replaceChildren(...read.catatan.map((note) => make("li", note)));
  at("catatan").hidden = read.catatan.length === 0;
  return kantor.size > 0;
}

async function picture(file) {
  at("kabar").textContent = "Membaca foto…";
  try {
    const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    const texts = found.map((code) => code.rawValue);
    const text = texts.find((one) => /^(SUKET:|https:.*\/v\/?#)/.test(one)) ?? texts[0];
    at("kabar").textContent = text ? "" : "QR tidak terbaca. Ambil foto lebih dekat, rata, dan terang.";
    if (text) await run(text);
  } catch {
    at("kabar").textContent = "Foto tidak dapat dibaca.";
  }
}

async function readsPictures() {
  try {
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch {
    return false;
  }
}

async function listen() {
  addEventListener("hashchange", route);
  at("tempel").addEventListener("submit", (event) => {
    event.preventDefault();
    // An address bar shows the link with the slash of the redirect.
    run(at("teks").value.trim().replace("/v/#", "/v#"));
  });
  at("gambar").addEventListener("change", () => at("gambar").files[0] && picture(at("gambar").files[0]));
  if (buku) {
    at("dikirim").textContent = "Bila ada jaringan, isi QR surat kantor ini dikirim ke komputer kantor untuk menanyakan "
      + "keadaan suratnya di buku agenda; di sana tidak disimpan.";
  }
  at("cetak").addEventListener("click", () => print());
  at("lain").addEventListener("click", () => {
    history.replaceState(null, "", location.pathname);
    at("tempel").reset();
    at("gambar").value = "";
    form();
    at("judul-masuk").focus();
  });
  if (await readsPictures()) at("gambar").hidden = false;
  else at("bantu-gambar").textContent = "Peramban ini tidak dapat membaca foto. Pindai dengan aplikasi kamera ponsel.";
}

async function offline() {
  const workers = navigator.serviceWorker;
  // From beside the folder it may also answer for `/v`; where the site has no such file, for `/v/` only.
  await workers?.register("../suket-sw.js", { scope: "../v" }).catch(() => workers.register("sw.js")).catch(() => {});
}

/** Telephones as the site gives them, unchecked: for browsers that cannot check. */
async function phones() {
  const list = await fetch("kantor.json").then((answer) => answer.json()).catch(() => []);
  const known = list.filter((one) => typeof one?.telepon === "string" && one.telepon !== "");
  at("nomor-telepon").replaceChildren(...known.map((one) => make("li", `${one.nama}: `, phone(one))));
}

async function start() {
  if (!globalThis.isSecureContext || !(await ableToVerify())) {
    await phones().catch(() => {});
    return fail(globalThis.isSecureContext ? "Peramban ini belum mengenal tanda tangan Ed25519."
      : "Halaman ini harus dibuka dengan https.");
  }
  try {
    if (!(await trust())) return fail("Tidak ada daftar kunci yang dapat dipercaya.");
  } catch {
    return fail("Daftar kunci tidak dapat dimuat. Periksa jaringan, lalu muat lagi halaman ini.");
  }
  foot();
  await listen();
  route();
}

start();
offline();
