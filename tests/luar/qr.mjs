// Checks sealed statements (COSE_Sign1, RFC 9052) with WebCrypto alone, as a web page would.
// Reads lines "STATEMENT PUBLIC-KEY" in hex from standard input; prints "valid" or "invalid" for each.
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

// The few forms of CBOR (RFC 8949) that a statement's outside has: an array, byte strings, an empty map.
function parts(data) {
  let at = 0;
  const bytes = () => {
    let length = data[at++] - 0x40;
    if (length === 24) length = data[at++];
    else if (length === 25) (length = data[at] * 256 + data[at + 1]), (at += 2);
    else if (length < 0 || length > 25) throw new Error("not a byte string");
    return data.subarray(at, (at += length));
  };
  const expect = (...wanted) => {
    for (const byte of wanted) if (data[at++] !== byte) throw new Error("not a COSE_Sign1");
  };
  expect(0xd2, 0x84); // tag 18, array of four
  const header = bytes();
  expect(0xa0); // no unprotected header
  const [payload, signature] = [bytes(), bytes()];
  if (at !== data.length) throw new Error("bytes behind the statement");
  return { header, payload, signature };
}

function byteString(bytes) {
  const n = bytes.length;
  const head = n < 24 ? [0x40 + n] : n < 256 ? [0x58, n] : [0x59, n >> 8, n & 255];
  return Buffer.concat([Buffer.from(head), bytes]);
}

async function valid(data, publicKey) {
  const { header, payload, signature } = parts(data);
  if (header.subarray(0, 3).toString("hex") !== "a20127") return false; // {1: -8 (EdDSA), ...}
  const context = Buffer.concat([Buffer.from([0x84, 0x6a]), Buffer.from("Signature1")]);
  const signed = Buffer.concat([context, byteString(header), Buffer.from([0x40]), byteString(payload)]);
  const key = await webcrypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
  return webcrypto.subtle.verify("Ed25519", key, signature, signed);
}

for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  const [data, key] = line.split(" ").map((hex) => Buffer.from(hex, "hex"));
  console.log((await valid(data, key).catch(() => false)) ? "valid" : "invalid");
}
