//! The enumerations of the field (SIAK). Letters print the label; an office can add entries in `[daftar]`.

/// The list of this name, as case fields are named; empty where the field is free.
pub(crate) fn choices(list: &str) -> &'static [&'static str] {
    match list {
        "alasan" => ALASAN,
        "status" => STATUS,
        "jenis_kelamin" => KELAMIN,
        "kewarganegaraan" => KEWARGANEGARAAN,
        "agama" => AGAMA,
        "status_perkawinan" => PERKAWINAN,
        "golongan_darah" => DARAH,
        "pekerjaan" => PEKERJAAN,
        _ => &[],
    }
}

/// Reasons of an application.
pub(super) const ALASAN: &[&str] = &[
    "pemula",
    "belum-17-sudah-kawin",
    "hilang",
    "rusak",
    "pindah-datang",
    "datang-dari-luar-negeri",
    "perubahan-data",
];

/// Recording status; the first two say that the recording is still in process.
pub(super) const STATUS: &[&str] = &["PRO", "SFE", "PRR", "DUP", "EFAC"];

/// Sex.
pub(super) const KELAMIN: &[&str] = &["LAKI-LAKI", "PEREMPUAN"];

/// Citizenship.
pub(super) const KEWARGANEGARAAN: &[&str] = &["WNI", "WNA"];

/// Religion.
pub(super) const AGAMA: &[&str] = &[
    "ISLAM",
    "KRISTEN",
    "KATHOLIK",
    "HINDU",
    "BUDHA",
    "KHONGHUCU",
    "KEPERCAYAAN TERHADAP TUHAN YANG MAHA ESA",
];

/// Marital status; the card prints plain KAWIN.
pub(super) const PERKAWINAN: &[&str] =
    &["BELUM KAWIN", "KAWIN", "KAWIN TERCATAT", "KAWIN BELUM TERCATAT", "CERAI HIDUP", "CERAI MATI"];

/// Blood group; `-` is printed when unknown.
pub(super) const DARAH: &[&str] =
    &["A", "B", "AB", "O", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-", "TIDAK TAHU", "-"];

/// Occupation.
pub(super) const PEKERJAAN: &[&str] = &[
    "BELUM/TIDAK BEKERJA",
    "MENGURUS RUMAH TANGGA",
    "PELAJAR/MAHASISWA",
    "PENSIUNAN",
    "APARATUR SIPIL NEGARA (ASN)",
    "PEGAWAI NEGERI SIPIL",
    "TENTARA NASIONAL INDONESIA (TNI)",
    "KEPOLISIAN RI (POLRI)",
    "PERDAGANGAN",
    "PETANI/PEKEBUN",
    "PETERNAK",
    "NELAYAN/PERIKANAN",
    "INDUSTRI",
    "KONSTRUKSI",
    "TRANSPORTASI",
    "KARYAWAN SWASTA",
    "KARYAWAN BUMN",
    "KARYAWAN BUMD",
    "KARYAWAN HONORER",
    "BURUH HARIAN LEPAS",
    "BURUH TANI/PERKEBUNAN",
    "BURUH NELAYAN/PERIKANAN",
    "BURUH PETERNAKAN",
    "PEMBANTU RUMAH TANGGA",
    "TUKANG CUKUR",
    "TUKANG LISTRIK",
    "TUKANG BATU",
    "TUKANG KAYU",
    "TUKANG SOL SEPATU",
    "TUKANG LAS/PANDAI BESI",
    "TUKANG JAHIT",
    "TUKANG GIGI",
    "PENATA RIAS",
    "PENATA BUSANA",
    "PENATA RAMBUT",
    "MEKANIK",
    "SENIMAN",
    "TABIB",
    "PARAJI",
    "PERANCANG BUSANA",
    "PENTERJEMAH",
    "IMAM MASJID",
    "PENDETA",
    "PASTOR",
    "WARTAWAN",
    "USTADZ/MUBALIGH",
    "JURU MASAK",
    "PROMOTOR ACARA",
    "ANGGOTA DPR-RI",
    "ANGGOTA DPD",
    "ANGGOTA BPK",
    "PRESIDEN",
    "WAKIL PRESIDEN",
    "ANGGOTA MAHKAMAH KONSTITUSI",
    "ANGGOTA KABINET KEMENTERIAN",
    "DUTA BESAR",
    "GUBERNUR",
    "WAKIL GUBERNUR",
    "BUPATI",
    "WAKIL BUPATI",
    "WALIKOTA",
    "WAKIL WALIKOTA",
    "ANGGOTA DPRD PROVINSI",
    "ANGGOTA DPRD KABUPATEN/KOTA",
    "DOSEN",
    "GURU",
    "PILOT",
    "PENGACARA",
    "NOTARIS",
    "ARSITEK",
    "AKUNTAN",
    "KONSULTAN",
    "DOKTER",
    "BIDAN",
    "PERAWAT",
    "APOTEKER",
    "PSIKIATER/PSIKOLOG",
    "PENYIAR TELEVISI",
    "PENYIAR RADIO",
    "PELAUT",
    "PENELITI",
    "SOPIR",
    "PIALANG",
    "PARANORMAL",
    "PEDAGANG",
    "PERANGKAT DESA",
    "KEPALA DESA",
    "BIARAWATI",
    "WIRASWASTA",
    "LAINNYA",
];
