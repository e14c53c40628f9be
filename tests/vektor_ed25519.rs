//! Public vectors of Ed25519: section 7.1 of RFC 8032 (its one long message is left out), and the points of small order,
//! under which a lax verifier accepts anything.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use ed25519_dalek::pkcs8::EncodePublicKey;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier as _, VerifyingKey};

fn unhex<const N: usize>(hex: &str) -> [u8; N] {
    bytes(hex).try_into().unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap();
    (0..hex.len()).step_by(2).map(pair).collect()
}

/// Secret key, public key, message, signature.
const RFC_8032: [[&str; 4]; 4] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
         5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
         18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
    [
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        // SHA-512 of "abc"
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589\
         09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ],
];

#[test]
fn rfc_8032_vectors() {
    for [secret, public, message, signature] in RFC_8032 {
        let key = SigningKey::from_bytes(&unhex(secret));
        let (message, expected) = (bytes(message), Signature::from_bytes(&unhex(signature)));
        assert_eq!(key.verifying_key().as_bytes(), &unhex::<32>(public));
        assert_eq!(key.sign(&message), expected);
        assert!(key.verifying_key().verify_strict(&message, &expected).is_ok());
        // The same number in another spelling: s plus the order of the group.
        let mut twin = expected.to_bytes();
        let order = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        let mut carry = 0_u16;
        for (byte, add) in twin.iter_mut().skip(32).zip(order) {
            carry += u16::from(*byte) + u16::from(add);
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        let twin = Signature::from_bytes(&twin);
        assert!(key.verifying_key().verify_strict(&message, &twin).is_err(), "malleable");
        for bit in 0..512 {
            let mut changed = expected.to_bytes();
            *changed.get_mut(bit / 8).unwrap() ^= 1 << (bit % 8);
            let changed = Signature::from_bytes(&changed);
            assert!(key.verifying_key().verify_strict(&message, &changed).is_err(), "bit {bit}");
        }
    }
}

/// The eight points of small order, and the further encodings that some decoders take for them.
const KECIL: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    // not canonical: y is p or p + 1, or zero has a sign
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// R is the base point, s is one: holds wherever the key's part of the equation vanishes.
const TANDA: &str = "5866666666666666666666666666666666666666666666666666666666666666\
                     0100000000000000000000000000000000000000000000000000000000000000";

#[test]
fn no_key_of_small_order_seals() {
    let signature = Signature::from_bytes(&unhex(TANDA));
    let mut lax = 0;
    for public in KECIL {
        // Some encodings are refused when they are read, the others by their order.
        let Ok(key) = VerifyingKey::from_bytes(&unhex(public)) else { continue };
        assert!(key.is_weak(), "{public}");
        for n in 0..64_u8 {
            lax += usize::from(key.verify(&[n], &signature).is_ok());
            assert!(key.verify_strict(&[n], &signature).is_err(), "{public}");
        }
        // Nor does one come in as the key of a certificate: see `sertifikat` among the attacks.
        assert!(key.to_public_key_der().is_ok());
    }
    assert!(lax >= 64, "the vectors mean something: a lax check accepts {lax} of them");
}
