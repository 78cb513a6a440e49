//! The colours of `style/tokens.css` against WCAG 2.2 AA, in light and in dark.

use std::collections::HashMap;

const TOKENS: &str = include_str!("../../../style/tokens.css");

/// Words on a ground: at least 4.5 to 1 (WCAG 1.4.3).
const WORDS: [(&str, &[&str]); 12] = [
    ("ink", &["paper", "sheet", "sunk", "bad-wash", "wait-wash", "accent-wash"]),
    ("ink-2", &["paper", "sheet", "sunk", "bad-wash", "wait-wash", "accent-wash"]),
    ("ink-3", &["paper", "sheet", "sunk", "bad-wash", "wait-wash", "accent-wash"]),
    ("accent", &["paper", "sheet", "sunk", "bad-wash", "wait-wash", "accent-wash"]),
    ("accent-2", &["paper", "sheet", "sunk"]),
    ("ok", &["paper", "sheet", "sunk"]),
    ("run", &["paper", "sheet", "sunk"]),
    ("wait", &["paper", "sheet", "sunk", "wait-wash", "accent-wash"]),
    ("bad", &["paper", "sheet", "sunk", "bad-wash"]),
    ("on-accent", &["accent", "accent-2"]),
    ("on-alarm", &["alarm"]),
    ("paper", &["ink"]),
];

/// Edges and marks that carry meaning: at least 3 to 1 (WCAG 1.4.11).
const EDGES: [(&str, &[&str]); 3] = [
    ("edge", &["paper", "sheet"]),
    ("focus", &["paper", "sheet", "sunk"]),
    ("accent", &["paper", "accent-wash"]),
];

#[test]
fn words_reach_four_and_a_half_to_one() {
    check(&WORDS, 4.5);
}

#[test]
fn edges_reach_three_to_one() {
    check(&EDGES, 3.0);
}

#[test]
fn the_ratio_is_computed_as_wcag_defines_it() {
    assert!((ratio("#000000", "#ffffff") - 21.0).abs() < 0.01);
    assert!((ratio("#777777", "#ffffff") - 4.48).abs() < 0.01);
}

fn check(pairs: &[(&str, &[&str])], least: f64) {
    let colours = tokens();
    let mut weak = Vec::new();
    for (front, grounds) in pairs {
        for ground in *grounds {
            for (mode, name) in ["light", "dark"].iter().enumerate() {
                let found = ratio(&colours[*front][mode], &colours[*ground][mode]);
                if found < least {
                    weak.push(format!("{name}: {front} on {ground} is {found:.2}"));
                }
            }
        }
    }
    assert!(weak.is_empty(), "below {least}: {weak:#?}");
}

/// Token name to its light and its dark value.
fn tokens() -> HashMap<String, [String; 2]> {
    let mut found = HashMap::new();
    for line in TOKENS.lines() {
        let Some((name, value)) =
            line.trim().strip_prefix("--").and_then(|rest| rest.split_once(": "))
        else {
            continue;
        };
        let value = value.trim_end_matches(';');
        let pair = match value.strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')')) {
            Some(both) => {
                both.split_once(", ").map(|(light, dark)| [light.to_owned(), dark.to_owned()])
            }
            None => value.starts_with('#').then(|| [value.to_owned(), value.to_owned()]),
        };
        if let Some(pair) = pair {
            found.insert(name.to_owned(), pair);
        }
    }
    found
}

fn ratio(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance of `#rrggbb`, <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
fn luminance(colour: &str) -> f64 {
    let channel = |start: usize| {
        let digits = u8::from_str_radix(&colour[start..start + 2], 16);
        assert!(digits.is_ok(), "{colour} is not #rrggbb");
        let share = f64::from(digits.unwrap_or_default()) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
