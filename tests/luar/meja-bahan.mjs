// What the browser tests of the daemon are made of: an office with its daemon and command line, people in browsers of
// their own, axe-core on every page, pictures, and a record of every address that was asked for.

import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const load = createRequire(join(ROOT, "target/node/"));
const { chromium } = load("playwright-core");
const AXE = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");

export const HARI = "2026-11-21";
const SANDI = "sandi uji";
const LAYAR = { width: 1366, height: 768 };
const PONSEL = { width: 390, height: 844 };

let passed = 0;
const failures = [];

export function told(ok, what) {
  if (ok) passed += 1;
  else {
    failures.push(what);
    console.log(`GAGAL: ${what}`);
  }
  return Boolean(ok);
}

/** Says what has come of it; gives the exit code. */
export function sum() {
  console.log(`${passed} passed, ${failures.length} failed`);
  return failures.length > 0 ? 1 : 0;
}

/** Headless Chromium (Debian's); CHROMIUM names another one. */
export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"],
  });
}

/** An office: its archive, the daemon on it, and later a twin archive that only the command line uses. */
export class Kantor {
  constructor(suket, nama, profile) {
    this.suket = suket;
    this.nama = nama;
    this.folder = mkdtempSync(join(tmpdir(), `suket-meja-${nama}-`));
    this.arsip = join(this.folder, "arsip");
    this.kembar = join(this.folder, "kembar");
    this.log = "";
    this.urls = new Set();
    this.sent = [];
    this.complaints = [];
    this.prints = [];
    this.known = new Map();
    this.faces = new Set();
    writeFileSync(join(this.folder, "sandi"), `${SANDI}\n`);
    writeFileSync(join(this.folder, "kantor.toml"), profile);
    this.cli(["init", "--profile", join(this.folder, "kantor.toml")]);
  }

  /** Takes the twin as the office stands now, between two acts: same keys, same book, same log. */
  kembarkan() {
    cpSync(this.arsip, this.kembar, { recursive: true });
    rmSync(join(this.kembar, "buku.sqlite-shm"), { force: true });
  }

  /** Runs the command line; gives what it says on stdout. */
  cli(args, arsip = this.arsip) {
    const env = { ...process.env, SUKET_PASSPHRASE_FILE: join(this.folder, "sandi") };
    const run = spawnSync(this.suket, ["--archive", arsip, ...args], { env, encoding: "utf8" });
    if (run.status !== 0) throw new Error(`suket ${args.join(" ")}: ${run.status} ${run.stderr}`);
    return run.stdout;
  }

  /** Starts the daemon; gives the one-time link that it tells on the terminal. */
  async serve() {
    const env = {
      ...process.env, SUKET_PASSPHRASE_FILE: join(this.folder, "sandi"), SUKET_UJI_HARI: HARI,
    };
    delete env.CREDENTIALS_DIRECTORY;
    this.daemon = spawn(this.suket, ["--archive", this.arsip, "serve", "--listen", "127.0.0.1:0"],
      { env, stdio: ["ignore", "pipe", "pipe"] });
    this.ended = new Promise((done) => this.daemon.once("exit", done));
    for (const stream of [this.daemon.stdout, this.daemon.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => { this.log += text; });
    }
    const first = await this.said(/^(https?:\S+)\/undangan\/[0-9a-f]{64}$/m);
    [, this.rumah] = first;
    return first[0];
  }

  async said(what) {
    for (let tries = 0; tries < 600; tries += 1) {
      const found = this.log.match(what);
      if (found) return found;
      if (this.daemon.exitCode !== null) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`layanan tidak berkata ${what}: ${this.log}`);
  }

  async stop() {
    this.daemon.kill("SIGTERM");
    told(await this.ended === 0, `${this.nama}: layanan berhenti dengan baik`);
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A browser of somebody's own: nothing is shared with the others. */
  async context(browser, { js = true, phone = false } = {}) {
    const context = await browser.newContext({
      baseURL: this.rumah, locale: "id-ID", javaScriptEnabled: js, viewport: phone ? PONSEL : LAYAR,
    });
    context.setDefaultTimeout(20_000);
    context.on("request", (request) => {
      this.urls.add(request.url());
      this.sent.push(request.postData() ?? "");
    });
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    context.on("weberror", (error) => this.complaints.push(String(error.error())));
    // Papers open in a viewer of their own, which keeps the bytes to itself.
    await context.route(/\/cetak(-ulang)?$/, async (route) => {
      const response = await route.fetch();
      this.prints.push({ status: response.status(), bytes: await response.body() });
      await route.fulfill({ response });
    });
    return context;
  }
}

const pictures = join(ROOT, "target/tmp/layar");

/** Pictures of a page on a screen and on a phone, and on paper. */
export async function picture(kantor, page, name) {
  if (!process.env.SUKET_LAYAR) return;
  const folder = join(pictures, kantor.nama);
  mkdirSync(folder, { recursive: true });
  for (const [kind, size] of [["layar", LAYAR], ["ponsel", PONSEL]]) {
    await page.setViewportSize(size);
    await page.screenshot({ path: join(folder, `${name}-${kind}.png`), fullPage: true });
  }
  await page.pdf({ path: join(folder, `${name}.pdf`), format: "A4", printBackground: true });
  await page.setViewportSize(LAYAR);
}

/** What axe-core finds that is serious or critical. */
export async function violations(page) {
  const results = await page.evaluate(`${AXE}; axe.run(document, { resultTypes: ["violations"] })`);
  return results.violations.filter((one) => ["serious", "critical"].includes(one.impact));
}

/** Looks at a page once: axe-core, no sideways scrolling on a phone, a picture. */
export async function look(kantor, page, name) {
  if (kantor.faces.has(name)) return;
  kantor.faces.add(name);
  for (const size of [PONSEL, LAYAR]) {
    await page.setViewportSize(size);
    for (const one of await violations(page)) {
      const where = one.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ");
      told(false, `${kantor.nama} ${name} ${size.width}: axe ${one.id} (${one.impact}) ${where}`);
    }
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    told(wide <= size.width, `${kantor.nama} ${name}: ${wide} piksel lebar pada layar ${size.width}`);
  }
  await picture(kantor, page, name);
}
