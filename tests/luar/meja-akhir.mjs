// After the desk has closed: what the command line says of the same archive, a twin made by the command line alone, and
// every place where no NIK may stand.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HARI, look, told } from "./meja-bahan.mjs";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Book and archive, and each printed letter: `surat` are { nomor, kertas, status }. */
export function perintah(kantor, surat) {
  const rows = kantor.cli(["--json", "list"]).trim().split("\n").map((line) => JSON.parse(line));
  for (const { nomor, kertas, status = "berlaku" } of surat) {
    const row = rows.find((one) => one.nomor === nomor);
    told(row?.status === status, `${kantor.nama}: ${nomor} di buku ${row?.status}, bukan ${status}`);
    told(row?.sha256 === sha256(kertas), `${kantor.nama}: ${nomor} dicetak persis seperti di arsip`);
    const file = join(kantor.folder, "cetakan.pdf");
    writeFileSync(file, kertas);
    if (status === "berlaku") {
      told(/Segel asli dan utuh/.test(kantor.cli(["verify", file])), `${kantor.nama}: ${nomor} diperiksa perintah`);
    }
    writeFileSync(file, Buffer.concat([kertas, Buffer.from(" ")]));
    told(throws(() => kantor.cli(["verify", file])), `${kantor.nama}: ${nomor} yang diubah ditolak perintah`);
  }
  const letters = rows.filter((one) => one.jenis === "keterangan-perekaman").map((one) => one.urut);
  told(letters.length === surat.length, `${kantor.nama}: ${letters.length} surat di buku, ${surat.length} di meja`);
  told(/ 0 temuan/.test(kantor.cli(["book", "verify"])), `${kantor.nama}: buku utuh`);
  told(/ 0 temuan/.test(kantor.cli(["archive", "check", "--date", HARI])), `${kantor.nama}: arsip utuh`);
}

function throws(job) {
  try {
    job();
    return false;
  } catch {
    return true;
  }
}

/**
 * The same cases by the command line, in the twin: the same bytes. A case carries the request key that the desk gives it,
 * and the letter's seal the proof of its place in the log; so the twin was taken right before the letters were issued.
 */
export function kembar(kantor, cases, surat) {
  const issue = (all) => {
    const file = join(kantor.folder, "kasus.jsonl");
    writeFileSync(file, all.map((one) => JSON.stringify(one)).join("\n"));
    const rows = kantor.cli(["--json", "issue", file, "--date", HARI], kantor.kembar).trim().split("\n");
    return rows.map((row) => JSON.parse(row));
  };
  for (const [at, issued] of issue(cases).entries()) {
    told(issued.nomor === surat[at].nomor, `${kantor.nama}: kembar ${issued.nomor}, meja ${surat[at].nomor}`);
    told(issued.sha256 === sha256(surat[at].kertas), `${kantor.nama}: ${issued.nomor} sama sampai byte terakhir`);
  }
  // Another case gives another letter, so that sameness says something.
  const [other] = issue([{ ...cases[0], kunci_permintaan: "lain" }]);
  told(other.sha256 !== sha256(surat[0].kertas), `${kantor.nama}: kasus lain, surat lain`);
}

/** What the public sees, with a letter of the office in hand. */
export async function umum(kantor, browser, kertas) {
  const context = await kantor.context(browser);
  const page = await context.newPage();
  const seen = [];
  for (const path of ["/healthz", "/metrics", "/v/", "/v/kantor.json"]) {
    seen.push(await (await context.request.get(path)).text());
  }
  await page.goto("/periksa");
  await look(kantor, page, "umum-periksa");
  await page.getByLabel("Berkas surat").setInputFiles({
    name: "surat.pdf", mimeType: "application/pdf", buffer: kertas,
  });
  await page.getByRole("button", { name: "Periksa berkas" }).click();
  await page.waitForSelector(".putusan");
  told(await page.locator(".hasil.hijau").count() === 1, `${kantor.nama}: /periksa mengenal suratnya`);
  await look(kantor, page, "umum-hasil");
  seen.push(await page.content());
  await context.close();
  return seen;
}

function names(folder) {
  return readdirSync(folder, { recursive: true }).map(String);
}

/** No NIK in logs, file names, addresses, trail, or on public pages. `pages` are the public ones. */
export function tanpaNik(kantor, pages) {
  const trail = names(join(kantor.arsip, "jejak"))
    .map((name) => join(kantor.arsip, "jejak", name))
    .map((file) => { try { return readFileSync(file, "latin1"); } catch { return ""; } });
  const places = {
    catatan: kantor.log, "nama berkas": names(kantor.arsip).join("\n"), alamat: [...kantor.urls].join("\n"),
    jejak: trail.join("\n"), "halaman umum": pages.join("\n"),
  };
  for (const [place, text] of Object.entries(places)) {
    told(text.length > 100, `${kantor.nama}: ${place} kosong, tidak ada yang dicari`);
    const found = [...kantor.known.keys()].filter((nik) => text.includes(nik));
    told(found.length === 0, `${kantor.nama}: NIK ${found.map((nik) => nik.slice(-4))} ada di ${place}`);
  }
  // The search itself: what must not be found elsewhere is found where it has to stand, the forms that were sent.
  const sent = kantor.sent.join("\n");
  const unseen = [...kantor.known.keys()].filter((nik) => !sent.includes(nik));
  told(unseen.length === 0, `${kantor.nama}: pencarian NIK tidak menemukan ${unseen.map((nik) => nik.slice(-4))} di formulir`);
  const store = ["meja.sqlite", "meja.sqlite-wal"].map((name) => join(kantor.arsip, name)).filter((file) => existsSync(file));
  const rows = store.map((file) => readFileSync(file, "latin1")).join("\n");
  told([...kantor.known.keys()].some((nik) => rows.includes(nik)), `${kantor.nama}: pencarian NIK di meja.sqlite`);
  told(kantor.known.size >= 2, `${kantor.nama}: ${kantor.known.size} NIK dicari`);
}
