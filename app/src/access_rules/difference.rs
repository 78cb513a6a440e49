//! What changes between two texts, line by line; what stays is folded.

use leptos::prelude::*;
use usher_operations::access_rules::{Line, lines};

use crate::words::{t, t_with};

/// Unchanged lines that are shown around a change.
const AROUND: usize = 3;

/// One thing to draw.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Line(Line<'a>),
    /// So many unchanged lines.
    Folded(usize),
}

/// The difference under its label; says so when there is none.
pub(super) fn view(before: &str, after: &str, label: String) -> AnyView {
    let told = lines(before, after);
    if told.iter().all(|line| matches!(line, Line::Both(_))) {
        return view! { <p>{t("access-rules-no-difference")}</p> }.into_any();
    }
    let parts = folded(&told).into_iter().map(|part| part_view(&part)).collect_view();
    view! {
        <div class="diff" role="group" aria-label=label>
            {parts}
        </div>
    }
    .into_any()
}

fn part_view(part: &Part<'_>) -> AnyView {
    match part {
        Part::Line(Line::Both(text)) => view! { <span>{format!("  {text}")}</span> }.into_any(),
        Part::Line(Line::Removed(text)) => view! { <del>{format!("- {text}")}</del> }.into_any(),
        Part::Line(Line::Added(text)) => view! { <ins>{format!("+ {text}")}</ins> }.into_any(),
        Part::Folded(count) => {
            let words = t_with("access-rules-folded", &[("count", (*count).into())]);
            view! { <small>{words}</small> }.into_any()
        }
    }
}

fn folded<'a>(told: &[Line<'a>]) -> Vec<Part<'a>> {
    let is_near = |index: usize| {
        let from = index.saturating_sub(AROUND);
        told.iter().skip(from).take(index - from + AROUND + 1).any(|l| !matches!(l, Line::Both(_)))
    };
    let mut parts = Vec::new();
    for (index, line) in told.iter().enumerate() {
        match parts.last_mut() {
            _ if is_near(index) => parts.push(Part::Line(*line)),
            Some(Part::Folded(count)) => *count += 1,
            _ => parts.push(Part::Folded(1)),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_from_a_change_is_folded() {
        let before = (1..=20).map(|n| format!("{n}\n")).collect::<String>();
        let after = before.replace("10\n", "ten\n");
        let told = lines(&before, &after);
        let parts = folded(&told);
        assert_eq!(parts.first(), Some(&Part::Folded(6)));
        assert_eq!(parts.last(), Some(&Part::Folded(7)));
        assert_eq!(parts.len(), 2 + AROUND + 2 + AROUND);
        assert!(parts.contains(&Part::Line(Line::Removed("10"))));
        assert!(parts.contains(&Part::Line(Line::Added("ten"))));
    }
}
