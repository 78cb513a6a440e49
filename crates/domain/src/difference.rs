//! What changed between two texts, line by line.

/// A line, and in which of the texts it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    Both(&'a str),
    Removed(&'a str),
    Added(&'a str),
}

/// Most cells of the table of a comparison, which is lines by lines. What is larger is told as all removed and all
/// added, so that no text makes a page slow.
const MOST: usize = 4_000_000;

/// Lines of both texts in their order, by a longest common subsequence; of a changed line the old one stands first.
#[must_use]
pub fn lines<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let old_middle = &old_rest[..old_rest.len() - tail];
    let new_middle = &new_rest[..new_rest.len() - tail];
    let mut told: Vec<Line<'a>> = old[..head].iter().copied().map(Line::Both).collect();
    told.extend(middle(old_middle, new_middle));
    told.extend(old_rest[old_rest.len() - tail..].iter().copied().map(Line::Both));
    told
}

fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let removed = |lines: &[&'a str]| lines.iter().copied().map(Line::Removed).collect::<Vec<_>>();
    let added = |lines: &[&'a str]| lines.iter().copied().map(Line::Added).collect::<Vec<_>>();
    let mut told = Vec::new();
    let (mut i, mut j) = (0, 0);
    if old.len().saturating_mul(new.len()) <= MOST {
        let common = common(old, new);
        let wide = new.len() + 1;
        while i < old.len() && j < new.len() {
            if old[i] == new[j] {
                told.push(Line::Both(old[i]));
                (i, j) = (i + 1, j + 1);
            } else if common[(i + 1) * wide + j] >= common[i * wide + j + 1] {
                told.push(Line::Removed(old[i]));
                i += 1;
            } else {
                told.push(Line::Added(new[j]));
                j += 1;
            }
        }
    }
    told.extend(removed(&old[i..]));
    told.extend(added(&new[j..]));
    told
}

/// At row i and column j: how many lines the ends from there have in common at most.
fn common(old: &[&str], new: &[&str]) -> Vec<u32> {
    let wide = new.len() + 1;
    let mut table = vec![0; (old.len() + 1) * wide];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i * wide + j] = if old[i] == new[j] {
                table[(i + 1) * wide + j + 1] + 1
            } else {
                table[(i + 1) * wide + j].max(table[i * wide + j + 1])
            };
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Line::{Added, Both, Removed};
    use super::*;

    #[test]
    fn a_changed_line_is_told_as_the_old_and_the_new_one() {
        assert_eq!(
            lines("a\nb\nc", "a\nB\nc\nd"),
            [Both("a"), Removed("b"), Added("B"), Both("c"), Added("d")]
        );
        assert_eq!(lines("", "a"), [Added("a")]);
        assert_eq!(lines("a", ""), [Removed("a")]);
        assert_eq!(lines("", ""), []);
    }

    #[test]
    fn what_is_too_long_to_compare_is_told_whole() {
        let (old, new) = ("x\ny\n".repeat(1_500), "z\n".repeat(1_500));
        let told = lines(&old, &new);
        assert_eq!(told.len(), 4_500);
        assert!(!told.iter().any(|line| matches!(line, Both(_))));
    }

    proptest! {
        #[test]
        fn both_texts_can_be_told_from_the_difference(
            old in prop::collection::vec("[abc]", 0..12), new in prop::collection::vec("[abc]", 0..12),
        ) {
            let (before, after) = (old.join("\n"), new.join("\n"));
            let told = lines(&before, &after);
            let of = |keep: fn(&Line<'_>) -> bool| -> Vec<String> {
                let text = |line: &Line<'_>| match line {
                    Both(text) | Removed(text) | Added(text) => (*text).to_owned(),
                };
                told.iter().filter(|line| keep(line)).map(text).collect()
            };
            prop_assert_eq!(of(|line| !matches!(line, Added(_))), old.clone());
            prop_assert_eq!(of(|line| !matches!(line, Removed(_))), new.clone());
            if old == new {
                prop_assert!(told.iter().all(|line| matches!(line, Both(_))));
            }
        }
    }
}
