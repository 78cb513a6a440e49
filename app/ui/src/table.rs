//! The ledger table. Below 620 px it is drawn as a labelled list; the roles are written out because
//! `display: block` takes them away.

use leptos::prelude::*;

use crate::Text;

/// What a column holds; it decides alignment and figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// Words.
    #[default]
    Words,
    /// A number: right, figures of one width.
    Number,
    /// A time or date: one line, figures of one width.
    Time,
}

impl Column {
    pub(crate) fn class(self) -> Option<&'static str> {
        match self {
            Self::Words => None,
            Self::Number => Some("n"),
            Self::Time => Some("w"),
        }
    }
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its words, which a screen reader reads even when they are hidden.
    pub words: String,
    /// What the column holds.
    pub column: Column,
    /// Whether the words are for screen readers only, as over a column of buttons.
    pub hidden: bool,
}

impl Head {
    /// A column of words.
    pub fn words(words: impl Into<String>) -> Self {
        Self { words: words.into(), column: Column::Words, hidden: false }
    }

    /// A column of numbers.
    pub fn number(words: impl Into<String>) -> Self {
        Self { column: Column::Number, ..Self::words(words) }
    }

    /// A column of times.
    pub fn time(words: impl Into<String>) -> Self {
        Self { column: Column::Time, ..Self::words(words) }
    }

    /// A column whose head is for screen readers only.
    pub fn hidden(words: impl Into<String>) -> Self {
        Self { hidden: true, ..Self::words(words) }
    }
}

/// A table. Its children are [`Row`]s and [`GroupRow`]s, or [`Rows`](crate::Rows) where there may be many.
#[component]
pub fn DataTable(
    /// What the table shows; always there, if only for screen readers.
    #[prop(into)]
    caption: String,
    /// A sentence beside the caption, such as "5 of 5 verified".
    #[prop(optional, into)]
    note: Text,
    heads: Vec<Head>,
    /// Whether the caption is for screen readers only.
    #[prop(optional)]
    quiet: bool,
    /// Whether several tables below each other share their column widths.
    #[prop(optional)]
    fixed: bool,
    children: Children,
) -> impl IntoView {
    let class = if fixed { "led stack fix" } else { "led stack" };
    let heads = heads
        .into_iter()
        .map(|head| {
            let words = if head.hidden {
                view! { <span class="vh">{head.words}</span> }.into_any()
            } else {
                head.words.into_any()
            };
            view! {
                <th role="columnheader" scope="col" class=head.column.class()>
                    {words}
                </th>
            }
        })
        .collect_view();
    let hidden = quiet.then_some("vh");
    view! {
        <div class="tw">
            <table class=class role="table">
                <caption class=hidden>
                    {caption} {note.get().map(|words| view! { <small>{words}</small> })}
                </caption>
                <thead role="rowgroup">
                    <tr role="row">{heads}</tr>
                </thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
        </div>
    }
}

/// Why a row is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowMark {
    /// It is not.
    #[default]
    None,
    /// Danger now.
    Bad,
    /// Somebody should look.
    Wait,
    /// It is the one that is open beside the table.
    Open,
}

impl RowMark {
    pub(crate) fn class(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Bad => Some("bad"),
            Self::Wait => Some("wait"),
            Self::Open => Some("open"),
        }
    }
}

/// One row: a [`RowHead`] and [`Cell`]s.
#[component]
pub fn Row(
    #[prop(optional)] mark: RowMark,
    #[prop(optional, into)] id: Text,
    children: Children,
) -> impl IntoView {
    view! {
        <tr role="row" class=mark.class() id=id.get()>
            {children()}
        </tr>
    }
}

/// The cell that names its row.
#[component]
pub fn RowHead(
    /// A second line in small words.
    #[prop(optional, into)]
    note: Text,
    children: Children,
) -> impl IntoView {
    view! {
        <th role="rowheader" scope="row">
            {children()}
            {note.get().map(|words| view! { <small>{words}</small> })}
        </th>
    }
}

/// A cell. `label` repeats the words of its column for the narrow form.
#[component]
pub fn Cell(
    #[prop(optional, into)] label: Text,
    #[prop(optional)] column: Column,
    #[prop(optional, into)] note: Text,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let inside = children.map(|children| children());
    view! {
        <td role="cell" data-l=label.get() class=column.class()>
            {inside}
            {note.get().map(|words| view! { <small>{words}</small> })}
        </td>
    }
}

/// A row that opens a group of rows. `columns` is the number of columns of the table.
#[component]
pub fn GroupRow(
    #[prop(into)] words: String,
    #[prop(optional, into)] note: Text,
    columns: u8,
) -> impl IntoView {
    view! {
        <tr role="row" class="grp">
            <th role="rowheader" scope="rowgroup" colspan=columns.to_string()>
                {words}
                {note.get().map(|words| view! { <small>{words}</small> })}
            </th>
        </tr>
    }
}
