//! The design kit: components that take values and draw them. They know no business type, load
//! nothing, and contain no words of their own; the page gives every word that a person reads.
//!
//! The look is in `style/`; a component is the markup that goes with it, with the roles, labels and
//! ids that make it usable by keyboard and by ear. Everything works without scripts.

mod block;
mod button;
mod choice;
mod facts;
mod field;
mod figure;
mod glyph;
mod inbox;
mod markup;
mod message;
mod navigation;
mod person;
mod status;
mod table;
mod text;
mod timeline;

pub use block::*;
pub use button::*;
pub use choice::*;
pub use facts::*;
pub use field::*;
pub use figure::*;
pub use glyph::*;
pub use inbox::*;
pub use markup::*;
pub use message::*;
pub use navigation::*;
pub use person::*;
pub use status::*;
pub use table::*;
pub use text::*;
pub use timeline::*;
