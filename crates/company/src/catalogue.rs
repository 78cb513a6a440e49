//! What can be asked for at Harbourline.

use usher_vocabulary::Risk;

/// An application with its owners, by user name, the first asked first.
pub(crate) struct App {
    pub(crate) name: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) criticality: &'static str,
    pub(crate) owners: &'static [&'static str],
    pub(crate) items: &'static [Entry],
}

/// One thing that can be asked for.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) effect: &'static str,
    pub(crate) risk: Risk,
    /// Name of the group in the directory; on a target of its own, the target's name of it.
    pub(crate) group: &'static str,
    /// Why it cannot be asked for, and whom to ask.
    pub(crate) closed: Option<&'static str>,
    /// Left out of the catalogue.
    pub(crate) hidden: bool,
}

pub(crate) const fn entry(
    name: &'static str,
    effect: &'static str,
    risk: Risk,
    group: &'static str,
) -> Entry {
    Entry { name, effect, risk, group, closed: None, hidden: false }
}

pub(crate) const APPS: [App; 5] = [
    App {
        name: "SAP Finance",
        purpose: "Accounts, payments and month-end",
        criticality: "critical",
        owners: &["thandiwe.nkosi", "sipho.dlamini"],
        items: &[
            entry(
                "Display bank reconciliations",
                "See statements and matched items for the company codes you choose.",
                Risk::Low,
                "fi-bank-display",
            ),
            entry(
                "Post bank reconciliations",
                "Book differences up to EUR 5,000. Larger ones still need a second person.",
                Risk::Medium,
                "fi-bank-post",
            ),
            entry(
                "Maintain payment memos",
                "Write and correct the text that banks show to the payee.",
                Risk::Low,
                "fi-memo",
            ),
            entry(
                "Release payments up to EUR 50,000",
                "Send approved payment runs to the bank.",
                Risk::High,
                "fi-pay-release",
            ),
            Entry {
                closed: Some("Rule 7.1 keeps it with Procurement. Ask Rafael Ibáñez."),
                ..entry(
                    "Change bank details of suppliers",
                    "Change where suppliers are paid.",
                    Risk::High,
                    "fi-supplier-bank",
                )
            },
        ],
    },
    App {
        name: "Snowflake",
        purpose: "Data marts and dashboards",
        criticality: "standard",
        owners: &["hiroshi.tanabe"],
        items: &[
            entry(
                "Treasury dashboards, read",
                "See cash and exposure dashboards.",
                Risk::Low,
                "sf-treasury-read",
            ),
            entry(
                "Treasury marts, write",
                "Load and change treasury data.",
                Risk::Medium,
                "sf-treasury-write",
            ),
            entry(
                "Cash forecast",
                "Run the forecast and see its inputs.",
                Risk::Medium,
                "sf-forecast",
            ),
        ],
    },
    App {
        name: "Navis terminal",
        purpose: "Yard planning and gate",
        criticality: "critical",
        owners: &["fatima.elidrissi"],
        items: &[
            entry("Yard plan, view", "See the plan of the yard.", Risk::Low, "n4-yard-view"),
            entry(
                "Yard plan, change",
                "Move containers in the plan.",
                Risk::Medium,
                "n4-yard-plan",
            ),
            entry(
                "Gate override",
                "Let a lorry pass without a booking.",
                Risk::High,
                "n4-gate-override",
            ),
        ],
    },
    App {
        name: "GitHub",
        purpose: "Source code",
        criticality: "standard",
        owners: &["hiroshi.tanabe", "oksana.hrytsenko"],
        items: &[
            entry("Read all repositories", "Read the source code.", Risk::Low, "gh-read"),
            entry(
                "Write to platform repositories",
                "Push to the repositories of the platform team.",
                Risk::Medium,
                "gh-platform-write",
            ),
        ],
    },
    App {
        name: "Staff directory",
        purpose: "Accounts and groups of everybody",
        criticality: "critical",
        owners: &["oksana.hrytsenko"],
        items: &[
            entry("Guest list of the canteen", "See who eats when.", Risk::Low, "dir-canteen"),
            Entry {
                hidden: true,
                ..entry(
                    "Directory administration",
                    "Change every account.",
                    Risk::High,
                    "dir-admin",
                )
            },
        ],
    },
];

/// Names of all groups that the directory must have.
#[must_use]
pub fn group_names() -> Vec<&'static str> {
    APPS.iter().flat_map(|app| app.items).map(|entry| entry.group).collect()
}
