//! Steps on a trust file.

use serde_json::Value;
use suket::Signer;

use crate::panggung::{Panggung, pem, publik};
use crate::resep::{Langkah, angka};
use crate::umum::hex;
use crate::umum::sertifikat::Kunci;

/// One step on a trust file as JSON; `None` when the word is none of them.
pub(crate) fn langkah(
    panggung: &Panggung,
    json: &mut String,
    langkah: &Langkah,
) -> Option<Result<(), String>> {
    let words = ["atur", "hapus", "salin", "sertifikat", "akar", "sahkan"];
    if !words.contains(&langkah.kata.as_str()) {
        return None;
    }
    let mut step = || -> Result<(), String> {
        let mut tree: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
        apply(panggung, &mut tree, langkah)?;
        *json = serde_json::to_string_pretty(&tree).unwrap();
        Ok(())
    };
    Some(step())
}

fn apply(panggung: &Panggung, tree: &mut Value, langkah: &Langkah) -> Result<(), String> {
    let isi = langkah.isi.as_str();
    match langkah.kata.as_str() {
        "atur" => {
            let (path, json) = isi.split_once(" = ").ok_or("atur: /path = JSON")?;
            let (parent, key) = path.rsplit_once('/').ok_or("no path")?;
            let value: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
            match tree.pointer_mut(parent) {
                Some(Value::Object(map)) => drop(map.insert(key.to_owned(), value)),
                Some(Value::Array(list)) => list[angka::<usize>(key)?] = value,
                _ => return Err(format!("no {parent}")),
            }
        }
        "hapus" => {
            let (parent, key) = isi.rsplit_once('/').ok_or("no path")?;
            match tree.pointer_mut(parent) {
                Some(Value::Object(map)) => drop(map.shift_remove(key).ok_or("no such key")?),
                Some(Value::Array(list)) => drop(list.remove(angka::<usize>(key)?)),
                _ => return Err(format!("no {parent}")),
            }
        }
        // A further entry, the same as this one.
        "salin" => {
            let entry = tree.pointer(isi).ok_or("no such entry")?.clone();
            let list = tree.pointer_mut("/kunci").and_then(Value::as_array_mut).ok_or("no list")?;
            list.push(entry);
        }
        // The first entry is that key's.
        "sertifikat" => {
            let key = panggung.kunci(isi)?;
            let (raw, algorithm) = publik(key.certificate_der());
            let digest = <sha2::Sha256 as sha2::Digest>::digest(&raw);
            tree["kunci"][0]["kid"] = hex(&digest[..8]).into();
            tree["kunci"][0]["publik"] = hex(&raw).into();
            tree["kunci"][0]["algoritma"] = serde_json::to_value(algorithm).unwrap();
            tree["kunci"][0]["sertifikat"] = pem(key.certificate_der()).into();
        }
        "akar" => tree["akar"] = pem(panggung.kunci(isi)?.certificate_der()).into(),
        _ => sahkan(tree, &panggung.kunci(isi)?),
    }
    Ok(())
}

/// Signs the file as this key would: over the canonical JSON of everything but the signature.
fn sahkan(tree: &mut Value, key: &Kunci) {
    let mut signed = tree.clone();
    signed.as_object_mut().unwrap().shift_remove("tanda_tangan");
    tree["tanda_tangan"] = hex(&key.sign(kanonik(&signed).as_bytes()).unwrap()).into();
}

fn kanonik(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut fields: Vec<_> = map.iter().collect();
            fields.sort_by_key(|(key, _)| key.as_str());
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), kanonik(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(kanonik).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
