//! The form of the record: canonical JSON without personal data.
//!
//! RFC 8785 for the values that occur: objects, arrays, strings, booleans, null and integers within
//! plus and minus 2^53. Fractions are refused, so that no number formatting can differ.

use serde_json::Value;

/// Layout version of every payload written at present. Version 2 added `policy_version`.
pub const PAYLOAD_VERSION: i16 = 2;

/// A value that has no canonical form here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    #[error("{0} is not an integer between -2^53 and 2^53")]
    Number(String),
}

/// Canonical text of a value.
///
/// # Errors
/// Numbers that are no safe integers.
pub fn canonical(value: &Value) -> Result<String, CanonicalError> {
    let mut out = String::new();
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            // RFC 8785, 3.2.3: by UTF-16 code units.
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(&map[key], out)?;
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Number(number) => match number.as_i64() {
            Some(n) if n.unsigned_abs() <= 1 << 53 => out.push_str(&n.to_string()),
            _ => return Err(CanonicalError::Number(number.to_string())),
        },
        Value::String(_) | Value::Bool(_) | Value::Null => out.push_str(&value.to_string()),
    }
    Ok(())
}

/// Canonical text in lines, for reading: nothing but space is added, and none inside a string. A text whose brackets or
/// strings have no end is given back as it is.
#[must_use]
pub fn in_lines(canonical: &str) -> String {
    let mut lines = String::with_capacity(canonical.len() * 2);
    let mut depth = 0_usize;
    let mut rest = canonical;
    while let Some(at) = rest.find(['"', '{', '}', '[', ']', ',', ':']) {
        let (before, mark) = rest.split_at(at);
        lines.push_str(before);
        let mark_length = if mark.starts_with('"') { string_length(mark) } else { Some(1) };
        let Some((mark, after)) = mark_length.and_then(|length| mark.split_at_checked(length))
        else {
            return canonical.to_owned();
        };
        match mark {
            "{" | "[" if !after.starts_with(['}', ']']) => {
                depth += 1;
                lines.push_str(mark);
                begin_line(&mut lines, depth);
            }
            "}" | "]" if !lines.ends_with(['{', '[']) => {
                let Some(outside) = depth.checked_sub(1) else { return canonical.to_owned() };
                depth = outside;
                begin_line(&mut lines, depth);
                lines.push_str(mark);
            }
            "," => {
                lines.push(',');
                begin_line(&mut lines, depth);
            }
            ":" => lines.push_str(": "),
            _ => lines.push_str(mark),
        }
        rest = after;
    }
    if depth > 0 {
        return canonical.to_owned();
    }
    lines.push_str(rest);
    lines
}

/// Bytes of the string that the text begins with, quotes included.
fn string_length(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })?;
    Some(end + 2)
}

fn begin_line(lines: &mut String, depth: usize) {
    lines.push('\n');
    lines.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_and_nothing_is_spaced() {
        let value = json!({"b": [1, true, null], "a": {"z": "é\n\"", "\u{fb33}": 1, "😀": 2}});
        // The surrogate pair of the emoji (D83D) sorts before U+FB33, unlike by code points.
        assert_eq!(
            canonical(&value).unwrap(),
            "{\"a\":{\"z\":\"é\\n\\\"\",\"😀\":2,\"\u{fb33}\":1},\"b\":[1,true,null]}"
        );
    }

    #[test]
    fn fractions_and_unsafe_integers_are_refused() {
        assert!(canonical(&json!(0.5)).is_err());
        assert!(canonical(&json!(9_007_199_254_740_993_i64)).is_err());
        assert_eq!(canonical(&json!(-9_007_199_254_740_992_i64)).unwrap(), "-9007199254740992");
    }

    #[test]
    fn a_text_of_another_form_stays_as_it_is() {
        for text in ["broken {", "{\"a\":1", "{} {}", "}", "]]", "\"no end", "", "plain"] {
            assert_eq!(in_lines(text), text);
        }
    }

    #[test]
    fn details_are_drawn_in_lines() {
        assert_eq!(in_lines("{\"a\":1}"), "{\n  \"a\": 1\n}");
        let nested = "{\"a\":[1.5,-2e3,{}],\"b\":{\"c\":\"\\\"\u{e9}\\n\",\"d\":null}}";
        let lines = in_lines(nested);
        let value: Value = serde_json::from_str(nested).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&lines).unwrap(), value);
        // The library writes -2e3 as -2000.0.
        let library = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(lines, library.replace("-2000.0", "-2e3"));
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            Just(json!("a{b}[c],d:\"e\\")),
        ];
        leaf.prop_recursive(20, 60, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn lines_are_those_of_the_library(value in values()) {
            let text = canonical(&value).unwrap();
            let lines = in_lines(&text);
            let read: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&lines).unwrap(), read.clone());
            // Beyond the first plane the library sorts keys in another order, unless it keeps the one that was read.
            if !text.contains(|c| c >= '\u{10000}') {
                prop_assert_eq!(lines, serde_json::to_string_pretty(&read).unwrap());
            }
        }
    }
}
