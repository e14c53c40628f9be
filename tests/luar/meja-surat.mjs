// The way of a letter through the pages: what each person does at the desk, step by step.

import { told } from "./meja-bahan.mjs";
import { isi } from "./meja-orang.mjs";

/** A case as the form takes it; its NIK is remembered, so that it can be looked for where it must not be. */
export function kasus(kantor, wilayah, urut, nama, lebih = {}) {
  const nik = `${wilayah}520305${urut}`;
  kantor.known.set(nik, nama);
  return {
    "pemohon.nik": nik, "pemohon.nama": nama, "pemohon.tempat_lahir": "Contoh", "pemohon.tanggal_lahir": "2005-03-12",
    "pemohon.jenis_kelamin": "PEREMPUAN", "pemohon.alamat": "Jalan Contoh No. 1", "pemohon.rt": "001",
    "pemohon.rw": "002", "pemohon.desa_kelurahan": "Contoh Hilir", "pemohon.agama": "ISLAM",
    "pemohon.status_perkawinan": "BELUM KAWIN", "pemohon.pekerjaan": "PELAJAR/MAHASISWA",
    "perekaman.tanggal": "2026-11-20", ...lebih,
  };
}

/** The same case as a file for the command line, with the request key that the desk gives to the first letter of it. */
export function berkasKasus(id, medan, berkas) {
  const it = { jenis: "keterangan-perekaman", kunci_permintaan: `meja-${id}-0`, berkas };
  for (const [path, value] of Object.entries(medan)) {
    const [section, key] = path.split(".");
    if (key) (it[section] ??= {})[key] = value;
    else it[section] = value;
  }
  return it;
}

/** Opens a case at the counter; gives its name at the desk. `kurang` are papers that are not handed in. */
export async function terima(petugas, medan, kurang = []) {
  const { page } = petugas;
  await page.goto("/");
  await page.getByRole("link", { name: "Permohonan baru" }).last().click();
  await petugas.look("jenis");
  await page.getByRole("link", { name: /Keterangan telah melakukan perekaman/ }).click();
  await petugas.look("formulir-kosong");
  await isi(page, medan);
  for (const box of await page.locator('input[name="berkas"]').all()) {
    if (!kurang.includes(await box.getAttribute("value"))) await box.check();
  }
  await petugas.look("formulir");
  await petugas.tekan("Simpan");
  const id = new URL(page.url()).pathname.split("/").pop();
  told(/^[0-9a-f]{32}$/.test(id), `${petugas.kantor.nama}: permohonan diterima di ${new URL(page.url()).pathname}`);
  return id;
}

/** Goes on from hand to hand: who, what the case is said to be then, and the button that is pressed. */
export async function jalan(orang, id, langkah) {
  for (const [peran, tahap, tombol] of langkah) {
    const siapa = orang[peran];
    await siapa.buka(id);
    const now = await siapa.tahap();
    const kantor = siapa.kantor.nama;
    if (!told(now === tahap, `${kantor}: ${peran} menemui "${now}", bukan "${tahap}"`)) {
      throw new Error(await siapa.page.locator("main").innerText());
    }
    await siapa.look(`berkas ${tahap}`.replaceAll(/[ ,]+/g, "-"));
    await siapa.tekan(tombol);
  }
}

/** The paper: printed, signed in ink, stamped; with `ketik` by keyboard alone. */
export async function tinta(petugas, id, ketik = false) {
  await petugas.buka(id);
  const nomor = await nomorSurat(petugas);
  await petugas.look("berkas-siap-cetak");
  const { page } = petugas;
  const enter = async () => {
    await sampai(page, { text: "Cetak surat" });
    await page.keyboard.press("Enter");
  };
  const kertas = await petugas.cetak("Cetak surat", ketik ? enter : undefined);
  told(await petugas.page.getByRole("button", { name: "Cetak surat" }).count() === 0, `${nomor}: dicetak satu kali`);
  await petugas.look("berkas-sudah-cetak");
  if (ketik) await tekan(page, "Sudah ditandatangani dan distempel");
  else await petugas.tekan("Sudah ditandatangani dan distempel");
  return { nomor, kertas };
}

/** Handed over to the applicant. */
export async function serahkan(petugas, id) {
  await petugas.buka(id);
  await petugas.look("berkas-siap-serah");
  await petugas.tekan("Serahkan surat");
  told(await petugas.tahap() === "selesai", `${petugas.kantor.nama}: diserahkan`);
  await petugas.look("berkas-selesai");
}

export async function nomorSurat(orang) {
  const text = await orang.page.locator(".nomor-surat").innerText();
  return text.match(/^Nomor (.+)$/m)[1].trim();
}

/** Many letters with one act: gives the rows of the result. */
export async function tandatangan(camat, nama, sandi = null) {
  const { page } = camat;
  await page.goto("/");
  await page.getByRole("link", { name: "Buka kotak tanda tangan" }).click();
  for (const satu of nama) await page.getByLabel(satu).check();
  await camat.look("kotak-tanda-tangan");
  if (sandi !== null) await page.getByLabel("Kata sandi kunci Anda").fill(sandi);
  await camat.tekan(sandi === null ? "Setujui yang dipilih" : "Tandatangani yang dipilih");
  await camat.look(sandi === null ? "hasil" : "hasil-tanda-tangan");
  return page.locator("main tbody tr").allInnerTexts();
}

/** Presses Tab until that field, button or link has the focus: nothing else of a keyboard is used to get there. */
async function sampai(page, cari) {
  for (let tries = 0; tries < 120; tries += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const at = document.activeElement;
      const style = getComputedStyle(at);
      return { name: at.getAttribute("name") ?? "", text: at.innerText ?? "", seen: style.outlineStyle !== "none" };
    });
    const found = cari.name ? here.name === cari.name : here.text.trim() === cari.text;
    if (found) return told(here.seen, `papan ketik: fokus pada ${cari.name ?? cari.text} terlihat`);
  }
  throw new Error(`papan ketik: ${cari.name ?? cari.text} tidak tercapai`);
}

async function tekan(page, text) {
  await sampai(page, { text });
  await Promise.all([
    page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame()),
    page.keyboard.press("Enter"),
  ]);
  await page.waitForLoadState("load");
}

/** A case from the board to the check of its papers by keyboard alone. */
export async function terimaDenganPapanKetik(petugas, medan) {
  const { page } = petugas;
  await page.goto("/");
  await tekan(page, "Permohonan baru");
  await tekan(page, (await page.locator(".pilihan a").first().innerText()).trim());
  const fields = page.locator('#formulir [name]:not([type="hidden"])');
  for (const name of new Set(await fields.evaluateAll((all) => all.map((one) => one.name)))) {
    if (name === "berkas") {
      for (let left = await page.locator('[name="berkas"]').count(); left > 0; left -= 1) {
        await sampai(page, { name });
        await page.keyboard.press("Space");
      }
    } else if (medan[name]) {
      await sampai(page, { name });
      await ketik(page, page.locator(`[name="${name}"]`), medan[name]);
    }
  }
  await tekan(page, "Simpan");
  return new URL(page.url()).pathname.split("/").pop();
}

async function ketik(page, field, value) {
  if (await field.getAttribute("type") !== "date") return page.keyboard.type(value);
  // The order of day and month is the browser's own.
  const [year, month, day] = value.split("-");
  await page.keyboard.type(month + day + year);
  if (await field.inputValue() !== value) {
    for (let back = 0; back < 3; back += 1) await page.keyboard.press("ArrowLeft");
    await page.keyboard.type(day + month + year);
  }
  return told(await field.inputValue() === value, `papan ketik: tanggal ${await field.inputValue()}`);
}

/** Buttons of the case by keyboard alone, each by the person whose turn it is. */
export async function jalanDenganPapanKetik(orang, id, langkah) {
  for (const [peran, , tombol] of langkah) {
    const { page } = orang[peran];
    await page.goto("/");
    const nama = await page.locator(`a[href="/berkas/${id}"]`).first().innerText();
    await tekan(page, nama.trim());
    await tekan(page, tombol);
  }
}
