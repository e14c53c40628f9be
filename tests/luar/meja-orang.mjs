// People at the desk, each with a browser of their own, and what each of them does there: by words on the pages only.

import { look, told } from "./meja-bahan.mjs";

const SANDI = "kuda lepas pagi hari";

/** Somebody who is signed in. */
export class Orang {
  constructor(kantor, context, page, peran) {
    Object.assign(this, { kantor, context, page, peran });
  }

  /** Opens the one-time link, sets a password, signs in with it. */
  static async dariTautan(kantor, browser, tautan, masuk, peran, how = {}) {
    const context = await kantor.context(browser, how);
    const page = await context.newPage();
    await page.goto(tautan);
    await look(kantor, page, "undangan");
    await page.getByLabel("Sandi baru").fill(SANDI);
    await page.getByLabel("Ulangi sandi").fill(SANDI);
    await page.getByRole("button", { name: "Simpan sandi" }).click();
    await page.waitForURL("**/masuk");
    await look(kantor, page, "masuk");
    const orang = new Orang(kantor, context, page, peran);
    await orang.masuk(masuk);
    return orang;
  }

  async masuk(masuk) {
    await this.page.goto("/masuk");
    await this.page.getByLabel("Nama masuk").fill(masuk);
    await this.page.getByLabel("Sandi", { exact: true }).fill(SANDI);
    await this.page.getByRole("button", { name: "Masuk" }).click();
    await this.page.waitForURL((url) => url.pathname !== "/masuk");
  }

  /** The same person in another browser. */
  async juga(browser, masuk, how) {
    const context = await this.kantor.context(browser, how);
    const orang = new Orang(this.kantor, context, await context.newPage(), this.peran);
    await orang.masuk(masuk);
    return orang;
  }

  look(name) {
    return look(this.kantor, this.page, `${this.peran}-${name}`);
  }

  async buka(id) {
    await this.page.goto(`/berkas/${id}`);
  }

  /** What the page says of the case now. */
  async tahap() {
    return (await this.page.locator(".keadaan").innerText()).trim();
  }

  async berkata(text, what) {
    const all = await this.page.locator("main").innerText();
    return told(all.includes(text), `${this.kantor.nama} ${this.peran}, ${what}: "${text}" tidak ada di\n${all}`);
  }

  /** Presses a button of the case and waits for the page that follows. */
  async tekan(tombol) {
    await Promise.all([
      this.page.waitForEvent("framenavigated", (frame) => frame === this.page.mainFrame()),
      this.page.getByRole("button", { name: tombol, exact: true }).first().click(),
    ]);
    await this.page.waitForLoadState("load");
  }

  /** Opens a fold of the page. */
  async lipat(kata) {
    await this.page.locator("summary", { hasText: kata }).first().click();
  }

  /** Prints: the paper opens by itself; its bytes are given. `press` is another way to press the button. */
  async cetak(tombol, press = () => this.page.getByRole("button", { name: tombol }).click()) {
    const before = this.kantor.prints.length;
    const [paper] = await Promise.all([
      this.context.waitForEvent("page"),
      press(),
    ]);
    for (let tries = 0; this.kantor.prints.length === before && tries < 200; tries += 1) {
      await new Promise((done) => setTimeout(done, 50));
    }
    await paper.close();
    const { status, bytes } = this.kantor.prints.at(-1);
    told(status === 200 && bytes.subarray(0, 5).toString() === "%PDF-", `${this.kantor.nama} ${tombol}: ${status}`);
    await this.page.reload();
    return bytes;
  }
}

/** Fills in the form of a case; fields by their names in the case file. */
export async function isi(page, medan) {
  for (const [name, value] of Object.entries(medan)) {
    const field = page.locator(`[name="${name}"]`);
    if (await field.evaluate((one) => one.tagName) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
}

/** The administrator makes an account; gives the link by which its owner sets a password. */
export async function akun(admin, masuk, nama, peran, pejabat) {
  const { page } = admin;
  await page.goto("/akun");
  const form = page.locator('form[action="/akun"]');
  await form.getByLabel("Nama", { exact: true }).fill(nama);
  await form.getByLabel("Nama masuk").fill(masuk);
  await form.getByLabel(peran, { exact: true }).check();
  if (pejabat) await form.getByLabel("Pejabat").selectOption({ label: pejabat });
  await admin.tekan("Buat akun dan tautan undangan");
  await admin.look("akun-baru");
  return (await page.locator(".rahasia code").innerText()).trim();
}
