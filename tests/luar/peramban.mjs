// A real browser (Debian: chromium; CHROMIUM names another), over the DevTools pipe.

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Starts the browser. `told(ok, what)` counts checks; `pictures` is a folder for pictures, or nothing. */
export function start({ folder, pictures, told, flags = [] }) {
  const browser = spawn(process.env.CHROMIUM ?? "chromium", [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
    `--user-data-dir=${join(folder, "profil")}`, "--remote-debugging-pipe", ...flags, "about:blank",
  ], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });

  const waiting = new Map();
  const complaints = [];
  let count = 0;
  let rest = "";
  browser.stdio[4].setEncoding("utf8").on("data", (data) => {
    const messages = (rest + data).split("\0");
    rest = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      if (message.id) waiting.get(message.id)?.(message);
      const entry = message.params?.entry;
      if (entry && ["error", "warning"].includes(entry.level)) complaints.push(`${entry.source}: ${entry.text}`);
      const thrown = message.params?.exceptionDetails;
      if (thrown) complaints.push(`${thrown.text} ${thrown.exception?.description ?? ""} ${thrown.url}`);
    }
  });

  function send(method, params = {}, sessionId = undefined) {
    count += 1;
    browser.stdio[3].write(`${JSON.stringify({ id: count, method, params, sessionId })}\0`);
    const id = count;
    return new Promise((done, fail) => {
      waiting.set(id, ({ result, error }) => (error ? fail(new Error(`${method}: ${error.message}`)) : done(result)));
    });
  }

  async function tab() {
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const say = (method, params) => send(method, params, sessionId);
    await Promise.all(["Page.enable", "Log.enable", "Runtime.enable"].map((method) => say(method)));
    const run = async (expression) => {
      const { result } = await say("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      return result.value;
    };
    const until = async (expression, what) => {
      for (let tries = 0; tries < 100; tries += 1) {
        if (await run(expression).catch(() => false)) return true;
        await pause(100);
      }
      told(false, `${what}: tidak terjadi dalam 10 detik`);
      return false;
    };
    /** Opens a link as if for the first time and gives what the page says. */
    const open = async (url) => {
      await say("Page.navigate", { url: "about:blank" });
      await say("Page.navigate", { url });
      await until("document.querySelector('#tunggu')?.hidden === true", url);
      return read();
    };
    const read = () => run(`({
      kata: kata.textContent, kalimat: kalimat.textContent, warna: putusan.className, fakta: fakta.innerText,
      terbuka: terbuka.innerText, waktu: waktu.textContent, alamat: location.href, peringatan: peringatan.innerText,
      catatan: document.querySelector('#catatan:not([hidden])')?.innerText ?? '',
      terlihat: !document.querySelector('#hasil').hidden,
      fokus: document.activeElement.id, masuk: !document.querySelector('#masuk').hidden })`);
    const size = (width, height, mobile = false) =>
      say("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: mobile ? 2 : 1, mobile });
    const picture = async (name, whole = true) => {
      if (!pictures) return;
      const { data } = await say("Page.captureScreenshot", { format: "png", captureBeyondViewport: whole });
      writeFileSync(join(pictures, `${name}.png`), Buffer.from(data, "base64"));
    };
    const paper = async (name) => {
      const { data } = await say("Page.printToPDF", { preferCSSPageSize: true, printBackground: true });
      const pdf = Buffer.from(data, "base64");
      if (pictures) writeFileSync(join(pictures, `${name}.pdf`), pdf);
      return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    };
    return { say, run, until, open, read, size, picture, paper };
  }

  /** Ends the browser. */
  const close = async () => {
    await send("Browser.close").catch(() => {});
    await new Promise((done) => (browser.exitCode === null ? browser.once("exit", done) : done()));
  };
  return { tab, complaints, close };
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
