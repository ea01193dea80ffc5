//! Checksums over text in which a byte order mark and line ends that were all changed do not count.

use sha2::{Digest, Sha256};

/// The text as every platform has it: no byte order mark, lines ended by `\n`.
///
/// An editor or git (`core.autocrlf`) changes all ends of lines or none. Where only some are `\r\n`, somebody means them,
/// in the body of a function, say.
pub(crate) fn portable(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.matches('\n').count() > text.matches("\r\n").count() {
        return text.to_owned();
    }
    text.replace("\r\n", "\n")
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
