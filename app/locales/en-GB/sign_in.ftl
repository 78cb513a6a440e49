# Signing in, and the frame of pages without a person.
gate-more = About this place
