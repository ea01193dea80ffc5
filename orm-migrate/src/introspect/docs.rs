//! Any text as `///` lines.

/// The text as doc comments: blank lines around it left out, none of it read as code or as a second comment.
///
/// A line comment ends where its line does, so nothing but line breaks can lead out of it; a carriage return alone is an
/// error in one (reference, "Comments"), and other controls would hide what stands there.
pub(super) fn doc_lines(text: &str, indent: &str) -> String {
    let unified =
        text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let lines: Vec<_> = unified.lines().map(|line| shown(line).trim_end().to_owned()).collect();
    let written = |line: &String| !line.is_empty();
    let (Some(first), Some(last)) = (lines.iter().position(written), lines.iter().rposition(written)) else {
        return String::new();
    };
    lines[first..=last].iter().map(|line| doc_line(line, indent)).collect()
}

/// Whether its doc comments say just the text, as those are read that are the database's comments.
pub(super) fn say(text: &str) -> bool {
    let lines = doc_lines(text, "");
    let said: Vec<_> = lines.lines().map(|line| line.trim_start_matches("///")).collect();
    let said: Vec<_> = said.into_iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    said.join("\n") == text
}

fn doc_line(line: &str, indent: &str) -> String {
    if line.is_empty() { format!("{indent}///\n") } else { format!("{indent}/// {line}\n") }
}

/// Without controls and without what turns the direction of writing round.
fn shown(line: &str) -> String {
    let is_hidden = |c: &char| {
        c.is_control() && *c != '\t'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
    };
    let plain = line.chars().filter(|c| !is_hidden(c)).collect::<String>().replace('\t', " ");
    // Four blanks or a fence would begin a block of code, which `cargo test` would run.
    plain.trim_start().replace("```", "'''").replace("~~~", "---")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docs_say_a_text_of_plain_lines() {
        for text in ["", "It's a child", "two\nlines", "one\n\nother", "größe */ x"] {
            assert!(say(text), "{text:?}");
        }
        for text in
            [" led by a blank", "trailed ", "\n", "a\r\nb", "  x", "tab\there", "```code```", "/ x\u{202e}"]
        {
            assert!(!say(text), "{text:?}");
        }
    }

    #[test]
    fn no_text_leads_out_of_a_comment() {
        let text = "\n who */ may\r\nlog in\rhere \n\n    fn main() {}\u{2028}x\u{202e}y\0\n\n";
        let docs = "/// who */ may\n/// log in\n/// here\n///\n/// fn main() {}\n/// xy\n";
        assert_eq!(doc_lines(text, ""), docs);
        assert_eq!(doc_lines(" \n", ""), "");
        let item: syn::ItemStruct = syn::parse_str(&format!("{}struct A;", doc_lines(text, "  "))).unwrap();
        assert_eq!(item.attrs.len(), 6);
    }
}
