//! SOPs as the life of a case: who does what next, what the rule for letters adds, and where a refusal leads.

use std::fmt::Write;

use suket::{Aksi, Lanjutan, Peran, Perjalanan, PerjalananError, Profile, PutusanLangkah, Sop, Tugas};

use super::{kantor, sop};

/// Walks an SOP; at each decision the next answer is taken, then always Ya.
fn walk(sop: &Sop, alur: &[String], answers: &[PutusanLangkah<'_>]) -> Vec<String> {
    let life = Perjalanan::new(sop, alur);
    let mut answers = answers.iter().copied();
    let mut list = Vec::new();
    let mut next = life.mulai().map_or(Lanjutan::Selesai, Lanjutan::Tugas);
    while let Lanjutan::Tugas(task) = next {
        list.push(said(&task));
        assert!(list.len() < 60, "{list:?}");
        let answer = if task.keputusan { answers.next() } else { None };
        next = life.lanjut(&task, answer.unwrap_or(PutusanLangkah::Ya)).unwrap();
    }
    list
}

fn said(task: &Tugas) -> String {
    let step = task.langkah.map_or_else(|| "+".to_owned(), |n| n.to_string());
    let who = task.peran.map_or("", Peran::as_str);
    let time = task.waktu.map_or_else(String::new, |lama| format!(" {lama}"));
    let question = if task.keputusan { "?" } else { "" };
    let what = task.aksi.map_or_else(String::new, |aksi: Aksi| format!("{aksi:?}").to_lowercase());
    format!("{step} {who} {what}{question}{time}")
}

#[test]
fn the_desk_can_follow_all_five() {
    use PutusanLangkah::{Tidak, Ya};
    let alur = |id: &str| kantor(id).alur_surat("keterangan-perekaman");
    let clu = sop("candi-laras-utara");
    // Its SOP draws paraf, signature and number: nothing is added.
    assert_eq!(
        walk(&clu, &alur("candi-laras-utara"), &[Tidak(""), Ya, Tidak("nama keliru")]),
        [
            "1 pemohon ajukan 1 menit",
            "2 petugas periksa? 5 menit",
            "1 pemohon ajukan 1 menit",
            "2 petugas periksa? 5 menit",
            "3 operator konsep 15 menit",
            "4 kasi paraf? 3 menit",
            "3 operator konsep 15 menit",
            "4 kasi paraf? 3 menit",
            "5 camat setujui 1 menit",
            "6 petugas nomori 3 menit",
            "7 petugas serahkan 1 menit",
            "7 pemohon serahkan 1 menit",
        ]
    );
    let rule = ["+ petugas konsep", "+ kasi paraf?", "+ camat setujui?", "+ petugas nomori"];
    for id in ["karanganyar", "larangan", "sajingan-besar", "sumber-marga-telang"] {
        let list = walk(&sop(id), &alur(id), &[]);
        let at =
            list.iter().position(|step| step.starts_with('+')).unwrap_or_else(|| panic!("{id}: {list:?}"));
        assert_eq!(list.get(at..at + 4).unwrap(), rule, "{id}");
        assert!(list.len() > at + 4, "{id}: something is handed over after the letter is numbered");
    }
    // A refusal that ends the case makes no letter.
    assert_eq!(
        walk(&sop("larangan"), &alur("larangan"), &[Tidak("")]),
        [
            "1 pemohon terima 10 menit",
            "1 petugas terima 10 menit",
            "2 petugas periksa? 5 menit",
            "2 luar periksa 5 menit"
        ]
    );
}

/// An SOP of a start, these actions (`role action`; with `?` a decision whose Tidak goes a row back), and an end.
fn drawn(actions: &[&str]) -> Sop {
    let mut text = "nama = \"SOP UJI\"\n".to_owned();
    for role in ["pemohon", "petugas", "operator", "kasi", "sekretaris", "camat"] {
        write!(text, "[[pelaksana]]\nid = \"{role}\"\nlabel = \"{role}\"\nperan = \"{role}\"\n").unwrap();
    }
    let last = actions.len() + 1;
    let all = ["pemohon ajukan"].iter().chain(actions).chain(&["pemohon terima"]);
    for (row, step) in all.enumerate() {
        let (role, action) = step.trim_end_matches('?').split_once(' ').unwrap();
        let shape = match row {
            0 => "mulai",
            _ if row == last => "selesai",
            _ if step.ends_with('?') => "keputusan",
            _ => "proses",
        };
        write!(text, "[[langkah]]\nkegiatan = \"Langkah\"\naksi = \"{action}\"\nsimbol = [{{ ").unwrap();
        writeln!(text, "id = \"n{row}\", pelaksana = \"{role}\", bentuk = \"{shape}\" }}]").unwrap();
    }
    for row in 0..last {
        let (ya, tidak) = (row + 1, row.saturating_sub(1));
        write!(text, "[[alur]]\ndari = \"n{row}\"\nke = \"n{ya}\"\n").unwrap();
        let action = row.checked_sub(1).and_then(|at| actions.get(at));
        if action.is_some_and(|action| action.ends_with('?')) {
            write!(
                text,
                "jawaban = \"Ya\"\n[[alur]]\ndari = \"n{row}\"\nke = \"n{tidak}\"\njawaban = \"Tidak\"\n"
            )
            .unwrap();
        }
    }
    Sop::read(&text).unwrap_or_else(|findings| panic!("{findings:?}\n{text}")).0
}

/// What a letter goes through, between asking and the end; what was added begins with `+`.
fn way(actions: &[&str], rule: &[&str], answers: &[PutusanLangkah<'_>]) -> String {
    let rule: Vec<String> = rule.iter().map(|word| (*word).to_owned()).collect();
    let list = walk(&drawn(actions), &rule, answers);
    let list = list.get(1..list.len() - 1).unwrap().iter();
    let short = |step: &String| step.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').to_owned();
    list.map(short).collect::<Vec<_>>().join(", ")
}

const RULE: [&str; 3] = ["petugas", "paraf:kasi", "camat"];

#[test]
fn exactly_what_an_sop_does_not_draw_is_added() {
    let long = ["petugas", "paraf:kasi", "paraf:sekretaris", "camat"];
    let serah = "petugas serahkan";
    for (actions, rule, expect) in [
        (
            vec![serah],
            &RULE[..],
            "+ petugas konsep, + kasi paraf?, + camat setujui?, + petugas nomori, petugas serahkan",
        ),
        (
            vec!["camat setujui", serah],
            &RULE,
            "+ petugas konsep, + kasi paraf?, camat setujui, + petugas nomori, petugas serahkan",
        ),
        // Somebody else than in the rule does it: it is drawn all the same.
        (
            vec!["operator konsep", "sekretaris setujui", serah],
            &RULE,
            "operator konsep, + kasi paraf?, sekretaris setujui, + petugas nomori, petugas serahkan",
        ),
        (
            vec!["operator konsep", "kasi paraf", "operator cetak", serah],
            &RULE,
            "operator konsep, kasi paraf, + camat setujui?, + petugas nomori, operator cetak, petugas serahkan",
        ),
        (
            vec!["petugas nomori", serah],
            &RULE,
            "+ petugas konsep, + kasi paraf?, + camat setujui?, petugas nomori, petugas serahkan",
        ),
        // Two initials, one of them drawn.
        (
            vec!["petugas konsep", "kasi paraf", "camat setujui", "petugas nomori"],
            &long,
            "petugas konsep, kasi paraf, + sekretaris paraf?, camat setujui, petugas nomori",
        ),
        (
            vec!["petugas konsep", "sekretaris paraf", "camat setujui", "petugas nomori"],
            &long,
            "petugas konsep, + kasi paraf?, sekretaris paraf, camat setujui, petugas nomori",
        ),
        // Nothing is handed over.
        (vec!["camat setujui"], &["camat"], "camat setujui, + camat nomori"),
        (vec!["petugas rekam"], &["camat"], "petugas rekam, + camat setujui?, + camat nomori"),
        (
            vec!["petugas konsep", "kasi paraf", "camat setujui", "petugas nomori", serah],
            &RULE,
            "petugas konsep, kasi paraf, camat setujui, petugas nomori, petugas serahkan",
        ),
    ] {
        assert_eq!(way(&actions, rule, &[]), expect, "{actions:?}");
    }
}

#[test]
fn what_is_refused_goes_a_step_back_and_takes_no_number() {
    use PutusanLangkah::{Tidak, Ya};
    let rule = RULE;
    let no = Tidak("nama keliru");
    assert_eq!(
        way(&["petugas serahkan"], &rule, &[Ya, no, no, Ya, Ya]),
        "+ petugas konsep, + kasi paraf?, + camat setujui?, + kasi paraf?, + petugas konsep, + kasi paraf?, \
         + camat setujui?, + petugas nomori, petugas serahkan"
    );
    // Back to a step that the SOP draws.
    assert_eq!(
        way(&["operator konsep", "camat setujui"], &rule, &[no]),
        "operator konsep, + kasi paraf?, operator konsep, + kasi paraf?, camat setujui, + petugas nomori"
    );
    // A drawn refusal takes no number either, and what comes back from behind is not refused forward.
    assert_eq!(
        way(&["operator konsep", "camat setujui?"], &rule, &[Ya, no, Ya, Ya]),
        "operator konsep, + kasi paraf?, camat setujui?, operator konsep, + kasi paraf?, camat setujui?, \
         + petugas nomori"
    );
    assert_eq!(
        way(&["operator konsep", "camat setujui", "petugas nomori?"], &rule, &[Ya, no, no]),
        "operator konsep, + kasi paraf?, camat setujui, petugas nomori?, + kasi paraf?, operator konsep, \
         + kasi paraf?, camat setujui, petugas nomori?"
    );
    // Whoever gets it back reads why; without a reason it does not go back.
    let (sop, rule) = (drawn(&[]), ["camat".to_owned()]);
    let life = Perjalanan::new(&sop, &rule);
    let next = |task: &Tugas, answer| match life.lanjut(task, answer).unwrap() {
        Lanjutan::Tugas(task) => task,
        Lanjutan::Selesai => panic!("at its end"),
    };
    let camat = next(&life.mulai().unwrap(), Ya);
    assert_eq!((camat.aksi, camat.keputusan, &camat.alasan), (Some(Aksi::Setujui), true, &None));
    for none in ["", " \n"] {
        assert_eq!(life.lanjut(&camat, Tidak(none)), Err(PerjalananError::TanpaAlasan));
    }
    let back = next(&camat, Tidak(" nama keliru "));
    assert_eq!((back.aksi, back.alasan.as_deref()), (Some(Aksi::Ajukan), Some("nama keliru")));
    assert_eq!(next(&back, Ya), camat, "the reason is for one step");
}

#[test]
fn an_office_has_its_own_rule_for_letters() {
    let text = Profile::builtin("larangan").unwrap();
    let own = Profile::parse(&format!("{text}\n[alur]\nrekomendasi = [\"operator\", \"camat\"]\n")).unwrap();
    assert_eq!(own.alur_surat("rekomendasi"), ["operator", "camat"]);
    assert_eq!(own.alur_surat("keterangan-perekaman"), ["petugas", "paraf:kasi", "camat"]);
    for wrong in ["[\"lurah\"]", "[]", "[\"paraf:siapa\", \"camat\"]"] {
        let error = Profile::parse(&format!("{text}\n[alur]\nrekomendasi = {wrong}\n")).unwrap_err();
        assert!(error.to_string().contains("alur.rekomendasi"), "{error}");
    }
}
