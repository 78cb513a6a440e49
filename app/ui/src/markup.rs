//! HTML that is written into a text, for what stands on a page hundreds of times: a view of its own for every element of
//! every row takes longer than reading the rows.
//!
//! Markup comes from literals of this crate and never from a value: whatever a page hands over is escaped where it is put
//! in. The components that draw the same parts are made of the same functions.

use std::sync::OnceLock;

use html_escape::{encode_double_quoted_attribute_to_string, encode_text_to_string};
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use crate::{Column, Glyph, RowMark, Said, Sprite, initials};

/// See the module.
#[derive(Clone, Debug)]
pub struct Markup {
    html: String,
    sprite: &'static str,
}

/// A person in a line: initials, name, and a second line.
#[derive(Clone, Copy, Debug, Default)]
pub struct PersonLine<'a> {
    pub name: &'a str,
    pub href: Option<&'a str>,
    /// What follows the name in the same line, such as title and place.
    pub after: Option<&'a str>,
    pub note: Option<&'a str>,
    pub large: bool,
}

impl Markup {
    /// Nothing yet. Icons are taken from the sprite of the page that is being drawn.
    #[must_use]
    pub fn new() -> Self {
        let sprite = use_context::<Sprite>().map_or("", |sprite| sprite.0);
        Self { html: String::new(), sprite }
    }

    /// What one writer writes, as a view.
    pub fn drawn(write: impl FnOnce(&mut Self)) -> AnyView {
        let mut markup = Self::new();
        write(&mut markup);
        markup.view()
    }

    /// What was written, as a view.
    #[must_use]
    pub fn view(self) -> AnyView {
        InertElement::new(self.html).into_any()
    }

    /// Markup of this crate.
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.html.push_str(markup);
        self
    }

    /// An attribute, when there is something to say.
    pub(crate) fn attribute(&mut self, name: &'static str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.html.extend([" ", name, "=\""]);
            encode_double_quoted_attribute_to_string(value, &mut self.html);
            self.html.push('"');
        }
        self
    }

    /// Words.
    pub fn words(&mut self, words: &str) -> &mut Self {
        encode_text_to_string(words, &mut self.html);
        self
    }

    /// Words that matter.
    pub fn strong(&mut self, words: &str) -> &mut Self {
        self.raw("<strong>").words(words).raw("</strong>")
    }

    /// A second line, when there is one.
    pub fn small(&mut self, words: Option<&str>) -> &mut Self {
        match words.filter(|words| !words.is_empty()) {
            Some(words) => self.raw("<small>").words(words).raw("</small>"),
            None => self,
        }
    }

    /// A link.
    pub fn link(&mut self, href: &str, words: &str) -> &mut Self {
        self.raw("<a").attribute("href", Some(href)).raw(">").words(words).raw("</a>")
    }

    /// Somebody's own words.
    pub fn quote(&mut self, words: &str) -> &mut Self {
        self.raw("<p class=\"quote\">").words(words).raw("</p>")
    }

    /// A text in lines that opens on request.
    pub fn more(&mut self, summary: &str, lines: &str) -> &mut Self {
        self.raw("<details class=\"more\"><summary>").words(summary).raw("</summary><pre>");
        self.words(lines).raw("</pre></details>")
    }

    /// A moment in words, with the exact time for those who ask: as RFC 3339, and as a long form.
    pub fn time(&mut self, words: &str, datetime: &str, title: &str) -> &mut Self {
        self.raw("<time").attribute("datetime", Some(datetime)).attribute("title", Some(title));
        self.raw(">").words(words).raw("</time>")
    }

    /// One icon, which screen readers do not read: the words beside it say the same.
    pub fn icon(&mut self, glyph: Glyph, large: bool) -> &mut Self {
        self.raw(if large { "<svg class=\"i lg\"" } else { "<svg class=\"i\"" });
        self.raw(" aria-hidden=\"true\"><use href=\"");
        self.raw(self.sprite).raw("#i-").raw(glyph.id()).raw("\"></use></svg>")
    }

    /// A state in words with its icon.
    pub fn said(&mut self, said: &Said) -> &mut Self {
        self.raw("<span class=\"st ").raw(said.kind.class()).raw("\">");
        self.icon(said.glyph.unwrap_or_else(|| said.kind.glyph()), false);
        self.raw("<span>").words(&said.words).raw("</span></span>")
    }

    /// Initials in a ring, which screen readers do not read.
    pub fn avatar(&mut self, name: &str, large: bool) -> &mut Self {
        self.raw(if large { "<span class=\"av lg\"" } else { "<span class=\"av\"" });
        self.raw(" aria-hidden=\"true\">").words(&initials(name)).raw("</span>")
    }

    /// A person in a line.
    pub fn person(&mut self, line: PersonLine<'_>) -> &mut Self {
        self.raw("<div class=\"idline\">").avatar(line.name, line.large).raw("<div><strong>");
        match line.href {
            Some(href) => self.link(href, line.name),
            None => self.words(line.name),
        };
        self.raw("</strong>");
        if let Some(after) = line.after {
            self.raw(", ").words(after);
        }
        self.small(line.note).raw("</div></div>")
    }
}

/// A part that looks the same on every page: drawn the first time, and kept as text.
#[derive(Debug, Default)]
pub struct Kept(OnceLock<String>);

impl Kept {
    /// Not drawn yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The part; `draw` is called once, and must use nothing of the page.
    pub fn view(&'static self, draw: impl FnOnce() -> AnyView) -> AnyView {
        InertElement::new(self.0.get_or_init(|| draw().to_html()).as_str()).into_any()
    }
}

impl Default for Markup {
    fn default() -> Self {
        Self::new()
    }
}

/// Rows of a [`DataTable`](crate::DataTable) that may have many.
#[derive(Clone, Debug)]
pub struct Rows(Markup);

impl Rows {
    /// None yet, and room for as many of a length like this.
    #[must_use]
    pub fn with_room(rows: usize, bytes: usize) -> Self {
        let mut markup = Markup::new();
        markup.html.reserve(rows * bytes);
        Self(markup)
    }

    /// One row, as [`Row`](crate::Row) draws it.
    pub fn row(&mut self, mark: RowMark, cells: impl FnOnce(&mut Cells<'_>)) {
        self.0.raw("<tr role=\"row\"").attribute("class", mark.class()).raw(">");
        cells(&mut Cells(&mut self.0));
        self.0.raw("</tr>");
    }

    /// The rows as a view.
    #[must_use]
    pub fn view(self) -> AnyView {
        self.0.view()
    }
}

/// The cells of a row.
#[derive(Debug)]
pub struct Cells<'a>(&'a mut Markup);

impl Cells<'_> {
    /// The cell that names its row.
    pub fn head(&mut self, inside: impl FnOnce(&mut Markup)) {
        self.0.raw("<th role=\"rowheader\" scope=\"row\">");
        inside(self.0);
        self.0.raw("</th>");
    }

    /// A cell. `label` repeats the words of its column for the narrow form.
    pub fn cell(&mut self, label: &str, column: Column, inside: impl FnOnce(&mut Markup)) {
        self.0.raw("<td role=\"cell\"").attribute("data-l", Some(label));
        self.0.attribute("class", column.class()).raw(">");
        inside(self.0);
        self.0.raw("</td>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, More, Quote, Row, RowHead, StatusKind};

    const HOSTILE: &str = "O'Brien <b title=\"x\">&amp; & Co</b>";

    fn drawn(view: impl IntoView) -> String {
        view.into_view().to_html().replace("<!>", "")
    }

    /// What is written by hand looks like what the components draw, whatever is put in.
    #[test]
    fn rows_are_those_of_the_components() {
        let mut rows = Rows::with_room(1, 0);
        rows.row(RowMark::Wait, |row| {
            row.head(|head| {
                head.words(HOSTILE).small(Some(HOSTILE));
            });
            row.cell(HOSTILE, Column::Time, |cell| {
                cell.strong(HOSTILE).link(HOSTILE, HOSTILE).quote(HOSTILE).more(HOSTILE, HOSTILE);
            });
        });
        let components = view! {
            <Row mark=RowMark::Wait>
                <RowHead note=HOSTILE>{HOSTILE}</RowHead>
                <Cell label=HOSTILE column=Column::Time>
                    <strong>{HOSTILE}</strong>
                    <a href=HOSTILE>{HOSTILE}</a>
                    <Quote words=HOSTILE />
                    <More summary=HOSTILE>
                        <pre>{HOSTILE}</pre>
                    </More>
                </Cell>
            </Row>
        };
        assert_eq!(drawn(rows.view()), drawn(components));
    }

    #[test]
    fn no_value_becomes_markup() {
        let mut written = Markup::new();
        let said = Said::new(StatusKind::Bad, HOSTILE);
        let line = PersonLine {
            name: HOSTILE,
            href: Some(HOSTILE),
            after: Some(HOSTILE),
            note: Some(HOSTILE),
            large: true,
        };
        written.person(line).said(&said).time(HOSTILE, HOSTILE, HOSTILE);
        let html = drawn(written.view());
        assert!(!html.contains("<b"), "{html}");
        assert_eq!(html.matches("=&quot;x&quot;&gt;").count(), 3, "in attributes: {html}");
        assert_eq!(html.matches("O'Brien &lt;b title=").count(), 8, "{html}");
    }
}
