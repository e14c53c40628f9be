// Keeps the check page for use without a network. Its own files come from the cache first and are renewed together
// after each visit; the trust files come from the network first. Which of them counts is for the page to say: it
// checks their signatures and never goes back to an older version.

const CACHE = "suket-periksa";
// The scope is `/v` (see suket-sw.js) or `/v/`.
const HOME = self.registration.scope.replace(/\/?$/, "/");
const OWN = ["", "gaya.css", "halaman.js", "periksa.js", "kepercayaan.js", "manifest.webmanifest", "ikon.svg"];
const TRUST = `${HOME}kantor.json`;

/** A copy without the mark of a redirect, which a navigation would refuse. */
async function copy(response, mark) {
  const headers = { "content-type": response.headers.get("content-type") ?? "" };
  return new Response(await response.blob(), { headers: mark ? { ...headers, "x-suket": mark } : headers });
}

async function load(url) {
  const response = await fetch(url, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return copy(response);
}

/** All files or none, so that the cache never holds a mixture. */
async function renew() {
  const urls = OWN.map((name) => HOME + name);
  const fresh = await Promise.all(urls.map(load));
  const cache = await caches.open(CACHE);
  await Promise.all(urls.map((url, i) => cache.put(url, fresh[i])));
}

async function trust() {
  const cache = await caches.open(CACHE);
  const network = load(TRUST).then(async (response) => {
    const list = await response.clone().json();
    if (!Array.isArray(list)) throw new Error("bukan daftar");
    await cache.put(TRUST, response.clone());
    return response;
  });
  const patience = new Promise((_, reject) => setTimeout(reject, 4000));
  try {
    return await Promise.race([network, patience]);
  } catch {
    const kept = await cache.match(TRUST);
    return kept ? copy(kept, "simpanan") : network;
  }
}

async function own(url) {
  const kept = await (await caches.open(CACHE)).match(url);
  return kept ?? fetch(url);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(Promise.all([renew(), trust()]));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = event.request.url.split(/[?#]/)[0];
  if (event.request.method !== "GET") return;
  if (url === HOME.slice(0, -1)) {
    // The link of the QR; a browser carries its fragment over the redirect.
    event.respondWith(Response.redirect(HOME));
  } else if (url === TRUST) {
    event.respondWith(trust());
  } else if (url === HOME || url === `${HOME}index.html`) {
    event.respondWith(own(HOME));
    // Later, so that this visit loads one set of files.
    event.waitUntil(new Promise((done) => setTimeout(done, 3000)).then(renew).catch(() => {}));
  } else if (OWN.includes(url.slice(HOME.length)) && url.startsWith(HOME)) {
    event.respondWith(own(url));
  }
});
