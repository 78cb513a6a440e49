//! The filters that this directory understands: one attribute `eq` one value.

use serde_json::Value;

use super::ScimError;

/// `attribute eq value`; `members[value eq "x"]` becomes the attribute `members.value`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filter {
    /// In lower case, because attribute names have no case.
    pub(super) attribute: String,
    pub(super) value: Value,
}

impl Filter {
    /// # Errors
    /// `invalidFilter` for everything else that RFC 7644, 3.4.2.2 allows or forbids.
    pub(super) fn parse(text: &str) -> Result<Self, ScimError> {
        let text = text.trim();
        if let Some((attribute, inner)) = text.split_once('[').filter(|(a, _)| is_attribute(a)) {
            let inner = inner.strip_suffix(']').ok_or_else(|| invalid(text))?;
            let inner = Self::parse(inner)?;
            let attribute = format!("{}.{}", attribute.to_lowercase(), inner.attribute);
            return Ok(Self { attribute, value: inner.value });
        }
        let mut parts = text.splitn(3, ' ');
        let attribute = parts.next().filter(|a| is_attribute(a)).ok_or_else(|| invalid(text))?;
        parts.next().filter(|op| op.eq_ignore_ascii_case("eq")).ok_or_else(|| invalid(text))?;
        let value = parts.next().and_then(|value| serde_json::from_str(value.trim()).ok());
        let value = value.filter(|value: &Value| !value.is_array() && !value.is_object());
        Ok(Self { attribute: attribute.to_lowercase(), value: value.ok_or_else(|| invalid(text))? })
    }

    pub(super) fn text(&self) -> Result<&str, ScimError> {
        self.value.as_str().ok_or_else(|| invalid(&self.attribute))
    }
}

pub(super) fn invalid(filter: &str) -> ScimError {
    ScimError::typed(400, "invalidFilter", format!("cannot answer the filter {filter:?}"))
}

fn is_attribute(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.$:".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_what_clients_send() {
        for (text, attribute, value) in [
            (r#"userName eq "O'Brien""#, "username", json!("O'Brien")),
            (r#"USERNAME EQ "a \"b\" \\ c""#, "username", json!("a \"b\" \\ c")),
            (r#"members.value eq "7""#, "members.value", json!("7")),
            (r#"members[value eq "x y]"]"#, "members.value", json!("x y]")),
            ("active eq true", "active", json!(true)),
        ] {
            let filter = Filter::parse(text).unwrap();
            assert_eq!((filter.attribute.as_str(), filter.value), (attribute, value), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "userName",
            "userName pr",
            "userName eq",
            "userName eq ann",
            r#"userName eq "a" or userName pr"#,
            r#"userName sw "a""#,
            r#"members[value eq "x""#,
            r#""userName" eq "a""#,
            "userName eq [1]",
        ] {
            let error = Filter::parse(text).unwrap_err();
            assert_eq!(error.scim_type, Some("invalidFilter"), "{text}");
        }
    }
}
