//! The frame around a page: head, navigation by right, bread crumbs, search, preferences.
//!
//! [`page`] and [`gate`] give whole documents. They load nothing: the caller hands over what is to
//! be shown, and sends the result with the status that fits. No page needs a script.

mod document;
mod failure;
mod gate;
mod navigation;
mod palette;
mod preferences;

use leptos::prelude::*;
use usher_ui::{Avatar, Breadcrumbs, Glyph, Icon, Link};

pub use document::{Density, Look, SingleKeys, Theme, render};
pub use failure::{Again, Failure, failure};
pub use gate::{Gate, gate};
pub(crate) use navigation::places;
pub use navigation::{NavRights, Place};
pub use preferences::preferences_kept;

use crate::form::Flash;
use crate::words::{t, t_with};

/// Who is signed in, as the frame shows them.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Full name.
    pub name: String,
    /// What they do, such as "Treasury analyst"; may be empty.
    pub title: String,
}

/// All that the frame shows around the body of a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Name of this page, for the window and the end of the bread crumbs.
    pub title: String,
    /// The way up, without this page.
    pub breadcrumbs: Vec<Link>,
    /// What is marked in the navigation.
    pub current: Place,
    /// Who reads it.
    pub person: SignedIn,
    /// What else they may see than everyone may.
    pub nav: NavRights,
    /// Open tasks of theirs.
    pub task_count: u64,
    /// What their last action did.
    pub flash: Option<Flash>,
    /// Nonce of the content security policy of this answer.
    pub nonce: String,
    /// Colours and density that they chose.
    pub look: Look,
    /// Name of an environment that is not the real one.
    pub banner: Option<String>,
    /// Whose Usher this is.
    pub company: String,
    /// Path and query of this page, to come back to after the preferences were kept.
    pub here: String,
    /// Trace id of this answer, which the service desk can look up.
    pub support_id: String,
}

/// A whole page of somebody who is signed in. `body` is called while the page is rendered.
pub fn page<F, V>(frame: Frame, body: F) -> String
where
    F: FnOnce() -> V,
    V: IntoView + 'static,
{
    render(|| {
        let head = document::Head {
            title: frame.title.clone(),
            look: frame.look,
            nonce: Some(frame.nonce.clone()),
        };
        let inside = framed(frame, body().into_any());
        document::document(head, inside)
    })
}

fn framed(frame: Frame, body: AnyView) -> AnyView {
    let flash = frame.flash.as_ref().map(Flash::view);
    let side = navigation::side(&frame);
    let menu = preferences::menu(&frame);
    let banner = frame.banner.map(|words| view! { <p class="banner" role="status">{words}</p> });
    let support = t_with("shell-support", &[("id", frame.support_id.into())]);
    let preferences = t_with("preferences-open", &[("name", frame.person.name.clone().into())]);
    view! {
        {banner}
        <div class="app">
            {side} <header class="top">
                <button class="btn bare menu" popovertarget="nav" aria-label=t("shell-menu")>
                    <Icon glyph=Glyph::Menu />
                </button>
                <Breadcrumbs label=t("shell-breadcrumb") crumbs=frame.breadcrumbs here=frame.title />
                {palette::trigger()}
                <button class="btn bare" popovertarget="me">
                    <Avatar name=frame.person.name />
                    <span class="vh">{preferences}</span>
                </button>
            </header> {menu} <div class="page">
                <main id="main" tabindex="-1">
                    {flash}
                    {body}
                </main>
                <footer class="foot">{support}</footer>
            </div>
        </div>
        {palette::dialog()}
    }
    .into_any()
}
