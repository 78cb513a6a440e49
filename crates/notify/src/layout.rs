//! The two forms of a message: plain text, and HTML without images, scripts or anything from elsewhere.

use crate::notice::Notice;
use crate::words::{t, t_with};

/// The plain text. The link stands on a line of its own.
pub(crate) fn text(notice: &Notice, name: &str, link: &str) -> String {
    let mut blocks = vec![greeting(name), notice.lead.clone()];
    blocks.extend(notice.due.clone());
    if let Some(quote) = &notice.quote {
        let lines: Vec<String> = quote.lines.iter().map(|line| format!("> {line}")).collect();
        blocks.push(format!("{}\n{}", quote.heading, lines.join("\n")));
    }
    blocks.extend(notice.note.clone());
    blocks.push(format!("{}:\n{link}", notice.label));
    // The line that mail programs know as the beginning of a signature.
    blocks.push(format!("-- \n{}\n{}", t("mail-footer-link"), t("mail-footer-sender")));
    blocks.join("\n\n") + "\n"
}

/// The HTML. Every word is escaped.
pub(crate) fn html(notice: &Notice, name: &str, link: &str) -> String {
    let mut body = paragraph(&greeting(name)) + &paragraph(&notice.lead);
    if let Some(due) = &notice.due {
        body += &format!("<p dir=\"auto\"><strong>{}</strong></p>\n", escaped(due));
    }
    if let Some(quote) = &notice.quote {
        let lines: Vec<String> = quote.lines.iter().map(|line| escaped(line)).collect();
        body += &paragraph(&quote.heading);
        body += &format!(
            "<blockquote class=\"rule\" dir=\"auto\" style=\"margin: 0 0 16px; padding: 0 16px; \
             border-inline-start: 3px solid #c9c4b8; font-family: Georgia, serif;\">{}</blockquote>\n",
            lines.join("<br>\n")
        );
    }
    if let Some(note) = &notice.note {
        body += &paragraph(note);
    }
    format!(
        include_str!("layout.html"),
        title = escaped(&notice.subject),
        body = body.trim_end(),
        link = escaped(link),
        label = escaped(&notice.label),
        footer = format_args!(
            "{}<br>\n{}",
            escaped(&t("mail-footer-link")),
            escaped(&t("mail-footer-sender"))
        ),
    )
}

fn greeting(name: &str) -> String {
    if name.is_empty() {
        t("mail-greeting-nameless")
    } else {
        t_with("mail-greeting", &[("name", name)])
    }
}

fn paragraph(words: &str) -> String {
    format!("<p dir=\"auto\">{}</p>\n", escaped(words))
}

fn escaped(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
