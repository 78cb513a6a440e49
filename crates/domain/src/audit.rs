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

#[cfg(test)]
mod tests {
    use super::*;
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
}
