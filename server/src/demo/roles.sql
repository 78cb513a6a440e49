-- What the demonstration's second cluster holds: a warehouse, and the roles whose members work in it.
-- For psql, on every start; whatever is there already stays as it is. The caller sets `password`.
\set ON_ERROR_STOP on
\set QUIET on
set client_min_messages = warning;

select format('create role %I', wanted) from (values
    ('reporting_reader'), ('reporting_writer'),
    ('billing_reader'), ('billing_adjuster'),
    ('warehouse_reader'), ('warehouse_loader'),
    ('analytics_reader'), ('schema_owner')
) as role (wanted) where not exists (select from pg_roles where rolname = wanted) \gexec

-- The credential of the connector: it may make roles and end their sessions, and is no superuser.
select 'create role usher_provisioner'
where not exists (select from pg_roles where rolname = 'usher_provisioner') \gexec
alter role usher_provisioner login createrole nosuperuser password :'password';
grant pg_signal_backend to usher_provisioner;

-- From PostgreSQL 16 on it hands out only what it holds with admin option, and need not use it itself.
-- Before, it needs no such grant, and would become a member by it.
select format('grant %I to usher_provisioner with admin true, inherit false, set false', wanted)
from unnest(array[
    'reporting_reader', 'reporting_writer', 'billing_reader', 'billing_adjuster',
    'warehouse_reader', 'warehouse_loader', 'analytics_reader', 'schema_owner'
]) as wanted where current_setting('server_version_num')::int >= 160000 \gexec

select 'create database warehouse'
where not exists (select from pg_database where datname = 'warehouse') \gexec
revoke all on database warehouse from public;

\connect warehouse
set client_min_messages = warning;

create schema if not exists stock authorization schema_owner;
create schema if not exists billing authorization schema_owner;
create schema if not exists reporting authorization schema_owner;
create schema if not exists analytics authorization schema_owner;

create table if not exists stock.delivery (
    delivery_id bigint generated always as identity primary key,
    container text not null,
    terminal text not null,
    arrived_at timestamptz not null
);
create table if not exists stock.scanned_count (
    scanned_count_id bigint generated always as identity primary key,
    slot text not null,
    containers integer not null,
    counted_at timestamptz not null
);
create table if not exists billing.invoice (
    invoice_id bigint generated always as identity primary key,
    customer text not null,
    sent_on date
);
create table if not exists billing.invoice_line (
    line_id bigint generated always as identity primary key,
    invoice_id bigint not null references billing.invoice,
    tariff text not null,
    amount_eur numeric(12, 2) not null
);
create table if not exists reporting.daily_figure (
    day date not null,
    terminal text not null,
    containers integer not null,
    primary key (day, terminal)
);
create table if not exists analytics.dwell_time (
    terminal text primary key,
    median_hours numeric(6, 1) not null
);

grant connect on database warehouse to
    usher_provisioner, reporting_reader, reporting_writer, billing_reader, billing_adjuster,
    warehouse_reader, warehouse_loader, analytics_reader, schema_owner;

grant usage on schema stock to warehouse_reader, warehouse_loader;
grant select on all tables in schema stock to warehouse_reader;
grant select, insert on all tables in schema stock to warehouse_loader;

grant usage on schema billing to billing_reader, billing_adjuster;
grant select on all tables in schema billing to billing_reader;
grant select on all tables in schema billing to billing_adjuster;
grant update (tariff, amount_eur) on billing.invoice_line to billing_adjuster;

grant usage on schema reporting to reporting_reader, reporting_writer;
grant select on all tables in schema reporting to reporting_reader;
grant select, insert, update, delete on all tables in schema reporting to reporting_writer;

grant usage on schema analytics to analytics_reader;
grant select on all tables in schema analytics to analytics_reader;

insert into reporting.daily_figure (day, terminal, containers) values
    ('2026-01-05', 'Gdynia', 412), ('2026-01-05', 'Durban', 388), ('2026-01-06', 'Gdynia', 437)
on conflict do nothing;
insert into analytics.dwell_time (terminal, median_hours) values
    ('Gdynia', 31.5), ('Durban', 46.0)
on conflict do nothing;
