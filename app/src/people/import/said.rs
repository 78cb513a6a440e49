//! What a file says and does, in words: for the pages and for the command line.

use leptos::prelude::*;
use usher_operations::FieldFault;
use usher_operations::import::Report;
use usher_operations::import::file::{Change, Fault, Field, FileError, Plan, Why};

use crate::form::FormErrors;
use crate::words::{t, t_with};

/// What a field is called.
pub(crate) fn field(field: Field) -> String {
    match field {
        Field::EmployeeNumber => t("people-import-field-employee-number"),
        Field::GivenName => t("people-import-field-given-name"),
        Field::FamilyName => t("people-import-field-family-name"),
        Field::DisplayName => t("people-import-field-display-name"),
        Field::Email => t("people-import-field-email"),
        Field::UserName => t("people-import-field-user-name"),
        Field::Kind => t("people-import-field-kind"),
        Field::Unit => t("people-import-field-unit"),
        Field::Title => t("people-import-field-title"),
        Field::Manager => t("people-import-field-manager"),
        Field::Location => t("people-import-field-location"),
        Field::TimeZone => t("people-import-field-time-zone"),
        Field::StartsOn => t("people-import-field-start"),
        Field::EndsOn => t("people-import-field-end"),
    }
}

/// Why a row cannot be taken.
pub(crate) fn why(why: &Why) -> String {
    let limit = |key: &str, limit: usize| t_with(key, &[("limit", limit.into())]);
    let character = |key: &str, code: u32| {
        let words = format!("U+{code:04X}");
        t_with(key, &[("words", words.into())])
    };
    let line = |key: &str, line: u64| t_with(key, &[("number", line.to_string().into())]);
    match why {
        Why::CellCount { found, expected } => t_with(
            "people-import-why-cell-count",
            &[("number", (*found).into()), ("limit", (*expected).into())],
        ),
        Why::OpenQuote => t("people-import-why-open-quote"),
        Why::NotUtf8 => t("people-import-why-not-utf8"),
        Why::CellTooLong { limit: most } => limit("people-import-why-cell-too-long", *most),
        Why::Required => t("people-import-why-required"),
        Why::Nul => t("people-import-why-nul"),
        Why::Damaged => t("people-import-why-damaged"),
        Why::Control { code } => character("people-import-why-control", *code),
        Why::Invisible { code } => character("people-import-why-invisible", *code),
        Why::TooLong { limit: most } => limit("people-import-why-too-long", *most),
        Why::NotEmail => t("people-import-why-not-email"),
        Why::NotUserName => t("people-import-why-not-user-name"),
        Why::UnknownKind => t("people-import-why-unknown-kind"),
        Why::NotDate => t("people-import-why-not-date"),
        Why::UnknownZone => t("people-import-why-unknown-zone"),
        Why::EndsBeforeStart => t("people-import-why-ends-before-start"),
        Why::Twice { line: other } => line("people-import-why-twice", *other),
        Why::Taken { by } => t_with("people-import-why-taken", &[("name", by.as_str().into())]),
        Why::ManagerUnknown => t("people-import-why-manager-unknown"),
        Why::ManagerIsSelf => t("people-import-why-manager-is-self"),
        Why::ManagerCycle { names } => {
            t_with("people-import-why-manager-cycle", &[("words", names.join(", ").into())])
        }
        Why::ManagerRefused { line: other } => line("people-import-why-manager-refused", *other),
        Why::UnitAmbiguous => t("people-import-why-unit-ambiguous"),
        Why::UnitPath => t("people-import-why-unit-path"),
    }
}

/// Why a file as a whole cannot be read, as a fault of the field `file`.
pub(super) fn file_fault(error: &FileError) -> FieldFault {
    let fault = |code| FieldFault::new("file", code);
    match error {
        FileError::Empty => fault("empty"),
        FileError::TooLarge { limits } => {
            fault("too_large").with("limit", limits.bytes / (1024 * 1024))
        }
        FileError::TooManyRows { limits } => fault("too_many_rows").with("limit", limits.rows),
        FileError::Utf16 => fault("utf16"),
        FileError::Header => fault("header"),
        FileError::NoColumn { field: missing } => fault("no_column").with("name", field(*missing)),
        FileError::TwoColumns { field: both, first, second } => fault("two_columns")
            .with("name", field(*both))
            .with("item", first)
            .with("words", second),
        FileError::NoSuchColumn { column } => fault("no_such_column").with("name", column),
    }
}

/// Why a file as a whole cannot be read, for the command line.
pub fn import_file_words(error: &FileError) -> String {
    FormErrors::from(vec![file_fault(error)]).of("file").get().unwrap_or_default()
}

/// What values cannot be taken, for the command line: one line for each.
pub fn import_field_words(faults: Vec<FieldFault>) -> Vec<String> {
    let fields: Vec<String> = faults.iter().map(|f| f.field.clone()).collect();
    let errors = faults.into_iter().map(|fault| FormErrors::from(vec![fault]));
    fields
        .into_iter()
        .zip(errors)
        .map(|(name, error)| format!("{name}: {}", error.of(&name).get().unwrap_or_default()))
        .collect()
}

/// A whole report as lines of text, for the command line.
pub fn import_report_words(report: &Report) -> Vec<String> {
    let plan = &report.plan;
    let count =
        |key: &str, count: usize| (count > 0).then(|| t_with(key, &[("count", count.into())]));
    let counts = [
        count("people-import-said-added", plan.added.len()),
        count("people-import-said-changed", plan.changed.len()),
        count("people-import-said-same", plan.same.len()),
        count("people-import-said-ending", plan.brake.ending),
        count("people-import-said-absent", plan.absent.len()),
        count("people-import-said-held", plan.held.len()),
        count("people-import-said-refused", report.refused()),
    ];
    let counts = counts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let mut lines = vec![t_with(
        "people-import-said-rows",
        &[("count", report.file.count.into()), ("words", counts.into())],
    )];
    let unused: Vec<_> = report
        .file
        .columns
        .iter()
        .filter(|(_, field)| field.is_none())
        .map(|(name, _)| name.as_str())
        .collect();
    if !unused.is_empty() {
        lines.push(t_with("people-import-said-unused", &[("words", unused.join(", ").into())]));
    }
    lines.extend(plan.faults.iter().map(fault_line));
    let line =
        |line: u64| t_with("people-import-said-line", &[("number", line.to_string().into())]);
    lines.extend(plan.added.iter().map(|added| {
        let (place, name) = (line(added.line), &added.wanted.display_name);
        format!("+ {place}: {name} ({})", added.key)
    }));
    for (sign, change) in
        plan.changed.iter().map(|c| ("~", c)).chain(plan.held.iter().map(|c| ("!", c)))
    {
        let name = &change.wanted.display_name;
        lines.push(format!("{sign} {}: {name} ({})", line(change.line), change.key));
        lines.extend(change_lines(change));
    }
    lines.extend(plan.absent.iter().map(|absent| format!("? {} ({})", absent.name, absent.key)));
    lines
}

/// What stands in the way of a file, for the command line: the brake, rows that are held, absence that
/// nobody can tell.
pub fn import_obstacle_words(report: &Report) -> Vec<String> {
    let plan = &report.plan;
    let brake = plan.brake.is_pulled.then(|| brake_words(plan));
    let held = (!plan.held.is_empty()).then(|| {
        let title = t_with("people-import-claim-title", &[("count", plan.held.len().into())]);
        format!("{title}. {}", t("people-import-claim-words"))
    });
    let unknown = plan.is_absence_unknown.then(|| t("people-import-unknown-absence"));
    [brake, held, unknown].into_iter().flatten().collect()
}

/// How many people a brake is about.
pub(super) fn brake_words(plan: &Plan) -> String {
    let gone = plan.brake.ending + plan.brake.absent;
    let number = plan.brake.active.to_string();
    t_with("people-import-brake-words", &[("count", gone.into()), ("number", number.into())])
}

fn fault_line(fault: &Fault) -> String {
    let number = fault.line.to_string();
    let place = t_with("people-import-said-line", &[("number", number.into())]);
    let what = why(&fault.why);
    match (fault.column.is_empty(), fault.value.is_empty()) {
        (true, _) => format!("x {place}: {what}"),
        (false, true) => format!("x {place}, {}: {what}", fault.column),
        (false, false) => format!("x {place}, {} '{}': {what}", fault.column, fault.value),
    }
}

fn change_lines(change: &Change) -> Vec<String> {
    let shown = |value: &str| {
        if value.is_empty() { t("people-import-nothing") } else { value.to_owned() }
    };
    change
        .changes
        .iter()
        .map(|c| {
            let words = t_with(
                "people-import-said-change",
                &[
                    ("name", field(c.field).into()),
                    ("item", shown(&c.old).into()),
                    ("words", shown(&c.new).into()),
                ],
            );
            format!("    {words}")
        })
        .collect()
}

/// Something that may be nothing.
pub(super) fn or_nothing(value: &str) -> AnyView {
    if value.is_empty() {
        let words = t("people-import-nothing");
        view! { <span class="opt">{words}</span> }.into_any()
    } else {
        value.to_owned().into_any()
    }
}
