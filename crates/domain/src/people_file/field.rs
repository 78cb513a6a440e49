//! What a file may say about a person, and by which headers it is known.

use super::text::fold;

/// A field of a person or of their work relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The key: the source's own number of the work relationship.
    EmployeeNumber,
    GivenName,
    FamilyName,
    DisplayName,
    Email,
    UserName,
    Kind,
    /// A path through the organisation, such as `Finance/Treasury`.
    Unit,
    Title,
    /// Employee number or e-mail address of the manager.
    Manager,
    Location,
    TimeZone,
    /// First day.
    StartsOn,
    /// Last day, inclusive.
    EndsOn,
}

impl Field {
    /// Every field, in the order in which reports show them.
    pub const ALL: [Self; 14] = [
        Self::EmployeeNumber,
        Self::GivenName,
        Self::FamilyName,
        Self::DisplayName,
        Self::Email,
        Self::UserName,
        Self::Kind,
        Self::Unit,
        Self::Title,
        Self::Manager,
        Self::Location,
        Self::TimeZone,
        Self::StartsOn,
        Self::EndsOn,
    ];

    /// The name that `--map` takes and that the record uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmployeeNumber => "employee_number",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::DisplayName => "display_name",
            Self::Email => "email",
            Self::UserName => "user_name",
            Self::Kind => "kind",
            Self::Unit => "unit",
            Self::Title => "title",
            Self::Manager => "manager",
            Self::Location => "location",
            Self::TimeZone => "time_zone",
            Self::StartsOn => "start",
            Self::EndsOn => "end",
        }
    }

    /// The field of a name, in any case.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word.trim().to_lowercase())
    }

    /// The longest value that is taken, in characters; nothing is cut off.
    #[must_use]
    pub const fn longest(self) -> usize {
        match self {
            Self::EmployeeNumber | Self::UserName => 100,
            Self::Email | Self::Manager => 254,
            Self::Unit => 400,
            Self::Kind | Self::TimeZone | Self::StartsOn | Self::EndsOn => 60,
            Self::GivenName
            | Self::FamilyName
            | Self::DisplayName
            | Self::Title
            | Self::Location => 200,
        }
    }

    /// Headers that mean this field without being told, the likeliest first. Folded, and with a blank
    /// for everything that is neither letter nor digit.
    const fn headers(self) -> &'static [&'static str] {
        match self {
            Self::EmployeeNumber => &[
                "employee number",
                "employeenumber",
                "employee id",
                "employeeid",
                "employee no",
                "external id",
                "externalid",
                "personnel number",
                "personnel no",
                "staff number",
                "staff id",
                "worker id",
                "person id",
                "personalnummer",
                "matricule",
                "id",
            ],
            Self::GivenName => {
                &["given name", "givenname", "first name", "firstname", "given", "forename"]
            }
            Self::FamilyName => {
                &["family name", "familyname", "last name", "lastname", "family", "surname"]
            }
            Self::DisplayName => &["display name", "displayname", "full name", "fullname", "name"],
            Self::Email => &[
                "email",
                "e mail",
                "mail",
                "email address",
                "e mail address",
                "work email",
                "primary email",
            ],
            Self::UserName => {
                &["user name", "username", "login", "login name", "account name", "samaccountname"]
            }
            Self::Kind => {
                &["kind", "employment type", "employee type", "worker type", "contract type"]
            }
            Self::Unit => &[
                "unit",
                "unit path",
                "org unit",
                "organisational unit",
                "organizational unit",
                "department",
                "division",
                "team",
            ],
            Self::Title => &["title", "job title", "position", "job"],
            Self::Manager => &[
                "manager",
                "manager id",
                "manager number",
                "manager employee number",
                "manager email",
                "manager e mail",
                "line manager",
                "supervisor",
                "reports to",
            ],
            Self::Location => &["location", "work location", "office", "site", "city", "place"],
            Self::TimeZone => &["time zone", "timezone", "tz", "zone"],
            Self::StartsOn => {
                &["start", "start date", "starts on", "hire date", "entry date", "joined", "from"]
            }
            Self::EndsOn => &[
                "end",
                "end date",
                "ends on",
                "last day",
                "termination date",
                "contract end",
                "exit date",
                "until",
            ],
        }
    }

    /// The field that a header means by itself, and how likely: 0 is the likeliest.
    pub(super) fn of_header(header: &str) -> Option<(Self, usize)> {
        let plain = plain(header);
        Self::ALL.into_iter().find_map(|field| {
            let rank = field.headers().iter().position(|known| *known == plain)?;
            Some((field, rank))
        })
    }
}

/// Folded, every run of other characters than letters and digits one blank.
pub(super) fn plain(header: &str) -> String {
    fold(header)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_header_means_one_field() {
        let mut seen = HashMap::new();
        for field in Field::ALL {
            assert_eq!(Field::of_word(field.as_str()), Some(field));
            for header in field.headers() {
                assert_eq!(plain(header), *header, "{header} is not in its plain form");
                assert_eq!(seen.insert(*header, field), None, "{header}");
            }
        }
    }

    #[test]
    fn headers_are_read_whatever_their_case_and_signs() {
        for (header, field) in [
            ("Employee_ID", Field::EmployeeNumber),
            (" E-Mail ", Field::Email),
            ("START-DATE", Field::StartsOn),
            ("TİTLE", Field::Title),
            ("Department", Field::Unit),
        ] {
            assert_eq!(Field::of_header(header).map(|(field, _)| field), Some(field), "{header}");
        }
        assert_eq!(Field::of_header("shoe size"), None);
    }
}
