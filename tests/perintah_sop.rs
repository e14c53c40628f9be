//! `suket sop` and `suket standar` as their users see them.

mod umum;

use umum::arsip::{Arsip, code, err, lines};
use umum::{akar, tulis};

#[test]
fn an_archive_draws_its_own_sop_and_standard() {
    let arsip = Arsip::baru("candi-laras-utara");
    for (command, file) in [("sop", "sop.pdf"), ("standar", "standar.pdf")] {
        let path = arsip.path(file);
        let out = arsip.run(&["--json", command, "--out", &path.display().to_string()]);
        assert_eq!(code(&out), 0, "{}", err(&out));
        assert_eq!(lines(&out)[0]["berkas"].as_str(), Some(&*path.display().to_string()));
        assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF-1.7"));
    }
    // Its own file goes before what is built in; a warning does not refuse it.
    let own =
        std::fs::read_to_string(akar().join("tests/sop/baik.toml")).unwrap().replace("SOP UJI", "SOP KAMI");
    tulis(&arsip.path("arsip/templat/sop.toml"), own.as_bytes());
    let svg = arsip.path("sop.svg");
    let out = arsip.run(&["sop", "--format", "svg", "--out", &svg.display().to_string()]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    assert!(std::fs::read_to_string(&svg).unwrap().contains("<title>SOP KAMI</title>"));
}

/// A clerk who mistakes --out keeps the file, by whatever path it is named.
#[test]
fn the_paper_never_goes_over_the_file_that_it_is_drawn_from() {
    let arsip = Arsip::baru("larangan");
    for (command, text) in
        [("sop", suket::Sop::builtin("larangan")), ("standar", suket::Standar::builtin("larangan"))]
    {
        let (own, file) = (arsip.path(&format!("arsip/templat/{command}.toml")), arsip.path("kami.toml"));
        tulis(&own, text.unwrap().as_bytes());
        tulis(&file, text.unwrap().as_bytes());
        let roundabout = arsip.path("arsip/../arsip/templat/../../kami.toml");
        let name = |path: &std::path::Path| path.display().to_string();
        for (source, out) in [(Some(&file), &file), (Some(&file), &roundabout), (None, &own)] {
            let (source, out) = (source.map(|path| name(path)), name(out));
            let args: Vec<&str> =
                [command].into_iter().chain(source.as_deref()).chain(["--out", &out]).collect();
            let refused = arsip.run(&args);
            assert_eq!(code(&refused), 2, "{args:?}: {}", err(&refused));
            assert!(err(&refused).contains("berkas masukan"), "{}", err(&refused));
            assert_eq!(err(&refused).matches("saran: ").count(), 1, "{}", err(&refused));
        }
        for path in [&own, &file] {
            assert_eq!(std::fs::read_to_string(path).unwrap(), text.unwrap());
        }
        // Another file may be written again.
        let pdf = name(&arsip.path("kami.pdf"));
        for _ in 0..2 {
            let made = arsip.run(&[command, &name(&file), "--out", &pdf]);
            assert_eq!(code(&made), 0, "{}", err(&made));
        }
    }
}

#[test]
fn other_offices_and_files_need_no_archive() {
    let arsip = Arsip::baru("larangan");
    let pdf = arsip.path("p.pdf").display().to_string();
    let out = arsip.run(&["sop", "sajingan-besar", "--out", &pdf]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    assert!(err(&out).contains("peringatan: sajingan-besar/sop.toml:"), "{}", err(&out));
    assert!(!err(&arsip.run(&["-q", "sop", "sajingan-besar", "--out", &pdf])).contains("peringatan"));
    // Every finding at once, with its line; nothing is written.
    let file = arsip.path("salah.toml");
    let good = std::fs::read_to_string(akar().join("tests/sop/baik.toml")).unwrap();
    tulis(
        &file,
        good.replace("5 menit", "lama").replace("bentuk = \"mulai\"", "bentuk = \"proses\"").as_bytes(),
    );
    let name = file.display().to_string();
    let out = arsip.run(&["--json", "sop", &name, "--out", &arsip.path("tidak.pdf").display().to_string()]);
    assert_eq!(code(&out), 2);
    assert_eq!(lines(&out)[0]["temuan"].as_array().unwrap().len(), 2);
    assert!(err(&out).contains("salah.toml:21: waktu \"lama\" tidak terbaca [waktu-salah]"), "{}", err(&out));
    assert!(!arsip.path("tidak.pdf").exists());
    let out = arsip.run(&["sop", "tidak-ada.toml"]);
    assert!(code(&out) == 2 && err(&out).contains("berkas tidak ada"), "{}", err(&out));
}
