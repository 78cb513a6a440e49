create table web_session (
    -- SHA-256 of the id in the cookie; a copy of the table signs nobody in.
    id_hash bytea primary key,
    person_id uuid references person,
    data jsonb not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null
);
comment on table web_session is 'Browser sessions; deleting a row signs out at once';
create index web_session_by_person on web_session (person_id) where person_id is not null;
create index web_session_by_expiry on web_session (expires_at);

create table login_identity (
    issuer text not null,
    subject_claim text not null,
    person_id uuid not null references person,
    -- The verified claim that linked it, kept to hold an import that changes it.
    linked_email text not null,
    linked_at timestamptz not null,
    primary key (issuer, subject_claim)
);
comment on table login_identity is 'Who an identity provider means: issuer and subject, linked once';
create index login_identity_by_person on login_identity (person_id);

create table api_token (
    id uuid primary key,
    person_id uuid not null references person,
    token_hash bytea not null unique,
    scope text not null check (scope in ('read', 'request', 'decide', 'admin')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- Who made it: the person, or an operator at the command line.
    created_by text not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);
comment on table api_token is 'Bearer tokens of the API, hashed, scoped and expiring';
create index api_token_by_person on api_token (person_id);

create table idempotency (
    -- person:<id> or token:<id>, so that one caller cannot meet another's key.
    principal text not null,
    key text not null,
    request_hash bytea not null,
    status smallint not null,
    body jsonb not null,
    created_at timestamptz not null,
    primary key (principal, key)
);
comment on table idempotency is 'Answer to a request that carried a key, written in the transaction of the operation';

create table installation (
    singleton boolean primary key default true check (singleton),
    -- The demonstration marks its database; nothing else runs on a marked one.
    is_demo boolean not null,
    company text not null,
    created_at timestamptz not null
);
comment on table installation is 'What this database is';

grant select, insert, update, delete on web_session to usher_app;
grant select, insert on login_identity, idempotency, installation to usher_app;
grant delete on idempotency to usher_app;
grant select, insert, update on api_token to usher_app;
