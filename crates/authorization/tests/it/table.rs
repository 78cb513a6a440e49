//! Everything that follows from the policies, as a matrix that a person can read: one block a caller,
//! one line an action, one column a situation. `UPDATE=1` writes the file anew; its difference is what
//! a change of policy means.

use std::fmt::Write as _;

use usher_authorization::{Answer, Authorizer, Denial, Principal, PrincipalKind, Resource};
use usher_vocabulary::{Action, AdminRole, TokenScope};

use crate::people::{
    ME, OTHER, THING, THIRD, authorizer, machine, me, me_as, my_token, request, subject, task,
    work_item,
};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/table.txt");

const LEGEND: &str = "\
What the built-in policies allow. Written by `UPDATE=1 cargo test -p usher-authorization`.

  Y  allowed                          A  denied: locked or gone
  .  denied: no policy permits it     T  denied: not in the token's scope
  O  denied: own access               S  denied: not signed in
  R  denied: auditors change nothing  -  never asked: this action is not about such a thing

Columns, by how the caller stands to what is asked about:
  dir sys        the directory, the system
  subject        me; rep = direct report; low = report of a report; oth = nobody to the caller
  request        ask = requester; for = requestee; man = manager; app = approver; own = owner; oth = none
  task           app = approver; a+a = approver and requester; a+f = approver and requestee;
                 ask = requester; for = requestee; oth = none
  work           own = owner; o+f = owner and whose access it is; for = whose access it is; oth = none
  application    own = owner; oth = none
";

#[test]
fn the_table_of_rights_is_as_reviewed() {
    let found = table(&authorizer());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(FILE, &found).unwrap();
    }
    let reviewed = std::fs::read_to_string(FILE).unwrap_or_default();
    for (number, (found, reviewed)) in found.lines().zip(reviewed.lines()).enumerate() {
        assert_eq!(found, reviewed, "line {} of table.txt", number + 1);
    }
    assert_eq!(found.lines().count(), reviewed.lines().count(), "lines of table.txt");
}

fn table(authorizer: &Authorizer) -> String {
    let mut text = LEGEND.to_owned();
    let situations = situations();
    for (name, caller) in callers() {
        writeln!(text, "\n{name}").unwrap();
        writeln!(text, "{:22}{}", "", heading(&situations, |(group, _, _)| group)).unwrap();
        writeln!(text, "{:22}{}", "", heading(&situations, |(_, column, _)| column)).unwrap();
        for action in Action::ALL {
            let cells = heading(&situations, |(_, _, what)| {
                sign(&authorizer.decide(&caller, *action, what))
            });
            writeln!(text, "{:22}{cells}", action.as_str()).unwrap();
        }
    }
    text
}

type Situation = (&'static str, &'static str, Resource);

/// One word a column, four wide, with a bar where a group begins.
fn heading(situations: &[Situation], word: impl Fn(&Situation) -> &'static str) -> String {
    let cell = |situation: &Situation| {
        let bar = if situation.0.is_empty() { "" } else { "| " };
        format!("{bar}{:4}", word(situation))
    };
    situations.iter().map(cell).collect::<String>().trim_end().to_owned()
}

fn sign(answer: &Answer) -> &'static str {
    match answer {
        Answer::Allowed { .. } => "Y",
        Answer::Denied { why } => match why {
            Denial::NotSignedIn => "S",
            Denial::NotActive => "A",
            Denial::TokenScope => "T",
            Denial::OwnAccess => "O",
            Denial::ReadOnly => "R",
            Denial::NoPolicy => ".",
            Denial::Error => "-",
        },
    }
}

fn situations() -> Vec<Situation> {
    let nobody = || request(OTHER, THIRD);
    let with = |change: fn(&mut Resource)| {
        let mut what = nobody();
        change(&mut what);
        what
    };
    vec![
        ("all", "dir", Resource::Directory),
        ("", "sys", Resource::System),
        ("subj", "me", subject(ME, &[OTHER, THIRD])),
        ("", "rep", subject(OTHER, &[ME, THIRD])),
        ("", "low", subject(OTHER, &[THIRD, ME])),
        ("", "oth", subject(OTHER, &[THIRD])),
        ("req", "ask", request(ME, OTHER)),
        ("", "for", request(OTHER, ME)),
        (
            "",
            "man",
            with(|what| {
                if let Resource::Request { managers, .. } = what {
                    managers.push(ME)
                }
            }),
        ),
        (
            "",
            "app",
            with(|what| {
                if let Resource::Request { approvers, .. } = what {
                    approvers.push(ME)
                }
            }),
        ),
        (
            "",
            "own",
            with(|what| {
                if let Resource::Request { owners, .. } = what {
                    owners.push(ME)
                }
            }),
        ),
        ("", "oth", nobody()),
        ("task", "app", task(ME, OTHER, THIRD)),
        ("", "a+a", task(ME, ME, OTHER)),
        ("", "a+f", task(ME, OTHER, ME)),
        ("", "ask", task(OTHER, ME, THIRD)),
        ("", "for", task(OTHER, THIRD, ME)),
        ("", "oth", task(OTHER, THIRD, THIRD)),
        ("work", "own", work_item(ME, THIRD)),
        ("", "o+f", work_item(ME, ME)),
        ("", "for", work_item(OTHER, ME)),
        ("", "oth", work_item(OTHER, THIRD)),
        ("appl", "own", Resource::Application { id: THING, owners: vec![OTHER, ME] }),
        ("", "oth", Resource::Application { id: THING, owners: vec![OTHER] }),
    ]
}

fn callers() -> Vec<(String, Principal)> {
    let (auditor, administrator) = (AdminRole::Auditor, AdminRole::Administrator);
    let mut callers = vec![
        ("nobody signed in".to_owned(), Principal { id: None, ..me() }),
        ("person".to_owned(), me()),
        ("person, locked or gone".to_owned(), Principal { may_act: false, ..me() }),
        ("test as a person".to_owned(), Principal { kind: PrincipalKind::Test, ..me() }),
        ("auditor".to_owned(), me_as(&[auditor])),
        ("administrator".to_owned(), me_as(&[administrator])),
        ("auditor and administrator".to_owned(), me_as(&[administrator, auditor])),
        (
            "administrator, locked or gone".to_owned(),
            Principal { may_act: false, ..me_as(&[administrator]) },
        ),
        ("token without a scope".to_owned(), Principal { kind: PrincipalKind::ApiClient, ..me() }),
        (
            "token of nobody".to_owned(),
            Principal { id: None, ..my_token(TokenScope::Admin, &[administrator]) },
        ),
    ];
    for scope in TokenScope::ALL {
        callers.push((format!("token, scope {scope}, of a person"), my_token(*scope, &[])));
        callers
            .push((format!("token, scope {scope}, of an auditor"), my_token(*scope, &[auditor])));
        callers.push((
            format!("token, scope {scope}, of an administrator"),
            my_token(*scope, &[administrator]),
        ));
    }
    callers.push(("job".to_owned(), machine(PrincipalKind::Job)));
    callers.push((
        "job on behalf of a person".to_owned(),
        Principal { kind: PrincipalKind::Job, ..me() },
    ));
    callers.push(("operator".to_owned(), machine(PrincipalKind::Operator)));
    callers.push((
        "operator who is a person".to_owned(),
        Principal { kind: PrincipalKind::Operator, ..me() },
    ));
    callers
}
