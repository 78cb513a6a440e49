create table kept_input (
    id uuid primary key,
    -- Whose session it was; nobody else gets it.
    person_id uuid not null references person,
    -- Path of the page that shows the form, and path that the form is sent to.
    page text not null,
    action text not null,
    -- The form as it was sent, URL-encoded.
    fields text not null,
    kept_at timestamptz not null,
    expires_at timestamptz not null,
    unique (person_id, action)
);
comment on table kept_input is 'What somebody typed when their session had ended: given back to the same person, for an hour, never sent by itself';
create index kept_input_by_expiry on kept_input (expires_at);

grant select, insert, update, delete on kept_input to usher_app;
