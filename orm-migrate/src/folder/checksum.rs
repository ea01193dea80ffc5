//! Checksums over text in which line endings and a byte order mark do not count.

use sha2::{Digest, Sha256};

/// The text as every platform has it: no byte order mark, lines ended by `\n`.
pub(crate) fn portable(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// The SHA-256 of a text, in hexadecimal digits.
pub(crate) fn fingerprint(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One checksum over several parts; no two lists of parts give the same text.
pub(crate) fn combined<'a>(parts: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let text: String = parts
        .into_iter()
        .map(|(name, text)| format!("{} {name} {} {text}\n", name.len(), text.len()))
        .collect();
    fingerprint(&text)
}
