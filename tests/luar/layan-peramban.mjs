// The served check page and /periksa in a real browser: with the daemon, and after it has gone.
//
//     node layan-peramban.mjs PROGRAM [FOLDER]
//
// With a folder it leaves pictures there.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pause, start } from "./peramban.mjs";

const [program, pictures] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "suket-layan-"));
let passed = 0;
let failed = 0;

function told(ok, what) {
  if (ok) passed += 1;
  else failed += 1;
  if (!ok) console.log(`GAGAL: ${what}`);
}

// ---- an office with a good, a cancelled and a replaced letter

const DAY = "2026-11-21";
const CLU = new URL("../../templates/kantor/candi-laras-utara/kantor.toml", import.meta.url);
const KASUS = new URL("../kasus/kantor/candi-laras-utara/", import.meta.url);
const archive = join(folder, "arsip");
const at = (name) => join(folder, name);
writeFileSync(at("sandi"), "sandi uji\n");
writeFileSync(at("kantor.toml"), `segel_sejak = 2026-01-01\n${readFileSync(CLU, "utf8")}`);
const env = { ...process.env, SUKET_PASSPHRASE_FILE: at("sandi"), SUKET_UJI_HARI: DAY };
const suket = (...args) => execFileSync(program, ["--archive", archive, "--json", ...args], { env, encoding: "utf8" });
suket("init", "--profile", at("kantor.toml"));

function issue(path) {
  const line = JSON.parse(suket("issue", path, "--date", DAY, "--out", at("keluar")));
  const text = readFileSync(line.pdf).toString("latin1");
  const hex = text.slice(text.lastIndexOf("/ContactInfo <") + 14).split(">")[0];
  return { ...line, digits: Buffer.from(hex, "hex").toString().replace(/^.*[:#]/, "") };
}

const good = issue(new URL("keterangan-perekaman.toml", KASUS).pathname);
const cancelled = issue(new URL("rekomendasi.toml", KASUS).pathname);
suket("void", cancelled.nomor, "--reason", "salah cetak", "--date", DAY);
const slip = readFileSync(new URL("pengembalian.toml", KASUS), "utf8");
writeFileSync(at("lama.toml"), slip);
const replaced = issue(at("lama.toml"));
writeFileSync(at("baru.toml"), `menggantikan = "${replaced.nomor}"\nalasan_ganti = "salah ketik"\n${slip}`);
issue(at("baru.toml"));

// ---- the daemon

const daemon = spawn(program, ["--archive", archive, "serve", "--listen", "127.0.0.1:0"], { env });
let log = "";
const home = await new Promise((done) => daemon.stderr.setEncoding("utf8").on("data", (text) => {
  log += text;
  const port = log.match(/suket melayani di http:\/\/127\.0\.0\.1:(\d+)/)?.[1];
  if (port) done(`http://localhost:${port}`);
}));

async function stop() {
  const ended = new Promise((done) => daemon.once("exit", done));
  daemon.kill("SIGTERM");
  told((await ended) === 0, "layanan berhenti baik-baik");
}

// ---- the test

const browser = start({ folder, pictures, told });
const link = ({ digits }) => `${home}/v#${digits}`;
const damaged = { digits: good.digits.replace(/.$/, (last) => (last === "0" ? "1" : "0")) };
const BOOK = "dasar.innerText.includes('buku agenda kantor, 21 November 2026')";
const asked = () => log.split("\n").filter((line) => line.includes('"rute":"/v/status"')).length;

async function online(page) {
  await page.size(1366, 768);
  await page.open(link(good));
  await page.until(BOOK, "buku ditanya");
  const found = await page.read();
  told(found.kata === "Asli" && found.warna === "hijau", `asli: ${found.kata}`);
  told(!/pembatalan dan penggantian/i.test(found.terbuka), `yang tidak diperiksa: ${found.terbuka}`);
  told(/dikirim ke komputer kantor/.test(await page.run("dikirim.textContent")), "pengiriman disebut");
  await page.picture("layan-asli");
  for (const [surat, kata] of [[cancelled, "Dibatalkan"], [replaced, "Diganti"]]) {
    await page.open(link(surat));
    await page.until(BOOK, kata);
    const now = await page.read();
    told(now.kata === kata && now.warna === "kuning" && now.fakta.includes(surat.nomor), `${kata}: ${now.kata}`);
    told(now.fokus === "putusan", `fokus pada ${now.fokus}`);
    await page.picture(`layan-${kata.toLowerCase()}`);
  }
  const before = asked();
  const bad = await page.open(link(damaged));
  await pause(500);
  told(bad.kata === "Diubah atau palsu" && asked() === before, "yang tidak asli tidak ditanyakan");
  await page.run("navigator.serviceWorker.ready.then(() => true)");
  await page.until("caches.match('/v/kantor.json').then(Boolean)", "simpanan");
}

/** A file into the form, as a person chooses it. */
async function upload(page, file) {
  await page.say("Page.navigate", { url: `${home}/periksa` });
  await page.until("document.readyState === 'complete' && !!document.querySelector('#berkas')", "formulir");
  const { root } = await page.say("DOM.getDocument");
  const { nodeId } = await page.say("DOM.querySelector", { nodeId: root.nodeId, selector: "#berkas" });
  await page.say("DOM.setFileInputFiles", { nodeId, files: [file] });
  await page.run("document.querySelector('form[enctype] button').click()");
  // Found while the page is still being read, it would have a heading and no text yet.
  await page.until("document.readyState === 'complete' && !!document.querySelector('article.hasil')", `hasil ${file}`);
  return page.run("({ kelas: document.querySelector('article').className, teks: document.body.innerText })");
}

async function periksa(page) {
  const letters = [[good, "hasil hijau", "ASLI"], [cancelled, "hasil kuning", "DIBATALKAN"]];
  for (const [surat, kelas, kata] of letters) {
    for (const [name, width, height, mobile] of [["layar", 1366, 768, false], ["ponsel", 390, 844, true]]) {
      await page.size(width, height, mobile);
      const found = await upload(page, surat.pdf);
      told(found.kelas === kelas && found.teks.includes(kata), `${kata}: ${found.kelas}`);
      told(found.teks.includes(surat.nomor) && /pembawa surat/i.test(found.teks), `${kata}: data dan yang terbuka`);
      const wide = await page.run("document.documentElement.scrollWidth");
      told(wide <= width, `${name}: ${wide} piksel lebar`);
      await page.picture(`periksa-${name}-${kata.toLowerCase()}`);
    }
  }
  await page.size(1366, 768);
  await upload(page, good.pdf);
  const sizes = await page.run(
    "['dl.fakta dd', 'ul.fakta li'].map((one) => getComputedStyle(document.querySelector(one)).fontSize)");
  told(sizes[0] === sizes[1], `sama besar: ${sizes}`);
  const sheets = await page.paper("periksa-cetak");
  told(sheets === 1, `${sheets} halaman cetak`);
  await page.size(390, 844, true);
  await page.say("Page.navigate", { url: `${home}/periksa` });
  await page.until("!!document.querySelector('#berkas')", "formulir di ponsel");
  told((await page.run("document.documentElement.scrollWidth")) <= 390, "formulir terlalu lebar di ponsel");
  await page.picture("periksa-ponsel");
  await page.size(1366, 768);
  await page.picture("periksa-layar");
}

async function offline(page) {
  const found = await page.open(link(good));
  told(found.kata === "Asli" && found.fakta.includes(good.nomor), `tanpa jaringan: ${found.kata}`);
  await pause(500);
  for (const surat of [good, cancelled]) {
    const open = (await page.open(link(surat))).terbuka;
    told(/pembatalan dan penggantian/i.test(open), `tanpa jaringan buku tidak ditanya: ${open}`);
  }
  const bad = await page.open(link(damaged));
  told(bad.kata === "Diubah atau palsu" && bad.warna === "merah", `rusak tanpa jaringan: ${bad.kata}`);
}

try {
  const page = await browser.tab();
  await online(page);
  await periksa(page);
  const early = browser.complaints.filter((text) => !/404/.test(text));
  told(early.length === 0, `peramban mengeluh: ${early.join("; ")}`);
  await stop();
  await offline(page);
} finally {
  daemon.kill("SIGKILL");
  await browser.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
