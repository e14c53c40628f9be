//! Text that an office can change: minijinja with strict names, the filters of the field, and bold marks.
//!
//! A template yields plain text in which `**` switches bold on and off. Values of a case are data: an asterisk in a
//! name is protected before it reaches the text, so that no value can ever act as a mark.

use std::sync::LazyLock;

use jiff::civil::Date;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;

use crate::calendar;
use crate::case::Case;

/// Stands for an asterisk that came out of a value. Control characters are refused in every value, so it is free.
const PROTECTED: char = '\u{1}';

/// A stretch of text in one weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Run {
    /// The text.
    pub t: String,
    /// Whether it is bold.
    pub b: bool,
    /// Whether it must not be broken, as "KTP-el" at its hyphen.
    pub utuh: bool,
}

/// The environment of patterns, conditions and wording: strict about undefined names. Made once, never changed.
pub(crate) fn environment() -> &'static Environment<'static> {
    static MADE: LazyLock<Environment<'static>> = LazyLock::new(make_environment);
    &MADE
}

fn make_environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    env.set_formatter(|out, _, value| {
        if value.is_none() {
            return Ok(());
        }
        let text = value.to_string();
        out.write_str(&text.replace('*', "\u{1}"))
            .map_err(|e| Error::new(ErrorKind::WriteFailure, e.to_string()))
    });
    env.add_filter("pad", pad);
    env.add_filter("romawi", |month: u32| {
        calendar::romawi(month)
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "romawi: bulan 1 sampai 12"))
    });
    env.add_filter("terbilang", calendar::terbilang);
    env.add_filter("tanggal", |text: String| date(&text).map(calendar::tanggal_panjang));
    env.add_filter("tanggal_pendek", |text: String| date(&text).map(calendar::tanggal_pendek));
    env.add_filter("hari", |text: String| date(&text).map(calendar::hari));
    env.add_filter("judul", |text: String| title_case(&text));
    env
}

/// Leading zeros; behind an inserted number (`12.a`) its suffix stays.
fn pad(value: &Value, width: usize) -> Result<String, Error> {
    let Some(text) = value.as_str() else {
        let number = u64::try_from(value.clone())?;
        return Ok(format!("{number:0width$}"));
    };
    let parts = text.split_once('.').and_then(|(number, suffix)| Some((number.parse::<u64>().ok()?, suffix)));
    parts
        .map(|(number, suffix)| format!("{number:0width$}.{suffix}"))
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "pad: bukan bilangan"))
}

fn date(text: &str) -> Result<Date, Error> {
    text.parse().map_err(|e: jiff::Error| Error::new(ErrorKind::InvalidOperation, e.to_string()))
}

/// `LAKI-LAKI` becomes `Laki-Laki`: the first letter of each word stays large.
fn title_case(text: &str) -> String {
    let mut start = true;
    text.chars()
        .flat_map(|c| {
            let lower: Vec<char> =
                if start { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
            start = !c.is_alphanumeric() && c != '\'';
            lower
        })
        .collect()
}

/// What went wrong in a template, in one line.
#[expect(clippy::wildcard_enum_match_arm, reason = "a foreign list; the rest speaks for itself")]
pub(crate) fn explain(error: &Error) -> String {
    let detail = error.detail().unwrap_or_default();
    let place = error.line().map(|line| format!(" (baris {line} pola)")).unwrap_or_default();
    match error.kind() {
        ErrorKind::UndefinedError => format!("nama yang tidak dikenal{place}: {detail}"),
        ErrorKind::UnknownFilter => format!("saringan yang tidak dikenal{place}: {detail}"),
        ErrorKind::SyntaxError => format!("penulisan salah{place}: {detail}"),
        _ => format!("{error}{place}"),
    }
}

/// Names that wording may use besides those of a case; see [`crate::render`].
const NAMES: [&str; 12] = [
    "pejabat",
    "kantor",
    "wilayah",
    "kontak",
    "disdukcapil",
    "layanan",
    "pengaduan",
    "tanggal",
    "berlaku_sampai",
    "nomor_agenda",
    "syarat",
    "kurang",
];

/// Checks the names in a condition, also where a sample would never reach them.
pub(crate) fn check_condition(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let env = environment();
    let expression = env.compile_expression(text).map_err(|e| explain(&e))?;
    check_names(expression.undeclared_variables(true), false)
}

/// Checks the names in wording and gives the fields of the case that it prints.
pub(crate) fn check_wording(text: &str) -> Result<Vec<String>, String> {
    let env = environment();
    let template = env.template_from_str(text).map_err(|e| explain(&e))?;
    let mut names: Vec<String> = template.undeclared_variables(true).into_iter().collect();
    names.sort_unstable();
    check_names(names.iter().cloned(), true)?;
    Ok(names)
}

fn check_names(names: impl IntoIterator<Item = String>, wording: bool) -> Result<(), String> {
    let sample = sample_context();
    for name in names {
        let first = name.split('.').next().unwrap_or_default();
        if wording && NAMES.contains(&first) || first == "lain" {
            continue;
        }
        let known = name.split('.').try_fold(sample.clone(), |value, part| {
            value.get_attr(part).ok().filter(|value| !value.is_undefined())
        });
        if known.is_none() {
            return Err(format!("nama yang tidak dikenal: {name}"));
        }
    }
    Ok(())
}

/// Evaluates a condition; an empty one is true.
pub(crate) fn condition(text: &str, context: &Value) -> Result<bool, String> {
    if text.trim().is_empty() {
        return Ok(true);
    }
    let env = environment();
    let expression = env.compile_expression(text).map_err(|e| explain(&e))?;
    let value = expression.eval(context.clone()).map_err(|e| explain(&e))?;
    if value.is_undefined() {
        return Err("nama yang tidak dikenal".to_owned());
    }
    Ok(value.is_true())
}

/// Renders wording to plain text, bold marks still inside.
pub(crate) fn render(text: &str, context: &Value) -> Result<String, String> {
    environment().render_str(text, context).map_err(|e| explain(&e))
}

/// Gives protected asterisks back.
pub(crate) fn unprotected(text: &str) -> String {
    text.replace(PROTECTED, "*")
}

/// Splits rendered text into runs at `**` and around "KTP-el", and gives protected asterisks back. White space is
/// folded.
pub(crate) fn runs(text: &str) -> Vec<Run> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut runs = Vec::new();
    for (i, part) in folded.split("**").enumerate() {
        let mut rest = part;
        while !rest.is_empty() {
            let (head, whole, tail) = next_whole(rest);
            for (piece, utuh) in [(head, false), (whole, true)] {
                if !piece.is_empty() {
                    runs.push(Run { t: piece.replace(PROTECTED, "*"), b: i % 2 == 1, utuh });
                }
            }
            rest = tail;
        }
    }
    runs
}

/// Text before, the first "KTP-el" or "e-KTP" in any case, and text behind it.
fn next_whole(text: &str) -> (&str, &str, &str) {
    // Only ASCII letters change, so that places in both texts are the same.
    let lower = text.to_ascii_lowercase();
    let found = ["ktp-el", "e-ktp"].iter().filter_map(|word| Some((lower.find(word)?, word.len()))).min();
    let split = found.and_then(|(at, len)| {
        let (head, rest) = text.split_at_checked(at)?;
        let (whole, tail) = rest.split_at_checked(len)?;
        Some((head, whole, tail))
    });
    split.unwrap_or((text, "", ""))
}

/// The context that conditions see: the case and the age. Wording sees more, see [`crate::render`].
pub(crate) fn case_context(case: &Case, usia: Option<i16>) -> Value {
    let usia = usia.map_or(Value::from(()), Value::from);
    minijinja::context! { usia, pernah_kawin => case.pemohon.pernah_kawin(), ..Value::from(Serde(case)) }
}

/// A context with every name, to check conditions when a profile is loaded.
pub(crate) fn sample_context() -> Value {
    case_context(&Case::default(), Some(17))
}
