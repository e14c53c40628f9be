"""Makes a sample data file of letters, one JSON object per line.

All persons, numbers and addresses are invented; the identity numbers begin
with 99, which no region has. The same seed gives the same file.

    python make_data.py data.jsonl [-n 200] [--kertas f4|a4] [--seed 1]
"""

import argparse
import io
import json
import random
from datetime import date, timedelta

import segno

FIRST = """Aminah Burhan Cahyadi Darmawan Endah Fauzan Galuh Hafizah Ilham Jumiati
Kurnia Laila Mawardi Nurhayati Omar Purnama Qomariah Rahimah Syaifullah Taufik
Ulfah Wahyuni Yusran Zulkifli""".split()
MIDDLE = """Akbar Budi Dewi Eka Fitri Hidayat Indra Lestari Maulida Noor Putri
Rizki Sari Tri Utami Wulan""".split()
LAST = """Abadi Barlian Cempaka Darussalam Erlangga Firdaus Gunawan Hasanah
Iskandar Jaelani Kartika Lukman Mahardika Nugraha Pratama Ramadhani Saputra
Wijaya""".split()
VILLAGES = ["Batalas", "Buas-Buas", "Keladan", "Margasari Hilir", "Margasari Hulu",
            "Pariok", "Rawana", "Sawaja", "Sungai Puting", "Teluk Haur"]
JOBS = ["Petani/Pekebun", "Nelayan/Perikanan", "Pedagang", "Pelajar/Mahasiswa",
        "Mengurus Rumah Tangga", "Karyawan Swasta", "Wiraswasta", "Guru"]
MONTHS = """Januari Februari Maret April Mei Juni Juli Agustus September Oktober
November Desember""".split()
ROMAN = "I II III IV V VI VII VIII IX X XI XII".split()
SIGNER, SIGNER_NIP = "BURHAN WIJAYA, S.Pd", "99990312 999911 1 001"
OFFICE = "Camat Candi Laras Utara"


def tanggal(d):
    return f"{d.day} {MONTHS[d.month - 1]} {d.year}"


def paragraph(*runs):
    return {"jenis": "paragraf",
            "teks": [{"t": t, "b": b} for t, b in runs]}


def details(*rows):
    return {"jenis": "rincian", "baris": [list(r) for r in rows]}


def svg(qr):
    out = io.BytesIO()
    qr.save(out, kind="svg", border=0, omitsize=True, xmldecl=False, nl=False,
            svgclass=None, lineclass=None)
    return out.getvalue().decode()


def letter(i, rng, paper, used):
    while True:
        name = " ".join((rng.choice(FIRST), rng.choice(MIDDLE), rng.choice(LAST))).upper()
        if name not in used:
            used.add(name)
            break
    birth = date(1960, 1, 1) + timedelta(days=rng.randrange(365 * 48))
    issued = date(2026, 11, 1) + timedelta(days=i % 30)
    village = rng.choice(VILLAGES)
    nik = "99" + "".join(rng.choice("0123456789") for _ in range(14))
    kk = "99" + "".join(rng.choice("0123456789") for _ in range(14))
    number = f"400.12.2.1/{i + 1:03d}/CLU/{ROMAN[issued.month - 1]}/{issued.year}"

    # Digits are what a signed code in base 10 looks like.
    qr_text = "HTTPS://SURAT.EXAMPLE/V/" + "".join(rng.choice("0123456789") for _ in range(306))
    qr = segno.make(qr_text, error="m", boost_error=False, micro=False)
    code = "-".join("".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(4))
                    for _ in range(3))
    return {
        "kertas": paper,
        "kop": {
            "induk": "PEMERINTAH KABUPATEN TAPIN",
            "kantor": "KANTOR CAMAT CANDI LARAS UTARA",
            "alamat": ["Jalan Gusti Libi No.86 Margasari Hilir Kode Pos 71171"],
            "tempat": "MARGASARI HILIR",
        },
        "judul": "SURAT KETERANGAN TELAH MELAKUKAN PEREKAMAN KTP-EL",
        "nomor": number,
        "isi": [
            paragraph(("Yang bertanda tangan di bawah ini:", False)),
            details(("Nama", SIGNER), ("NIP", SIGNER_NIP), ("Jabatan", f"Plt. {OFFICE}")),
            paragraph(("Menerangkan dengan sebenarnya bahwa:", False)),
            details(
                ("Nama", name),
                ("NIK", nik),
                ("Nomor KK", kk),
                ("Jenis Kelamin", rng.choice(["Laki-laki", "Perempuan"])),
                ("Tempat, Tanggal Lahir", f"{rng.choice(VILLAGES)}, {tanggal(birth)}"),
                ("Golongan Darah", rng.choice(["A", "B", "AB", "O", "Tidak Tahu"])),
                ("Agama", "Islam"),
                ("Status Perkawinan", rng.choice(["Kawin", "Belum Kawin", "Cerai Mati"])),
                ("Pekerjaan", rng.choice(JOBS)),
                ("Kewarganegaraan", "Indonesia"),
                ("Alamat", f"Desa {village} RT {rng.randrange(1, 9):03d} RW {rng.randrange(1, 4):03d}"),
                ("Kecamatan", "Candi Laras Utara, Kabupaten Tapin"),
            ),
            paragraph(
                ("Orang tersebut di atas adalah benar penduduk ", False),
                (f"Desa {village} Kecamatan Candi Laras Utara", True),
                (f" dan telah melakukan perekaman KTP-el pada tanggal {tanggal(issued)} di "
                 f"Kantor {OFFICE} Kabupaten Tapin.", False)),
            paragraph(
                ("Surat keterangan ini dipergunakan sebagai pengganti sementara ", False),
                ("Kartu Tanda Penduduk Elektronik", True),
                (" dan berlaku selama 30 (tiga puluh) hari sejak tanggal diterbitkan atau "
                 "sampai dengan KTP-el yang bersangkutan selesai dicetak.", False)),
            paragraph(
                ("Demikian surat keterangan ini dibuat dengan sebenarnya atas nama ", False),
                (name, True),
                (" untuk dapat dipergunakan sebagaimana mestinya, dan kepada pihak yang "
                 "berkepentingan dimohon bantuan seperlunya.", False)),
        ],
        "ttd": {
            "tempat_tanggal": f"Margasari Hilir, {tanggal(issued)}",
            "jabatan": ["Plt. CAMAT CANDI LARAS UTARA,"],
            "nama": SIGNER,
            "nip": SIGNER_NIP,
        },
        "qr_teks": qr_text,
        "qr_matriks": ["".join("1" if m else "0" for m in row) for row in qr.matrix],
        "qr_svg": svg(qr),
        "kode": code,
        "kaki": f"Keaslian surat ini dapat diperiksa dengan memindai kode QR atau memasukkan kode {code}.",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("-n", type=int, default=200, help="number of letters")
    parser.add_argument("--kertas", choices=("f4", "a4"), default="f4")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.n > len(FIRST) * len(MIDDLE) * len(LAST) // 2:
        parser.error("too many letters for the stock of names")
    rng, used = random.Random(args.seed), set()
    with open(args.out, "w", encoding="utf-8") as f:
        for i in range(args.n):
            json.dump(letter(i, rng, args.kertas, used), f, ensure_ascii=False)
            f.write("\n")


if __name__ == "__main__":
    main()
