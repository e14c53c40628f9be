// Live checks of the form, and the notice that the board has changed. Everything works without this file.
"use strict";

const form = document.getElementById("formulir");

function show(findings) {
  for (const place of form.querySelectorAll(".temuan")) {
    place.replaceChildren();
    const own = findings.filter((finding) => finding.bidang === place.dataset.bidang);
    const field = form.elements.namedItem(place.dataset.bidang);
    const filled = field && field.value !== "";
    for (const finding of own) {
      // What is only missing is told when it is saved, not while somebody is still typing elsewhere.
      if (finding.kode === "wajib-kosong" && !filled) continue;
      const line = document.createElement("p");
      line.className = finding.tingkat === "tolak" ? "tolak" : "ingat";
      line.textContent = finding.saran ? `${finding.pesan} — ${finding.saran}` : finding.pesan;
      place.append(line);
    }
  }
}

function requirements(list) {
  const box = document.querySelector("#syarat ul");
  if (!box) return;
  const ticked = new Set([...box.querySelectorAll("input:checked")].map((input) => input.value));
  const known = [...box.querySelectorAll("input")].map((input) => input.value).join(" ");
  if (known === list.map((one) => one.id).join(" ")) return;
  box.replaceChildren(...list.map((one) => {
    const row = document.createElement("li");
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.name = "berkas";
    input.value = one.id;
    input.checked = ticked.has(one.id);
    label.append(input, ` ${one.teks}`);
    row.append(label);
    return row;
  }));
}

if (form && form.dataset.periksa) {
  let timer;
  let asked = 0;
  const check = async () => {
    const mine = ++asked;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.periksa, { method: "POST", body });
      if (!answer.ok || mine !== asked) return;
      const { temuan, syarat } = await answer.json();
      show(temuan);
      requirements(syarat);
    } catch {
      // Without an answer the form is checked when it is saved.
    }
  };
  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(check, 150);
  });
}

// A paper opens beside the page; whoever comes back from it sees what is to be done next.
for (const paper of document.querySelectorAll('form[target="_blank"]')) {
  paper.addEventListener("submit", () => addEventListener("focus", () => location.reload(), { once: true }));
}

const notice = document.getElementById("baru");
if (notice) {
  const source = new EventSource("/kabar");
  source.addEventListener("papan", (event) => {
    if (event.data !== notice.dataset.perubahan) notice.hidden = false;
  });
  addEventListener("pagehide", () => source.close());
}

const work = document.getElementById("kemajuan");
if (work) {
  const source = new EventSource(work.dataset.kabar);
  const bar = work.querySelector("progress");
  const text = work.querySelector("[data-teks]");
  source.addEventListener("maju", (event) => {
    const [done, total] = event.data.split("/").map(Number);
    bar.max = total;
    bar.value = done;
    text.textContent = `${done} dari ${total}`;
  });
  source.addEventListener("selesai", () => {
    source.close();
    location.reload();
  });
}
