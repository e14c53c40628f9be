// Opens the check page in a real browser (Debian: chromium), also after its server has gone.
//
//     node halaman-peramban.mjs [FOLDER]
//
// With a folder it leaves pictures there: phone, screen of 1366x768, printed A4. CHROMIUM names another browser.

import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as B from "./halaman-bahan.mjs";
import { pause, start } from "./peramban.mjs";

const pictures = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "suket-halaman-"));
let passed = 0;
let failed = 0;

function told(ok, what) {
  if (ok) passed += 1;
  else failed += 1;
  if (!ok) console.log(`GAGAL: ${what}`);
}

// ---- the site: what `suket key trust --page` writes

const site = join(folder, "situs");
cpSync(new URL("../../templates/web/periksa/", import.meta.url), join(site, "v"), { recursive: true });
renameSync(join(site, "v", "suket-sw.js"), join(site, "suket-sw.js"));
const publish = (list) => writeFileSync(join(site, "v", "kantor.json"), JSON.stringify(list));

const TYPES = {
  html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml", json: "application/json",
};
const asked = new Set();

function serve(port) {
  const server = createServer((request, response) => {
    asked.add(request.url);
    if (request.url === "/v") return response.writeHead(301, { location: "/v/" }).end();
    const path = request.url.endsWith("/") ? `${request.url}index.html` : request.url;
    try {
      const body = readFileSync(join(site, path));
      const type = TYPES[path.split(".").pop()] ?? "application/octet-stream";
      return response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(body);
    } catch {
      return response.writeHead(404).end();
    }
  });
  return new Promise((done) => server.listen(port, "127.0.0.1", () => done(server)));
}

async function stop(server) {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}

// ---- the browser

const browser = start({ folder, pictures, told });
const { complaints } = browser;

// ---- the test

const first = await serve(0);
const { port } = first.address();
const home = `http://localhost:${port}`;
const office = await B.newOffice("63.05.06", "Kantor Camat Candi Laras Utara",
  { host: `localhost:${port}`, telepon: "0517-0000000", versi: 2 });
publish([office.file]);
const day = B.day("2026-11-21");
const letter = async (facts) => B.cose(await B.sealed(office.key, B.payload("63.05.06", facts)));
const link = (bytes) => `${home}/v#${B.digits(bytes)}`;
const nomor = "400.12.2.1/0001/CLU/XI/2026";
const short = await letter([1, nomor, day, "BUDI", B.day("2005-03-12"), 9902]);
const longName = "RADEN AJENG SITI CONTOH NURHALIZA WIDYANINGRUM KUSUMAWARDHAN";
const long = await letter([1, nomor, day, longName, B.day("2005-03-12"), 9902, B.day("2099-12-31")]);
const hostile = await letter([4, "<b>1</b>", day, "<img src=x onerror=document.title=1>", null, null]);
const damaged = Buffer.from(short);
damaged[60] ^= 1;

async function online(page) {
  await page.size(1366, 768);
  const found = await page.open(link(short));
  told(found.kata === "Asli" && found.warna === "hijau" && found.terlihat, `asli: ${found.kata}`);
  told(found.kalimat === "Segel asli; hanya data di bawah ini yang dijamin.", `kalimat: ${found.kalimat}`);
  told(found.alamat === `${home}/v/#${B.digits(short)}`, `pengalihan menjaga data: ${found.alamat}`);
  told(found.fokus === "putusan", `fokus pada ${found.fokus}`);
  for (const value of [nomor, "BUDI", "************9902", "12 Maret 2005", "21 November 2026", "63.05.06"]) {
    told(found.fakta.includes(value), `${value} tidak tampil`);
  }
  told(/buku agenda/.test(found.terbuka) && /pembawa surat/i.test(found.terbuka), "yang tidak diperiksa");
  const sizes = await page.run(
    "['#fakta dd', '#terbuka li'].map((one) => getComputedStyle(document.querySelector(one)).fontSize)");
  told(sizes[0] === sizes[1], `sama besar: ${sizes}`);
  await page.picture("layar-pendek", false);
  const tricky = await page.open(link(hostile));
  told(tricky.fakta.includes("<img src=x onerror") && tricky.kata === "Asli", "HTML dalam nama tampil sebagai teks");
  told(await page.run("document.querySelectorAll('#hasil img, #hasil b').length") === 0, "HTML dari data");
  // The same tab, a second letter: only the fragment changes.
  await page.run(`location.hash = "${B.digits(damaged)}"`);
  await page.until("kata.textContent === 'Diubah atau palsu'", "surat kedua di tab yang sama");
  told((await page.read()).fakta === "", "data surat lama hilang");
  await page.run("lain.click()");
  told((await page.read()).masuk && !(await page.run("location.hash")), "periksa surat lain");
  await page.run(`teks.value = "SUKET:${B.digits(short)}"; tempel.requestSubmit()`);
  await page.until("kata.textContent === 'Asli'", "teks yang ditempel");
  await page.run(`lain.click(); teks.value = "https://palsu.example/v#${B.digits(short)}"; tempel.requestSubmit()`);
  await page.until("/palsu.example/.test(peringatan.innerText)", "alamat lain pada QR");
  await page.picture("layar-alamat-lain");
  const plain = await page.open(`${home}/v/`);
  told(plain.masuk && !plain.terlihat, "tanpa data: cara memeriksa");
  await page.picture("layar-masuk");
  const other = await page.open(`${home}/v#123`);
  told(other.kata === "Bukan surat bersegel" || other.kata === "Diubah atau palsu", `bukan surat: ${other.kata}`);
  await page.run("navigator.serviceWorker.ready.then(() => true)");
  await page.until("caches.match('/v/kantor.json').then(Boolean)", "simpanan");
}

async function offline(page) {
  const found = await page.open(link(short));
  told(found.kata === "Asli" && found.fakta.includes(nomor), `tanpa jaringan: ${found.kata}`);
  told(/kunjungan terakhir/.test(found.waktu), `tanpa jaringan disebut: ${found.waktu}`);
  await page.say("Page.reload", { ignoreCache: false });
  await pause(300);
  await page.until("document.querySelector('#tunggu')?.hidden && kata.textContent === 'Asli'", "muat ulang");
  const bad = await page.open(link(damaged));
  const refused = bad.kata === "Diubah atau palsu" && bad.warna === "merah" && bad.fakta === "";
  told(refused, `rusak tanpa jaringan: ${bad.kata}`);
}

async function trust(page) {
  await page.size(1366, 768);
  publish([await B.signTrust(office.root, { ...office.file, versi: 1 })]);
  const back = await page.open(link(short));
  told(/ditolak: versi 1 lebih lama/.test(back.catatan) && back.kata === "Asli", `versi lama: ${back.catatan}`);
  const revoked = [{ ...office.entry, status: "dicabut", dicabut_sejak: "2026-11-01", sebab: "laptop hilang" }];
  publish([await B.signTrust(office.root, { ...office.file, versi: 3, kunci: revoked })]);
  const now = await page.open(link(short));
  told(now.kata === "Kunci dicabut" && now.catatan === "", `versi baru: ${now.kata}`);
  await page.picture("layar-dicabut");
  await renewed(page);
  publish([{ ...office.file, versi: 4 }]);
  const forged = await page.open(link(short));
  told(forged.kata === "Kunci dicabut" && /tanda tangan akar/.test(forged.catatan), `palsu: ${forged.kata}`);
  await page.run("localStorage.clear()");
  await page.open(link(short));
  told(/Tidak ada daftar kunci/.test(await page.run("gagal.innerText")), "tanpa daftar yang sah");
}

/** New files reach the cache after a visit; a site without suket-sw.js is kept for `/v/` all the same. */
async function renewed(page) {
  const style = join(site, "v", "gaya.css");
  writeFileSync(style, `${readFileSync(style)}/* baru */`);
  await page.open(link(short));
  await page.until("caches.match('/v/gaya.css').then((r) => r.text()).then((t) => t.includes('baru'))", "berkas baru");
  rmSync(join(site, "suket-sw.js"));
  const server = await serve(0);
  const url = `http://localhost:${server.address().port}/v/`;
  await page.open(url);
  await page.run("navigator.serviceWorker.ready.then(() => true)");
  await page.until("caches.match('/v/kantor.json').then(Boolean)", "simpanan tanpa suket-sw.js");
  await stop(server);
  const found = await page.open(`${url}#${B.digits(short)}`);
  told(found.kata === "Kunci dicabut", `tanpa suket-sw.js, tanpa jaringan: ${found.kata}`);
}

async function look(page) {
  const until = await letter([2, nomor, day, "BUDI", null, null, day - 1]);
  const cases = [["asli-panjang", long], ["asli-pendek", short], ["kedaluwarsa", until], ["diubah", damaged]];
  for (const [name, bytes] of cases) {
    await page.size(390, 844, true);
    await page.open(link(bytes));
    const wide = await page.run("document.documentElement.scrollWidth");
    told(wide <= 390, `${name}: ${wide} piksel lebar di ponsel`);
    await page.picture(`ponsel-${name}`);
    await page.size(1366, 768);
    await page.open(link(bytes));
    await page.picture(`layar-${name}`);
    const sheets = await page.paper(`cetak-${name}`);
    told(sheets === 1, `${name}: ${sheets} halaman cetak`);
  }
  await page.size(390, 844, true);
  await page.open(`${home}/v/`);
  await page.picture("ponsel-masuk");
}

/** A browser without Ed25519, or without scripts, says that it cannot check; never a verdict. */
async function unable(page) {
  await page.size(390, 844, true);
  const source = `if (globalThis.SubtleCrypto) SubtleCrypto.prototype.importKey =
    () => Promise.reject(new DOMException('', 'NotSupportedError'))`;
  const { identifier } = await page.say("Page.addScriptToEvaluateOnNewDocument", { source });
  const found = await page.open(link(short));
  const said = await page.run("document.querySelector('#gagal:not([hidden])')?.innerText");
  told(/tidak dapat memeriksa/.test(said) && /0517-0000000/.test(said) && !found.terlihat, `tanpa Ed25519: ${said}`);
  await page.picture("ponsel-tanpa-ed25519");
  await page.say("Page.removeScriptToEvaluateOnNewDocument", { identifier });
  await page.say("Emulation.setScriptExecutionDisabled", { value: true });
  await page.say("Page.navigate", { url: "about:blank" });
  await page.say("Page.navigate", { url: link(short) });
  await pause(1000);
  await page.picture("ponsel-tanpa-javascript");
  const { root } = await page.say("DOM.getDocument", { depth: -1 });
  const { outerHTML } = await page.say("DOM.getOuterHTML", { nodeId: root.nodeId });
  told(/<noscript>\s*<section/.test(outerHTML) && /suket verify/.test(outerHTML), "tanpa JavaScript");
  await page.say("Emulation.setScriptExecutionDisabled", { value: false });
}

try {
  const page = await browser.tab();
  await online(page);
  await look(page);
  await unable(page);
  await stop(first);
  await offline(page);
  const second = await serve(port);
  // The same browser finds the site again.
  await trust(page);
  await stop(second);
  const own = /^\/(v|v\/|suket-sw\.js|v\/[a-z-]+\.(js|css|svg|json|webmanifest))$/;
  told([...asked].every((url) => own.test(url)), `permintaan: ${[...asked].filter((url) => !own.test(url))}`);
  // A server that is gone, and the site without suket-sw.js, are meant to be noticed.
  const meant = /ERR_CONNECTION_REFUSED|Failed to fetch|fetching the script|404/;
  const real = complaints.filter((text) => !meant.test(text));
  told(real.length === 0, `peramban mengeluh: ${real.join("; ")}`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
