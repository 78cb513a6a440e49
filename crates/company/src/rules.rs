//! The one access rule of its own that the company has: the security lead watches the engine.

use usher_operations::access_rules::{self, PutError, PutInForce};
use usher_operations::{Context, Fault, sign_in};
use usher_vocabulary::{SignInMethod, SubjectId};

use crate::{ADMINISTRATOR, Founded};

const SECURITY_LEAD: &str = "priya.raghunathan@harbourline.example";

/// The administrator puts it in force, as on the page of the access rules.
///
/// # Errors
/// The company was not founded, or has rules already.
pub async fn permit_security(cx: &Context, founded: &Founded) -> Result<(), PutError> {
    let of = |email: &str| founded.people.get(email).copied().ok_or(Fault::NotFound);
    let (administrator, lead): (SubjectId, SubjectId) = (of(ADMINISTRATOR)?, of(SECURITY_LEAD)?);
    let found = sign_in::caller(cx, administrator, SignInMethod::Demo, None, cx.id()).await?;
    let (caller, _) = found.ok_or(Fault::NotFound)?;
    let input = PutInForce {
        text: format!(
            "// Security watches the engine, and changes nothing there.\n\
             @id(\"security lead sees operations\")\n\
             permit (\n  \
               principal == Caller::\"{lead}\",\n  \
               action == Action::\"view_operations\",\n  \
               resource\n\
             );\n"
        ),
        reason: "Priya answers for incidents and should not have to ask what the engine does."
            .to_owned(),
        version: 0,
        restores: None,
    };
    access_rules::put_in_force(cx, &caller, &input, None).await?;
    Ok(())
}
