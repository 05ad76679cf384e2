//! Reading level, by a rule of thumb.

/// Years of school (Flesch–Kincaid): 0.39 words per sentence + 11.8 syllables per word − 15.59.
pub(super) fn grade(text: &str) -> f64 {
    let words: Vec<&str> = text.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).collect();
    if words.is_empty() {
        return 0.0;
    }
    let sentences =
        text.split(['.', '!', '?', ':', ';']).filter(|s| s.split_whitespace().count() > 1).count().max(1);
    let syllables: usize = words.iter().map(|w| syllables(w)).sum();
    let count = words.len() as f64;
    0.39 * count / sentences as f64 + 11.8 * syllables as f64 / count - 15.59
}

/// Groups of vowels, without a silent e at the end.
fn syllables(word: &str) -> usize {
    let word: String = word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let is_vowel = |c: char| "aeiouy".contains(c);
    let mut groups = 0;
    let mut before = false;
    for c in word.chars() {
        groups += usize::from(is_vowel(c) && !before);
        before = is_vowel(c);
    }
    if word.ends_with('e') && !word.ends_with("le") && groups > 1 {
        groups -= 1;
    }
    groups.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_of_common_words() {
        for (word, want) in
            [("slope", 1), ("tangent", 2), ("derivative", 4), ("the", 1), ("table", 2), ("f", 1)]
        {
            assert_eq!(syllables(word), want, "{word}");
        }
    }

    #[test]
    fn short_sentences_are_easier() {
        let easy = grade("The path goes up. It goes down again. You walk on it.");
        let hard = grade(
            "Notwithstanding considerable discontinuities, differentiability presupposes continuity everywhere",
        );
        assert!(easy < 3.0 && hard > 15.0, "{easy} {hard}");
        assert_eq!(grade(""), 0.0);
    }
}
