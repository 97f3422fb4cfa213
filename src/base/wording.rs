//! A text put to another use than its own: a title within a sentence, a name as part of a file's.

use super::fold;

/// "năm 2023" within a sentence.
pub fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

/// "Năm 2023" at a sentence's beginning.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// A name in ASCII, as part of a file's: "xa-nghia-do".
pub fn slug(name: &str) -> String {
    ascii(&fold::bare_key(name))
}

/// The letters and digits that a file's name can hold, as they are: "BY08".
pub fn ascii(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_part_of_a_files() {
        for (name, expected) in [("Xã Nghĩa Đô", "xa-nghia-do"), ("Số liệu \"6 tháng\"", "so-lieu-6-thang"), ("…", "")]
        {
            assert_eq!(slug(name), expected);
        }
        assert_eq!(ascii("BY.08"), "BY-08");
        assert_eq!(lower("Ủy ban"), "ủy ban");
    }
}
