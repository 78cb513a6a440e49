//! Who works at Harbourline.

use usher_vocabulary::RelationshipKind;

/// Name of the company.
pub const COMPANY: &str = "Harbourline";

/// One person. `manager` and the addresses are by user name.
pub(crate) struct Member {
    pub(crate) user_name: &'static str,
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) title: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) location: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) manager: Option<&'static str>,
    pub(crate) kind: RelationshipKind,
    /// Days from the founding to the agreed end.
    pub(crate) ends_in_days: Option<i64>,
}

impl Member {
    pub(crate) fn email(&self) -> String {
        format!("{}@harbourline.example", self.user_name)
    }
}

pub const EMPLOYEE: &str = "ines.carvalho@harbourline.example";
pub const MANAGER: &str = "marek.wisniewski@harbourline.example";
pub const OWNER: &str = "thandiwe.nkosi@harbourline.example";
pub const AUDITOR: &str = "olumide.adeyemi@harbourline.example";
pub const ADMINISTRATOR: &str = "oksana.hrytsenko@harbourline.example";

/// Somebody who starts with the company on its first day and asks for much.
pub const DAY_ONE: &str = "aylin.demir@harbourline.example";

const fn employee(
    user_name: &'static str,
    names: (&'static str, &'static str),
    work: (&'static str, &'static str),
    place: (&'static str, &'static str),
    manager: Option<&'static str>,
) -> Member {
    Member {
        user_name,
        given: names.0,
        family: names.1,
        title: work.0,
        unit: work.1,
        location: place.0,
        zone: place.1,
        manager,
        kind: RelationshipKind::Employee,
        ends_in_days: None,
    }
}

const fn contractor(member: Member, days: i64) -> Member {
    Member { kind: RelationshipKind::Contractor, ends_in_days: Some(days), ..member }
}

const LISBON: (&str, &str) = ("Lisbon", "Europe/Lisbon");
const GDYNIA: (&str, &str) = ("Gdynia", "Europe/Warsaw");
const ISTANBUL: (&str, &str) = ("Istanbul", "Europe/Istanbul");
const DURBAN: (&str, &str) = ("Durban", "Africa/Johannesburg");
const LAGOS: (&str, &str) = ("Lagos", "Africa/Lagos");

/// Units, the whole company first.
pub(crate) const UNITS: [&str; 6] = [
    "Harbourline",
    "Treasury",
    "Finance systems",
    "Terminals",
    "Internal audit",
    "IT and security",
];

/// Everybody; a manager stands before their reports.
pub(crate) const MEMBERS: [Member; 20] = [
    employee(
        "siobhan.keane",
        ("Siobhán", "Keane"),
        ("Chief executive", "Harbourline"),
        LISBON,
        None,
    ),
    employee(
        "lars.okkonen",
        ("Lars", "Okkonen"),
        ("Chief financial officer", "Harbourline"),
        GDYNIA,
        Some("siobhan.keane"),
    ),
    employee(
        "priya.raghunathan",
        ("Priya", "Raghunathan"),
        ("Security lead", "IT and security"),
        LISBON,
        Some("siobhan.keane"),
    ),
    employee(
        "marek.wisniewski",
        ("Marek", "Wiśniewski"),
        ("Head of Treasury", "Treasury"),
        GDYNIA,
        Some("lars.okkonen"),
    ),
    employee(
        "thandiwe.nkosi",
        ("Thandiwe", "Nkosi"),
        ("Finance systems owner", "Finance systems"),
        DURBAN,
        Some("lars.okkonen"),
    ),
    employee(
        "sipho.dlamini",
        ("Sipho", "Dlamini"),
        ("Finance systems analyst", "Finance systems"),
        DURBAN,
        Some("thandiwe.nkosi"),
    ),
    employee(
        "ines.carvalho",
        ("Inês", "Carvalho"),
        ("Treasury analyst", "Treasury"),
        LISBON,
        Some("marek.wisniewski"),
    ),
    employee(
        "aylin.demir",
        ("Aylin", "Demir"),
        ("Senior payments specialist", "Treasury"),
        ISTANBUL,
        Some("marek.wisniewski"),
    ),
    employee(
        "duarte.fonseca",
        ("Duarte", "Fonseca"),
        ("Treasury analyst", "Treasury"),
        LISBON,
        Some("marek.wisniewski"),
    ),
    employee(
        "mateus.oliveira",
        ("Mateus", "Oliveira"),
        ("Cash manager", "Treasury"),
        LISBON,
        Some("marek.wisniewski"),
    ),
    contractor(
        employee(
            "nguyen.thi.lan",
            ("Nguyễn", "Thị Lan"),
            ("Treasury consultant", "Treasury"),
            LISBON,
            Some("marek.wisniewski"),
        ),
        71,
    ),
    employee(
        "kwame.boateng",
        ("Kwame", "Boateng"),
        ("Payments specialist", "Treasury"),
        LAGOS,
        Some("aylin.demir"),
    ),
    employee(
        "oksana.hrytsenko",
        ("Oksana", "Hrytsenko"),
        ("Identity engineer", "IT and security"),
        GDYNIA,
        Some("priya.raghunathan"),
    ),
    employee(
        "hiroshi.tanabe",
        ("Hiroshi", "Tanabe"),
        ("Platform engineer", "IT and security"),
        LISBON,
        Some("priya.raghunathan"),
    ),
    employee(
        "olumide.adeyemi",
        ("Olumide", "Adeyemi"),
        ("Internal auditor", "Internal audit"),
        LAGOS,
        Some("siobhan.keane"),
    ),
    employee(
        "rafael.ibanez",
        ("Rafael", "Ibáñez"),
        ("Head of Procurement", "Harbourline"),
        LISBON,
        Some("lars.okkonen"),
    ),
    employee(
        "fatima.elidrissi",
        ("Fatima-Zahra", "El Idrissi"),
        ("Terminal manager", "Terminals"),
        LISBON,
        Some("siobhan.keane"),
    ),
    employee(
        "ipek.oz",
        ("İpek", "Öz"),
        ("Yard planner", "Terminals"),
        ISTANBUL,
        Some("fatima.elidrissi"),
    ),
    employee(
        "conor.obrien",
        ("Conor", "O'Brien"),
        ("Crane technician", "Terminals"),
        LISBON,
        Some("fatima.elidrissi"),
    ),
    contractor(
        employee(
            "layla.haddad",
            ("ليلى", "حداد"),
            ("Dock safety adviser", "Terminals"),
            LAGOS,
            Some("fatima.elidrissi"),
        ),
        200,
    ),
];

/// People who look after the security of everything: they decide on high risk.
pub(crate) const SECURITY_GROUP: [&str; 2] = ["priya.raghunathan", "hiroshi.tanabe"];
